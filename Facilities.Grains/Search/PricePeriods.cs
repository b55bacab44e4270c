using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Grains.Search;

/// <summary>
/// When what an account pays for a slot changes with the day: vouchers that pay only for what is over while they are
/// valid.
/// </summary>
internal static class PricePeriods
{
    // Slots of a search may end so long after its last day.
    private const int DaysAfter = 31;

    /// <summary>The instants, in order; a slot that ends with one of them is still before it.</summary>
    internal static ImmutableArray<Instant> Of(AccountView? account) => account is null ? [] :
    [
        .. account.Vouchers.Where(v => v.Programme.EffectiveRules.Inside != UseInside.Booked)
            .Select(v => v.EndOfLastDay).Distinct().Order(),
    ];

    /// <summary>Those within the time of a search.</summary>
    internal static ImmutableArray<Instant> Within(ImmutableArray<Instant> all, SearchRequest request)
    {
        var (from, to) = (request.From.PlusDays(-2).AtMidnight().InUtc().ToInstant(),
            request.To.PlusDays(DaysAfter).AtMidnight().InUtc().ToInstant());
        return all.RemoveAll(instant => instant < from || instant > to);
    }

    /// <summary>How many of the instants have passed when a slot ends.</summary>
    internal static int At(ImmutableArray<Instant> all, Instant ends) => all.Count(instant => instant < ends);
}
