using Microsoft.Extensions.Configuration;

namespace Facilities.Silo.Payments;

/// <summary>How Stripe is reached; absent where no key is configured, and then nobody is offered it.</summary>
/// <param name="SecretKey">Of the marketplace's Stripe account.</param>
/// <param name="WebhookSecrets">What notices are signed with; two while one is being replaced.</param>
/// <param name="BaseAddress">Where the API stands.</param>
public sealed record StripeOptions(string SecretKey, IReadOnlyList<string> WebhookSecrets, Uri BaseAddress)
{
    private static readonly Uri Live = new("https://api.stripe.com/");

    /// <summary>The options from <c>Payments:Stripe</c>; null where no secret key stands there.</summary>
    public static StripeOptions? Of(IConfiguration configuration)
    {
        var section = configuration.GetSection("Payments:Stripe");
        if (section["SecretKey"] is not { Length: > 0 } key) return null;
        string[] secrets = (section["WebhookSecret"] ?? "")
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (secrets.Length == 0)
            throw new InvalidOperationException(
                "Payments:Stripe:SecretKey is set and WebhookSecret is not, so no payment would ever be learnt. "
                + "Set it to the signing secret of the webhook endpoint.");
        if (section["BaseAddress"] is not { Length: > 0 } text) return new StripeOptions(key, secrets, Live);
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? new StripeOptions(key, secrets, address)
            : throw new InvalidOperationException(
                $"Payments:Stripe:BaseAddress is '{text}'. Set it to an address such as {Live}, or leave it out.");
    }
}
