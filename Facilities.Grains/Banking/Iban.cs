using System.Collections.Frozen;

namespace Facilities.Grains.Banking;

/// <summary>International bank account numbers (ISO 13616): form, length by country, check digits.</summary>
public static class Iban
{
    // The countries of SEPA; the registry of ISO 13616 has the lengths.
    private static readonly FrozenDictionary<string, int> Lengths = new Dictionary<string, int>
    {
        ["AD"] = 24,
        ["AL"] = 28,
        ["AT"] = 20,
        ["BE"] = 16,
        ["BG"] = 22,
        ["CH"] = 21,
        ["CY"] = 28,
        ["CZ"] = 24,
        ["DE"] = 22,
        ["DK"] = 18,
        ["EE"] = 20,
        ["ES"] = 24,
        ["FI"] = 18,
        ["FR"] = 27,
        ["GB"] = 22,
        ["GI"] = 23,
        ["GR"] = 27,
        ["HR"] = 21,
        ["HU"] = 28,
        ["IE"] = 22,
        ["IS"] = 26,
        ["IT"] = 27,
        ["LI"] = 21,
        ["LT"] = 20,
        ["LU"] = 20,
        ["LV"] = 21,
        ["MC"] = 27,
        ["MD"] = 24,
        ["ME"] = 22,
        ["MK"] = 19,
        ["MT"] = 31,
        ["NL"] = 18,
        ["NO"] = 15,
        ["PL"] = 28,
        ["PT"] = 25,
        ["RO"] = 24,
        ["RS"] = 22,
        ["SE"] = 24,
        ["SI"] = 19,
        ["SK"] = 24,
        ["SM"] = 27,
        ["VA"] = 22,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The number as it is written in files: capital letters and no spaces.</summary>
    public static string Plain(string? text) =>
        string.Concat((text ?? "").Where(c => !char.IsWhiteSpace(c))).ToUpperInvariant();

    /// <summary>What is wrong with a number; null where nothing is.</summary>
    public static string? Fault(string? text)
    {
        var iban = Plain(text);
        if (iban.Length == 0) return "There is no IBAN.";
        if (iban.Length < 5 || !iban.All(char.IsAsciiLetterOrDigit) || !char.IsAsciiLetter(iban[0])
            || !char.IsAsciiLetter(iban[1]))
            return $"{iban} is no IBAN.";
        if (!Lengths.TryGetValue(iban[..2], out var length)) return $"{iban[..2]} is no country of SEPA.";
        if (iban.Length != length) return $"An IBAN of {iban[..2]} has {length} characters, this one {iban.Length}.";
        return Remainder(iban[4..] + iban[..4]) == 1 ? null : $"The check digits of {iban} are wrong.";
    }

    private static int Remainder(string digits) => digits.Aggregate(0, (rest, c) =>
        char.IsAsciiDigit(c) ? (rest * 10 + c - '0') % 97 : (rest * 100 + c - 'A' + 10) % 97);
}
