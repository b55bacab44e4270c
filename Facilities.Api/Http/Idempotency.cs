using System.Security.Cryptography;
using System.Text;
using Facilities.Grains.Kernel;

namespace Facilities.Api.Http;

/// <summary>Marks endpoints whose POSTs honour the Idempotency-Key header.</summary>
/// <param name="HasSecret">Whether the answer holds a secret, so that it is kept only encrypted.</param>
public sealed record IdempotentMetadata(bool HasSecret);

/// <summary>Keys by which callers repeat a POST safely.</summary>
public static class Idempotency
{
    public const string Header = "Idempotency-Key";

    /// <summary>Room for any UUID or hash that a caller may use.</summary>
    public const int KeyLengthMax = 200;

    private static readonly object SeedItem = new();

    /// <summary>POSTs here answer a repeated Idempotency-Key with the first answer.</summary>
    public static TBuilder Idempotent<TBuilder>(this TBuilder builder, bool hasSecret = false)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new IdempotentMetadata(hasSecret));

    /// <summary>
    /// The id of a command that this request gives: the same for every repeat under one Idempotency-Key, else new.
    /// Commands of one request differ by their purpose.
    /// </summary>
    public static CommandId CommandId(this HttpContext context, string purpose)
    {
        if (context.Items[SeedItem] is not string seed)
            context.Items[SeedItem] = seed = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        return Grains.Kernel.CommandId.From("c-" + Hash($"{seed}\n{purpose}")[..40]);
    }

    internal static void SetSeed(this HttpContext context, string seed) => context.Items[SeedItem] = seed;

    internal static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
