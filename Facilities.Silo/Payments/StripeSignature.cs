using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NodaTime;

namespace Facilities.Silo.Payments;

/// <summary>
/// Signatures of Stripe's notices: <c>t=…,v1=…</c>, where v1 is the HMAC-SHA256 in hexadecimal of the time, a dot and
/// the body as it was sent.
/// </summary>
public static class StripeSignature
{
    /// <summary>How old a notice may be: Stripe signs each try anew, so an older one is a replay.</summary>
    public static readonly Duration Tolerance = Duration.FromMinutes(5);

    /// <summary>Whether a header signs a body by one of the secrets, and not long ago.</summary>
    public static bool IsValid(string header, ReadOnlySpan<byte> body, IEnumerable<string> secrets, Instant now)
    {
        long? time = null;
        var given = new List<byte[]>();
        foreach (var part in header.Split(',', StringSplitOptions.TrimEntries))
        {
            if (part.StartsWith("t=", StringComparison.Ordinal))
            {
                if (!long.TryParse(part.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                    || seconds > Instant.MaxValue.ToUnixTimeSeconds()) return false;
                time = seconds;
            }
            else if (part.StartsWith("v1=", StringComparison.Ordinal)) given.Add(Encoding.ASCII.GetBytes(part[3..]));
        }
        if (time is not { } at) return false;
        var age = now - Instant.FromUnixTimeSeconds(at);
        if (age > Tolerance || age < -Tolerance) return false;
        var isValid = false;
        foreach (var secret in secrets)
        {
            var wanted = Encoding.ASCII.GetBytes(Of(secret, at, body));
            foreach (var signature in given) isValid |= CryptographicOperations.FixedTimeEquals(signature, wanted);
        }
        return isValid;
    }

    /// <summary>The signature of a body at a second.</summary>
    public static string Of(string secret, long at, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hash.AppendData(Encoding.ASCII.GetBytes(at.ToString(CultureInfo.InvariantCulture) + "."));
        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
