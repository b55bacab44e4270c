using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Facilities.Grains.Kernel;

namespace Facilities.Grains.Pricing;

/// <summary>
/// The seal of a quote: SHA-256 over everything else in it as canonical JSON, that is, members sorted by name,
/// no white space, numbers without needless zeros.
/// </summary>
public static class QuoteSeal
{
    // A quote of one item; longer ones grow.
    private const int UsualLength = 4 * 1024;

    /// <summary>The quote with its seal.</summary>
    public static Quote Seal(Quote quote) => quote with { Seal = Of(quote) };

    /// <summary>Whether nothing in the quote has changed since it was sealed.</summary>
    public static bool IsIntact(Quote quote) => string.Equals(quote.Seal, Of(quote), StringComparison.Ordinal);

    /// <summary>What is hashed: for those who check a seal themselves.</summary>
    public static ReadOnlyMemory<byte> Canonical(Quote quote)
    {
        var buffer = new ArrayBufferWriter<byte>(UsualLength);
        using (var writer = new Utf8JsonWriter(buffer))
            Write(writer, JsonSerializer.SerializeToElement(quote, Json.Options), exceptFor: "seal");
        return buffer.WrittenMemory;
    }

    private static string Of(Quote quote) => "sha256:"
        + Convert.ToHexStringLower(SHA256.HashData(Canonical(quote).Span));

    private static void Write(Utf8JsonWriter writer, JsonElement value, string? exceptFor = null)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                var members = value.EnumerateObject().Select(m => (m.Name, m.Value)).ToArray();
                Array.Sort(members, static (one, other) => string.CompareOrdinal(one.Name, other.Name));
                foreach (var (name, member) in members)
                {
                    if (name == exceptFor) continue;
                    writer.WritePropertyName(name);
                    Write(writer, member);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var element in value.EnumerateArray()) Write(writer, element);
                writer.WriteEndArray();
                break;
            case JsonValueKind.Number when value.TryGetInt64(out var whole):
                writer.WriteNumberValue(whole);
                break;
            case JsonValueKind.Number:
                var plain = value.GetDecimal().ToString("0.############################", CultureInfo.InvariantCulture);
                writer.WriteRawValue(plain);
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }
}
