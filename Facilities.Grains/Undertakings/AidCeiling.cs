using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Tax;
using NodaTime;

namespace Facilities.Grains.Undertakings;

/// <summary>Whether new aid fits under a ceiling.</summary>
/// <param name="Fits">Whether all of it does.</param>
/// <param name="Counted">The entries that count, oldest first.</param>
/// <param name="Sum">Of the entries that count.</param>
/// <param name="Ceiling">The most that may be granted in the window.</param>
/// <param name="Grantable">
/// What may be granted now of what was asked: all, nothing, or, where the act allows it, a part.
/// </param>
/// <param name="WindowFrom">The first grant date that counts.</param>
/// <param name="PossibleFrom">
/// The first day on which all of it fits if nothing else is granted; null where never.
/// </param>
/// <param name="Reason">In words, with the clause and what would change it.</param>
public sealed record AidAnswer(
    bool Fits, ImmutableArray<AidEntry> Counted, Money Sum, Money Ceiling, Money Grantable, LocalDate WindowFrom,
    LocalDate? PossibleFrom, string Reason)
{
    /// <summary>What is left under the ceiling today.</summary>
    public Money Left => Money.Max(Ceiling - Sum, Money.Zero(Ceiling.Currency));

    /// <summary>What the programme grants instead where it does not fit; null where nothing.</summary>
    public LesserAid? Instead { get; init; }

    /// <summary>Whether something can be granted: all of it, a part, or less at a lower rate.</summary>
    public bool IsGrantable => Fits || Grantable.IsPositive || Instead is not null;
}

/// <summary>The ceilings of state aid: by act, granting country and rolling time.</summary>
public static class AidCeiling
{
    private static readonly Currency Pound = new("GBP");

    /// <summary>
    /// The ceiling of an act: EUR 300,000 in any three years (Regulation (EU) 2023/2831, Article 3(2)); EUR 220,000 of
    /// innovation support in any three years (Regulation (EU) 651/2014, Article 28(4)); GBP 315,000 in this and the two
    /// financial years before (Subsidy Control Act 2022, section 36). Null where there is none.
    /// </summary>
    public static Money? Of(AidBasis basis) => basis switch
    {
        AidBasis.DeMinimis => Money.Of(300_000, Currency.Eur),
        AidBasis.InnovationAid => Money.Of(220_000, Currency.Eur),
        AidBasis.MinimalFinancialAssistance => Money.Of(315_000, Pound),
        _ => null,
    };

    /// <summary>
    /// Whether an aid has to fit under the ceiling of its act. Innovation aid of at most half of the cost counts for
    /// aid of more, and may pass the ceiling itself (Regulation (EU) 651/2014, Article 28(3) and (4)).
    /// </summary>
    public static bool Binds(AidEntry entry) =>
        Of(entry.Basis) is not null && !(entry.Basis == AidBasis.InnovationAid && entry.Rate is { Value: <= 50 });

    /// <summary>
    /// Whether aid may be granted on a day beside what a single undertaking, or of innovation aid an undertaking, was
    /// granted before by authorities of the same country under the same act.
    /// </summary>
    /// <param name="register">All that the undertaking was granted, of whatever country and act.</param>
    /// <param name="basis">The act of the new aid; one that has a ceiling.</param>
    /// <param name="country">Of the granting authority.</param>
    /// <param name="asked">The new aid, in the currency of the ceiling.</param>
    /// <param name="day">When it would be granted.</param>
    /// <param name="edgeCounts">Whether aid of exactly three years before still counts; the cautious reading.</param>
    public static AidAnswer Check(
        IEnumerable<AidEntry> register, AidBasis basis, string country, Money asked, LocalDate day,
        bool edgeCounts = true)
    {
        var ceiling = Of(basis) ?? throw new InvalidOperationException($"{basis} has no ceiling.");
        var relevant = register.Where(e => e.Country == country && e.Basis == basis)
            .OrderBy(e => e.GrantedOn).ThenBy(e => e.Id, StringComparer.Ordinal).ToImmutableArray();
        var from = WindowFrom(basis, day, edgeCounts);
        var counted = relevant.Where(e => e.GrantedOn >= from && e.GrantedOn <= day).ToImmutableArray();
        var sum = Money.Sum(counted.Select(e => e.Counts), ceiling.Currency);
        var left = Money.Max(ceiling - sum, Money.Zero(ceiling.Currency));
        var fits = asked <= left;
        var partly = basis == AidBasis.MinimalFinancialAssistance;
        var grantable = fits ? asked : partly ? left : Money.Zero(ceiling.Currency);
        var possible = fits ? day : PossibleFrom(relevant, basis, asked, ceiling, day, edgeCounts);
        return new(
            fits, counted, sum, ceiling, grantable, from, possible,
            ReasonOf(basis, country, asked, sum, left, ceiling, from, fits, possible));
    }

    /// <summary>The first grant date that counts on a day; by the calendar, not by counted days.</summary>
    public static LocalDate WindowFrom(AidBasis basis, LocalDate day, bool edgeCounts)
    {
        if (basis != AidBasis.MinimalFinancialAssistance)
            return edgeCounts ? day.PlusYears(-3) : day.PlusYears(-3).PlusDays(1);
        var began = new LocalDate(day.Year, 4, 1);
        return (day < began ? began.PlusYears(-1) : began).PlusYears(-2);
    }

    /// <summary>The sum only falls when an entry leaves the window, so only those days need to be tried.</summary>
    private static LocalDate? PossibleFrom(
        ImmutableArray<AidEntry> relevant, AidBasis basis, Money asked, Money ceiling, LocalDate day, bool edgeCounts)
    {
        if (asked > ceiling) return null;
        foreach (var entry in relevant.Where(e => e.GrantedOn <= day))
        {
            var leaves = LeavesOn(basis, entry.GrantedOn, edgeCounts);
            if (leaves <= day) continue;
            var from = WindowFrom(basis, leaves, edgeCounts);
            var sum = Money.Sum(
                relevant.Where(e => e.GrantedOn >= from && e.GrantedOn <= day).Select(e => e.Counts), ceiling.Currency);
            if (sum + asked <= ceiling) return leaves;
        }
        return null;
    }

    /// <summary>The first day on which a grant does not count any more.</summary>
    public static LocalDate LeavesOn(AidBasis basis, LocalDate granted, bool edgeCounts)
    {
        var day = basis == AidBasis.MinimalFinancialAssistance
            ? new LocalDate(granted.Month < 4 ? granted.Year + 2 : granted.Year + 3, 4, 1)
            : granted.PlusYears(3);
        while (WindowFrom(basis, day, edgeCounts) <= granted) day = day.PlusDays(1);
        return day;
    }

    private static string ReasonOf(
        AidBasis basis, string country, Money asked, Money sum, Money left, Money ceiling, LocalDate from, bool fits,
        LocalDate? possible)
    {
        var so = $"Since {Words.Day(from)} authorities of {Countries.NameOf(country)} granted {Words.Money(sum)} of at "
            + $"most {Words.Money(ceiling)} ({Clause(basis)})";
        if (fits) return $"{so}; with {Words.Money(asked)} more it stays within.";
        var when = possible is { } day ? $" All of it fits from {Words.Day(day)} on." : "";
        return basis == AidBasis.MinimalFinancialAssistance && left.IsPositive
            ? $"{so}; of {Words.Money(asked)} a part of {Words.Money(left)} can be granted now.{when}"
            : $"{so}; {Words.Money(asked)} more would exceed it, and then none of it may be granted. "
                + $"Up to {Words.Money(left)} would fit.{when}";
    }

    private static string Clause(AidBasis basis) => basis switch
    {
        AidBasis.DeMinimis => "Regulation (EU) 2023/2831, Article 3(2) and (7)",
        AidBasis.InnovationAid => "Regulation (EU) 651/2014, Article 28(4)",
        _ => "Subsidy Control Act 2022, section 36",
    };
}
