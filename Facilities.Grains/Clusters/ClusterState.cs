using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Credits;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Clusters;

/// <summary>A cluster as the catalogue shows it.</summary>
/// <param name="Id">The cluster.</param>
/// <param name="Name">As people know it.</param>
/// <param name="Region">In words.</param>
/// <param name="Nuts">NUTS prefixes it stands for.</param>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="TimeZone">IANA zone.</param>
/// <param name="Currency">Of its budget.</param>
/// <param name="Stage">How far the cluster itself has come.</param>
public sealed record ClusterProfile(
    ClusterId Id, string Name, string Region, ImmutableArray<string> Nuts, string Country, string TimeZone,
    Currency Currency, string Stage);

/// <summary>Money set aside for one booking.</summary>
public sealed record CoFinancingHeld(AgreementId Agreement, Money Amount);

/// <summary>A cluster: its agreements and what it set aside and owes for bookings.</summary>
public sealed record ClusterState(
    ClusterProfile? Profile, Money? Budget, ImmutableArray<Agreement> Agreements,
    ImmutableSortedDictionary<string, CoFinancingHeld> Reserved, ImmutableSortedDictionary<string, long> OwedMinor,
    Recent<Instant> Barred)
{
    /// <summary>A cluster that nobody registered.</summary>
    public static readonly ClusterState Nobody = new(
        null, null, [], ImmutableSortedDictionary<string, CoFinancingHeld>.Empty,
        ImmutableSortedDictionary<string, long>.Empty, Recent<Instant>.Nothing);

    /// <summary>
    /// What is left of the budget; null where the cluster set none in that currency, so that no limit is known.
    /// </summary>
    public Money? Left(Currency currency) => Budget is { } budget && budget.Currency == currency
        ? budget - Money.Sum(Reserved.Values.Where(r => r.Amount.Currency == currency).Select(r => r.Amount), currency)
                 - new Money(OwedMinor.GetValueOrDefault(currency.Code), currency)
        : null;

    /// <summary>Credits that were taken off what is owed; null where none was, left out of snapshots then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableSortedSet<string>? Credited { get; init; }

    /// <summary>The state after an event.</summary>
    public static ClusterState Evolve(ClusterState state, ClusterEvent happened, Instant at) => happened switch
    {
        ClusterRegistered e => state with { Profile = e.Profile },
        CoFinancingBudgetSet e => state with { Budget = e.Budget },
        PlatformSelected => state,
        AgreementSigned e => state with { Agreements = state.Agreements.Add(e.Agreement) },
        CoFinancingReserved e =>
            state with { Reserved = state.Reserved.Add(e.Booking.Value, new(e.Agreement, e.Amount)) },
        CoFinancingReleased e => state with
        {
            Reserved = state.Reserved.Remove(e.Booking.Value),
            Barred = Bars.Add(state.Barred, e.Booking.Value, at),
        },
        CoFinancingRevivalBarred e => state with
        {
            Barred = Bars.Add(state.Barred, Bars.KeyOf(e.Booking, e.Number), at),
        },
        CoFinancingOwed e => state with
        {
            Reserved = state.Reserved.Remove(e.Booking.Value),
            OwedMinor = state.OwedMinor.SetItem(
                e.Amount.Currency.Code, state.OwedMinor.GetValueOrDefault(e.Amount.Currency.Code) + e.Amount.Minor),
        },
        CoFinancingCredited e => state with
        {
            OwedMinor = state.OwedMinor.SetItem(
                e.Amount.Currency.Code, state.OwedMinor[e.Amount.Currency.Code] - e.Amount.Minor),
            Credited = [.. state.Credited ?? [], e.Key],
        },
        _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot happen to a cluster."),
    };
}
