namespace Facilities.Grains.Enterprises;

/// <summary>The size of an enterprise by Recommendation 2003/361/EC, smallest first.</summary>
public enum SizeClass
{
    /// <summary>Fewer than 10 staff, and turnover or balance sheet up to EUR 2 million.</summary>
    Micro,
    /// <summary>Fewer than 50 staff, and turnover or balance sheet up to EUR 10 million.</summary>
    Small,
    /// <summary>
    /// Fewer than 250 staff, and turnover up to EUR 50 million or balance sheet up to EUR 43 million.
    /// </summary>
    Medium,
    /// <summary>Not an SME.</summary>
    Large,
}

/// <summary>What the size of an enterprise is judged by.</summary>
/// <param name="Staff">Annual work units.</param>
/// <param name="Turnover">In euros.</param>
/// <param name="BalanceSheet">In euros.</param>
public readonly record struct SizeFigures(decimal Staff, decimal Turnover, decimal BalanceSheet)
{
    private static readonly (SizeClass Class, decimal Staff, decimal Turnover, decimal BalanceSheet)[] Limits =
    [
        (SizeClass.Micro, 10, 2_000_000, 2_000_000),
        (SizeClass.Small, 50, 10_000_000, 10_000_000),
        (SizeClass.Medium, 250, 50_000_000, 43_000_000),
    ];

    /// <summary>The class: the staff must fit, and one of the two amounts (Article 2 of the Annex).</summary>
    public SizeClass Class
    {
        get
        {
            foreach (var limit in Limits)
                if (Staff < limit.Staff && (Turnover <= limit.Turnover || BalanceSheet <= limit.BalanceSheet))
                    return limit.Class;
            return SizeClass.Large;
        }
    }

    /// <summary>Adds two enterprises.</summary>
    public static SizeFigures operator +(SizeFigures a, SizeFigures b) =>
        new(a.Staff + b.Staff, a.Turnover + b.Turnover, a.BalanceSheet + b.BalanceSheet);

    /// <summary>A share of an enterprise.</summary>
    /// <param name="figures">Of the whole.</param>
    /// <param name="percent">0 to 100.</param>
    public static SizeFigures operator *(SizeFigures figures, decimal percent) =>
        new(figures.Staff * percent / 100, figures.Turnover * percent / 100, figures.BalanceSheet * percent / 100);
}
