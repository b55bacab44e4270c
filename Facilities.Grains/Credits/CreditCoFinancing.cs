using Facilities.Grains.Clusters;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Credits;

/// <summary>What a cluster owes for a booking is less by a credit.</summary>
public sealed record CoFinancingCredited(BookingId Booking, int Number, Money Amount) : ClusterEvent
{
    /// <summary>By which it is known never to count twice.</summary>
    internal string Key => $"{Booking}/{Number}";
}

/// <summary>Takes a credit off what a cluster owes the provider; sent by the booking.</summary>
public sealed record CreditCoFinancing(CommandId Id, Actor By, BookingId Booking, int Number, Money Amount)
    : Command(Id, By);

/// <summary>The rules of co-financing that is credited.</summary>
public static class CoFinancingCredits
{
    /// <summary>Decides <see cref="CreditCoFinancing"/>. Each credit counts once, however often it is told.</summary>
    public static Decision<ClusterEvent, ClusterRefusal> Decide(
        ClusterState cluster, CreditCoFinancing command, Instant now)
    {
        if (!command.By.IsSystem)
            return new Refused<ClusterRefusal>(ClusterRefusal.NotAllowed, "Only a booking credits co-financing.");
        var credited = new CoFinancingCredited(command.Booking, command.Number, command.Amount);
        if (cluster.Credited?.Contains(credited.Key) == true) return Decision<ClusterEvent, ClusterRefusal>.Nothing;
        if (cluster.OwedMinor.GetValueOrDefault(command.Amount.Currency.Code) < command.Amount.Minor)
            throw new InvalidOperationException($"{command.Booking} is credited by more than the cluster owes.");
        return credited;
    }
}
