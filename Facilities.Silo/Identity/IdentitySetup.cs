using System.Data.Common;
using Facilities.Silo.Calendars;
using Facilities.Silo.Feeds;
using Facilities.Silo.Http;
using Facilities.Silo.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Facilities.Silo.Identity;

public static class IdentitySetup
{
    /// <summary>
    /// Adds people, tokens, data-protection keys and remembered requests. Needs <see cref="StorageOptions"/>,
    /// <see cref="IDatabase"/>, <see cref="EventStore"/> and <see cref="IClock"/> among the services.
    /// </summary>
    public static IServiceCollection AddIdentityStores(this IServiceCollection services)
    {
        services.AddDbContextFactory<IdentityDatabase>(
            (provider, options) => Choose(options, provider.GetRequiredService<StorageOptions>()));
        services.AddIdentityCore<Person>(options =>
        {
            options.User.RequireUniqueEmail = true;
            // The account's e-mail address is its user name.
            options.User.AllowedUserNameCharacters = "";
        });
        services.AddScoped<IUserStore<Person>>(provider => new UserOnlyStore<Person, IdentityDatabase, string>(
            provider.GetRequiredService<IdentityDatabase>()));
        services.AddSingleton<SignInGuard>();
        services.AddSingleton<People>();
        services.AddSingleton<Tokens>();
        services.AddSingleton<Memberships>();
        services.AddSingleton<FeedTokens>();
        services.AddSingleton<CalendarBook>();
        services.AddSingleton<CalendarSync>();
        services.AddSingleton<CalendarPump>();
        services.AddSingleton<RequestRows>();
        services.AddSingleton<IRequestLog>(provider =>
            new RequestLog(provider.GetRequiredService<RequestRows>(), provider.GetRequiredService<IClock>()));
        services.AddDataProtection().SetApplicationName("Facilities");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider =>
            new ConfigureOptions<KeyManagementOptions>(options => options.XmlRepository =
                new KeyRepository(provider.GetRequiredService<IDatabase>())));
        return services;
    }

    private static void Choose(DbContextOptionsBuilder options, StorageOptions storage)
    {
        if (storage.Provider == StorageProvider.Postgres) options.UseNpgsql(storage.Connection);
        else options.UseSqlite(storage.Connection).AddInterceptors(WaitForWriter.Instance);
    }

    /// <summary>The driver sleeps 150 ms between tries while another writes; the database itself waits finer.</summary>
    private sealed class WaitForWriter : DbConnectionInterceptor
    {
        public static readonly WaitForWriter Instance = new();

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            using var command = connection.CreateCommand();
            command.CommandText = "pragma busy_timeout = 5000";
            command.ExecuteNonQuery();
        }

        public override Task ConnectionOpenedAsync(
            DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            ConnectionOpened(connection, eventData);
            return Task.CompletedTask;
        }
    }
}
