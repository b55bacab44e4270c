namespace Facilities.Grains.Undertakings;

/// <summary>What the de minimis regulation does not cover (Regulation (EU) 2023/2831, Article 1(1)).</summary>
public static class ExcludedSectors
{
    /// <summary>
    /// Why an activity is excluded; null where it is not. An undertaking with a separated activity beside an excluded
    /// one is for an officer to judge (Article 1(2)).
    /// </summary>
    /// <param name="nace">NACE Rev. 2 or 2.1 code, such as <c>01.11</c> or <c>A1.11</c>.</param>
    public static string? Refusal(string nace) => nace.TrimStart('A', 'a').Split('.')[0].TrimStart('0') switch
    {
        "1" => $"NACE {nace} is primary production of agricultural products, which Article 1(1) of Regulation (EU) "
            + "2023/2831 excludes. For a separated other activity an officer decides (Article 1(2)).",
        "3" => $"NACE {nace} is primary production of fishery or aquaculture products, which Article 1(1) of "
            + "Regulation (EU) 2023/2831 excludes. For a separated other activity an officer decides (Article 1(2)).",
        _ => null,
    };
}
