using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Facilities.Grains.Tax;

/// <summary>What can be said of a VAT id without asking a register.</summary>
public enum VatIdVerdict
{
    /// <summary>Format and check digits fit.</summary>
    Plausible,
    /// <summary>No rules are recorded for its country; the register decides.</summary>
    CountryUnknown,
    /// <summary>Not the country's format; it is refused.</summary>
    FormatWrong,
    /// <summary>A check digit does not fit; a warning, for some states issued odd numbers, and the register
    /// decides.</summary>
    CheckDigitWrong,
}

/// <summary>A VAT id as read, and what can be said of it.</summary>
/// <param name="VatId">Upper case, without blanks and separators.</param>
/// <param name="Country">Its prefix, as a country; <c>XI</c> for Northern Ireland; null where there is none.</param>
/// <param name="Verdict">What can be said of it.</param>
public sealed record VatIdCheck(string VatId, string? Country, VatIdVerdict Verdict);

/// <summary>Formats and check digits of VAT ids, as the states publish them.</summary>
public static class VatIds
{
    private sealed record Rule(Regex Shape, Func<string, bool> Check);

    private static readonly FrozenDictionary<string, Rule> Rules = new Dictionary<string, Rule>
    {
        ["FR"] = Of(@"^FR[0-9A-HJ-NP-Z]{2}\d{9}$", 2, CheckDigits.France),
        ["DE"] = Of(@"^DE[1-9]\d{8}$", 2, CheckDigits.Germany),
        ["ES"] = Of(@"^ES([A-Z]\d{7}[0-9A-Z]|\d{8}[A-Z])$", 2, CheckDigits.Spain),
        ["IT"] = Of(@"^IT\d{11}$", 2, CheckDigits.Italy),
        ["HU"] = Of(@"^HU\d{8}$", 2, n => CheckDigits.Weighted(n, 9, 7, 3, 1, 9, 7, 3, 1) % 10 == 0),
        ["GB"] = Of(@"^GB(\d{9}|\d{12}|GD[0-4]\d{2}|HA[5-9]\d{2})$", 2, CheckDigits.UnitedKingdom),
        ["XI"] = Of(@"^XI(\d{9}|\d{12}|GD[0-4]\d{2}|HA[5-9]\d{2})$", 2, CheckDigits.UnitedKingdom),
        ["SE"] = Of(@"^SE\d{10}(0[1-9]|[1-8]\d|9[0-4])$", 2, n => CheckDigits.Luhn(n[..10])),
        ["DK"] = Of(@"^DK[1-9]\d{7}$", 2, n => CheckDigits.Weighted(n, 2, 7, 6, 5, 4, 3, 2, 1) % 11 == 0),
        ["CZ"] = Of(@"^CZ\d{8,10}$", 2, CheckDigits.Czechia),
        ["AT"] = Of(@"^ATU\d{8}$", 3, CheckDigits.Austria),
        ["BE"] = Of(@"^BE[01]\d{9}$", 2, n => CheckDigits.Number(n[8..]) == 97 - CheckDigits.Number(n[..8]) % 97),
        ["NL"] = Of(@"^NL\d{9}B\d{2}$", 2, CheckDigits.Netherlands),
        ["PL"] = Of(@"^PL\d{10}$", 2, n => CheckDigits.Weighted(n, 6, 5, 7, 2, 3, 4, 5, 6, 7) % 11 == n[9] - '0'),
        ["PT"] = Of(@"^PT[1-9]\d{8}$", 2, CheckDigits.Portugal),
        ["FI"] = Of(@"^FI\d{8}$", 2, n => CheckDigits.Weighted(n, 7, 9, 10, 5, 8, 4, 2, 1) % 11 == 0),
        ["NO"] = Of(@"^(NO)?\d{9}MVA$", 0, n =>
            CheckDigits.Weighted(n.Replace("NO", "", StringComparison.Ordinal), 3, 2, 7, 6, 5, 4, 3, 2, 1) % 11 == 0),
        ["CH"] = Of(@"^CHE\d{9}(MWST|TVA|IVA|TPV)$", 3, CheckDigits.Switzerland),
    }.ToFrozenDictionary();

    /// <summary>Upper case, without blanks, dots, hyphens, slashes and commas; an old Belgian number gets its
    /// zero.</summary>
    public static string Normalise(string vatId)
    {
        var plain = string.Concat(vatId.Where(c => !char.IsWhiteSpace(c) && !".-/,".Contains(c))).ToUpperInvariant();
        return plain.Length == 11 && plain.StartsWith("BE", StringComparison.Ordinal) ? "BE0" + plain[2..] : plain;
    }

    /// <summary>Judges a VAT id by its format and check digits.</summary>
    public static VatIdCheck Check(string vatId)
    {
        var plain = Normalise(vatId);
        var country = CountryOf(plain);
        if (country is null) return new VatIdCheck(plain, null, VatIdVerdict.FormatWrong);
        if (!Rules.TryGetValue(country, out var rule))
            return new VatIdCheck(plain, country, VatIdVerdict.CountryUnknown);
        if (!rule.Shape.IsMatch(plain)) return new VatIdCheck(plain, country, VatIdVerdict.FormatWrong);
        return new VatIdCheck(
            plain, country, rule.Check(plain) ? VatIdVerdict.Plausible : VatIdVerdict.CheckDigitWrong);
    }

    private static string? CountryOf(string plain)
    {
        if (plain.Length < 4) return null;
        if (char.IsAsciiDigit(plain[0]) && plain.EndsWith("MVA", StringComparison.Ordinal)) return "NO";
        var prefix = plain[..2];
        return !prefix.All(char.IsAsciiLetterUpper) ? null : prefix == "EL" ? "GR" : prefix;
    }

    /// <summary>A rule whose check sees the number without its first characters, the prefix.</summary>
    private static Rule Of(string shape, int prefix, Func<string, bool> check) =>
        new(new Regex(shape, RegexOptions.CultureInvariant), vatId => check(vatId[prefix..]));
}
