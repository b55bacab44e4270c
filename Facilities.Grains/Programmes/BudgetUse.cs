using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Programmes;

/// <summary>What a programme may award in one calendar year of its zone.</summary>
/// <param name="Year">The year of the grant.</param>
/// <param name="Amount">The most that may be granted in it.</param>
public sealed record BudgetYear(int Year, Money Amount);

/// <summary>
/// When awards may rest on the legal basis, where the funder's scheme has narrower dates than the act.
/// </summary>
/// <param name="From">The first day; null where the act alone says.</param>
/// <param name="Until">The last day; null where the act alone says.</param>
public sealed record BasisValidity(LocalDate? From = null, LocalDate? Until = null)
{
    /// <summary>Why nothing may be awarded on a day; null where it may.</summary>
    public string? Refusal(LocalDate day) =>
        day < From ? $"The programme's legal basis applies from {Words.Day(From.Value)}."
        : day > Until
            ? $"The programme's legal basis applied until {Words.Day(Until.Value)}. It needs one that is in force."
            : null;
}

/// <summary>
/// What is taken of a budget, by the year of the grant: awards, and those that wait for an aid register.
/// </summary>
/// <param name="PreparedMinor">Of awards that wait for an aid register, in minor units.</param>
/// <param name="ByYear">Of both together, by year.</param>
public sealed record BudgetUse(long PreparedMinor, ImmutableSortedDictionary<int, long> ByYear)
{
    /// <summary>Nothing was taken.</summary>
    public static readonly BudgetUse Nothing = new(0, ImmutableSortedDictionary<int, long>.Empty);

    /// <summary>What is taken of a year, in minor units.</summary>
    public long In(int year) => ByYear.GetValueOrDefault(year);

    internal BudgetUse Take(int year, long minor) => this with { ByYear = ByYear.SetItem(year, In(year) + minor) };

    internal BudgetUse Prepare(long minor) => this with { PreparedMinor = PreparedMinor + minor };
}

/// <summary>One year of a budget with what is taken of it.</summary>
/// <param name="Year">The calendar year in the programme's zone.</param>
/// <param name="Budget">What may be granted in it.</param>
/// <param name="Taken">What was, or waits for an aid register.</param>
public sealed record YearStanding(int Year, Money Budget, Money Taken)
{
    /// <summary>What may still be granted in it.</summary>
    public Money Free => Budget - Taken;
}
