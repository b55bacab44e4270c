using System.Collections.Immutable;

namespace Facilities.Grains.Programmes;

/// <summary>
/// How many vouchers a programme awarded to each undertaking, or is about to, by the year of the grant. What was
/// awarded before undertakings were kept counts for the account alone.
/// </summary>
/// <param name="Counts">By the undertaking as it was known at the award, then by year.</param>
public sealed record GroupAwards(ImmutableSortedDictionary<string, ImmutableSortedDictionary<int, int>> Counts)
{
    /// <summary>Nothing was awarded.</summary>
    public static readonly GroupAwards None =
        new(ImmutableSortedDictionary<string, ImmutableSortedDictionary<int, int>>.Empty);

    /// <summary>Vouchers of a group in all.</summary>
    public int InAll(IEnumerable<string> group) => group.Sum(name => Of(name).Values.Sum());

    /// <summary>Vouchers of a group in a year.</summary>
    public int In(int year, IEnumerable<string> group) => group.Sum(name => Of(name).GetValueOrDefault(year));

    internal GroupAwards Add(string undertaking, int year, int awards)
    {
        var years = Of(undertaking);
        return new(Counts.SetItem(undertaking, years.SetItem(year, years.GetValueOrDefault(year) + awards)));
    }

    private ImmutableSortedDictionary<int, int> Of(string undertaking) =>
        Counts.GetValueOrDefault(undertaking, ImmutableSortedDictionary<int, int>.Empty);
}
