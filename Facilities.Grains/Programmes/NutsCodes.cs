namespace Facilities.Grains.Programmes;

/// <summary>
/// Region codes of NUTS 2024 (Delegated Regulation (EU) 2023/674), and what became of codes of earlier versions.
/// </summary>
public static class NutsCodes
{
    /// <summary>The version of the codes that are understood.</summary>
    public const string Version = "NUTS 2024";

    private static readonly Dictionary<string, string> Gone = new(StringComparer.Ordinal)
    {
        ["NO082"] = "NO083, NO084 or NO085",
        ["PT16"] = "PT19 or PT1D",
        ["PT17"] = "PT1A or PT1B",
        ["PT18"] = "PT1C",
        ["NL31"] = "NL35",
        ["NL33"] = "NL36",
        ["LV003"] = "LV00A, LV00B or LV00C",
        ["LV005"] = "LV00A, LV00B or LV00C",
        ["LV006"] = "LV00A, LV00B or LV00C",
        ["LV007"] = "LV00A, LV00B or LV00C",
        ["LV008"] = "LV00A, LV00B or LV00C",
        ["LV009"] = "LV00A, LV00B or LV00C",
    };

    /// <summary>Why a code is not one of the version, and what to write instead; null where it may be one.</summary>
    public static string? Refusal(string code)
    {
        if (code.StartsWith("UK", StringComparison.Ordinal) || code.StartsWith("TL", StringComparison.Ordinal)
            || code == "GB")
            return $"{code} lies in the United Kingdom, which is not in {Version}; it has ITL codes of its own.";
        if (code.Length is < 2 or > 5 || !code.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c))
            || !char.IsAsciiLetterUpper(code[0]) || !char.IsAsciiLetterUpper(code[1]))
            return $"{code} is no code of {Version}: two letters of the country and up to three letters or digits.";
        return Gone.FirstOrDefault(old => code.StartsWith(old.Key, StringComparison.Ordinal)).Value is { } now
            ? $"{code} is a code of an earlier version; in {Version} it is {now}. Choose the one that holds the place."
            : null;
    }

    /// <summary>
    /// The same for a programme of a country: one of the United Kingdom goes by ITL codes, such as <c>TLI31</c>.
    /// </summary>
    public static string? Refusal(string code, string country) => country == "GB" && IsItl(code) ? null : Refusal(code);

    private static bool IsItl(string code) => code.Length is >= 2 and <= 5
        && code.StartsWith("TL", StringComparison.Ordinal)
        && code.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c));

    /// <summary>
    /// Whether a place lies in a region: the code of the place begins with that of the region. A code that is coarser
    /// than the region does not say so.
    /// </summary>
    public static bool LiesIn(string place, string region) => place.StartsWith(region, StringComparison.Ordinal);
}
