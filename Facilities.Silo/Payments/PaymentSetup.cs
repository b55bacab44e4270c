using Facilities.Silo.Delivery;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Facilities.Silo.Payments;

/// <summary>Puts the payment provider in, where one is configured.</summary>
public static class PaymentSetup
{
    public static IServiceCollection AddPayments(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<PaymentInbox>();
        services.AddSingleton<PaymentDoor>();
        if (StripeOptions.Of(configuration) is not { } options) return services;
        services.AddSingleton(options);
        // One client for ever; connections are made anew often enough to follow the provider's addresses.
        services.AddSingleton(provider => new StripeClient(new HttpClient(new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            AllowAutoRedirect = false,
        }), provider.GetRequiredService<StripeOptions>()));
        services.AddSingleton<IMessageHandler, StripeMessages>();
        return services;
    }
}
