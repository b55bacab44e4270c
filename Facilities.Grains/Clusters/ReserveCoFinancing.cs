using System.Text.Json.Serialization;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Clusters;

/// <summary>Sets the cluster's share of one booking aside.</summary>
public sealed record ReserveCoFinancing(
    CommandId Id, Actor By, BookingId Booking, AgreementId Agreement, Money Amount) : Command(Id, By)
{
    /// <summary>Which time the booking is held anew; 0 for the first hold.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Revival { get; init; }
}

/// <summary>Gives what was set aside for a booking back to the budget.</summary>
public sealed record ReleaseCoFinancing(CommandId Id, Actor By, BookingId Booking) : Command(Id, By)
{
    /// <summary>Which time the booking is held anew; 0 for the first hold.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Revival { get; init; }
}

/// <summary>Turns what was set aside into what the cluster owes the provider, once the delivery is accepted.</summary>
public sealed record OweCoFinancing(CommandId Id, Actor By, BookingId Booking, Money Amount) : Command(Id, By);

public static partial class ClusterDecisions
{
    /// <summary>Decides <see cref="ReserveCoFinancing"/>.</summary>
    public static Decision<ClusterEvent, ClusterRefusal> Decide(
        ClusterState cluster, ReserveCoFinancing command, Instant now)
    {
        if (cluster.Profile is not { } profile) return Unknown();
        if (!command.By.IsSystem) return No(ClusterRefusal.NotAllowed, "Only a booking sets co-financing aside.");
        if (cluster.Barred.ContainsKey(Bars.KeyOf(command.Booking, command.Revival)))
            return No(ClusterRefusal.BookingEnded, "The booking has ended.");
        if (cluster.Reserved.ContainsKey(command.Booking.Value)) return Decision<ClusterEvent, ClusterRefusal>.Nothing;
        if (cluster.Left(command.Amount.Currency) is { } left && left < command.Amount)
            return No(ClusterRefusal.CoFinancingUsedUp,
                $"{profile.Name} has {left} left for co-financing and this booking needs {command.Amount}. "
                + "Ask for a new quote.");

        // From here on it must succeed.
        return new CoFinancingReserved(command.Booking, command.Agreement, command.Amount);
    }

    /// <summary>Decides <see cref="ReleaseCoFinancing"/>.</summary>
    public static Decision<ClusterEvent, ClusterRefusal> Decide(
        ClusterState cluster, ReleaseCoFinancing command, Instant now)
    {
        if (cluster.Profile is null) return Unknown();
        if (!command.By.IsSystem) return No(ClusterRefusal.NotAllowed, "Only a booking releases co-financing.");
        if (cluster.Barred.ContainsKey(Bars.KeyOf(command.Booking, command.Revival)))
            return Decision<ClusterEvent, ClusterRefusal>.Nothing;
        var released = new CoFinancingReleased(command.Booking);
        if (command.Revival == 0) return released;
        return (ClusterEvent[])[released, new CoFinancingRevivalBarred(command.Booking, command.Revival)];
    }

    /// <summary>Decides <see cref="OweCoFinancing"/>.</summary>
    public static Decision<ClusterEvent, ClusterRefusal> Decide(
        ClusterState cluster, OweCoFinancing command, Instant now)
    {
        if (cluster.Profile is null) return Unknown();
        if (!command.By.IsSystem) return No(ClusterRefusal.NotAllowed, "Only a booking makes co-financing due.");
        if (!cluster.Reserved.TryGetValue(command.Booking.Value, out var reserved))
            return Decision<ClusterEvent, ClusterRefusal>.Nothing;
        if (reserved.Amount < command.Amount)
            throw new InvalidOperationException($"Booking {command.Booking} owes more co-financing than it reserved.");
        return new CoFinancingOwed(command.Booking, command.Amount);
    }
}
