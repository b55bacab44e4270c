using System.Collections.Immutable;
using Facilities.Grains.Kernel;

namespace Facilities.Grains.Clusters;

/// <summary>What happens to a cluster, in the order of its life.</summary>
public abstract record ClusterEvent;

/// <summary>The cluster joined the marketplace.</summary>
public sealed record ClusterRegistered(ClusterProfile Profile) : ClusterEvent;

/// <summary>The cluster set money aside for co-financing bookings.</summary>
public sealed record CoFinancingBudgetSet(Money Budget) : ClusterEvent;

/// <summary>The cluster brought a platform in by the selection criteria.</summary>
public sealed record PlatformSelected(
    PlatformId Platform, ImmutableSortedDictionary<string, int> Scores, string Note) : ClusterEvent;

/// <summary>The cluster and another one signed the Model Contract.</summary>
public sealed record AgreementSigned(Agreement Agreement) : ClusterEvent;

/// <summary>Part of the budget was set aside for a booking.</summary>
public sealed record CoFinancingReserved(BookingId Booking, AgreementId Agreement, Money Amount) : ClusterEvent;

/// <summary>What was set aside for a booking is free again.</summary>
public sealed record CoFinancingReleased(BookingId Booking) : ClusterEvent;

/// <summary>What a booking was held anew by was released: late messages of that time take nothing again.</summary>
public sealed record CoFinancingRevivalBarred(BookingId Booking, int Number) : ClusterEvent;

/// <summary>
/// The cluster owes the provider its share of an accepted booking; what was reserved beyond it is free again.
/// </summary>
public sealed record CoFinancingOwed(BookingId Booking, Money Amount) : ClusterEvent;
