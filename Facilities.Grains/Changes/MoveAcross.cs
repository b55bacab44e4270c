using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Bookings;

/// <summary>How far a move at several platforms has come.</summary>
public enum AcrossStage
{
    /// <summary>The platforms are asked to hold the new places beside the old ones.</summary>
    Asking,
    /// <summary>All of them do: each is moved.</summary>
    Moving,
    /// <summary>One could not: the others give the new places back.</summary>
    GivingUp,
}

/// <summary>A move at several platforms, and why it was given up.</summary>
public sealed record MoveAcross(AcrossStage Stage, MoveGivenUp? GivenUp = null);

/// <summary>Records that every platform holds the new places beside the old ones.</summary>
public sealed record RecordPlacesHeld(CommandId Id, Actor By, int Number) : Command(Id, By);

/// <summary>Records that a platform could not hold a new place, so that the others give theirs back.</summary>
public sealed record RecordMoveGivenUp(
    CommandId Id, Actor By, int Number, BookingRefusal Refusal, string Reason, ItemId? Item) : Command(Id, By);

public static partial class BookingDecisions
{
    /// <summary>Decides <see cref="RecordPlacesHeld"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, RecordPlacesHeld command, Instant now) =>
        booking.Across is { Stage: AcrossStage.Asking } && booking.MoveNumber == command.Number
            ? new PlacesHeld(command.Number)
            : Decision<BookingEvent, BookingRefusal>.Nothing;

    /// <summary>Decides <see cref="RecordMoveGivenUp"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, RecordMoveGivenUp command, Instant now) =>
        booking.Across is { Stage: AcrossStage.Asking } && booking.MoveNumber == command.Number
            ? new MoveGivenUp(command.Refusal.ToString(), command.Reason, command.Item)
            : Decision<BookingEvent, BookingRefusal>.Nothing;
}

/// <summary>
/// A move at several platforms: each holds the new places beside the old ones, in the order of their ids; the booking
/// records that all do, or that one could not; then each moves, or gives the new places back.
/// </summary>
public sealed partial class BookingParts
{
    /// <summary>One step of a move at several platforms, and what is recorded of it.</summary>
    public async Task<Command> FollowAcross(BookingState booking)
    {
        var (across, number, by) = (booking.Across!, booking.MoveNumber, Actor.System);
        switch (across.Stage)
        {
            case AcrossStage.Asking:
                return await SetAside(booking) is { } no
                    ? new RecordMoveGivenUp(
                        Step(booking, $"places-{number}"), by, number, no.Refusal, no.Reason, no.Item)
                    : new RecordPlacesHeld(Step(booking, $"places-{number}"), by, number);
            case AcrossStage.Moving:
                await MoveAcross(booking);
                return new RecordMoved(Step(booking, $"moved-{number}"), by, number);
            default:
                await GiveUpMove(booking);
                return new RecordMoveRefused(
                    Step(booking, $"moved-{number}"), by, number, Enum.Parse<BookingRefusal>(across.GivenUp!.Refusal),
                    across.GivenUp.Reason, across.GivenUp.Item);
        }
    }

    /// <summary>
    /// Has every platform of a move hold the new places beside the old ones; stops at the first that cannot.
    /// </summary>
    private async Task<PartRefusal?> SetAside(BookingState booking)
    {
        foreach (var (platform, wanted) in Moving(booking))
        {
            var reply = await grains.GetGrain<IPlatformGrain>(platform.Value).SetSlotsAside(new SetSlotsAside(
                Step(booking, $"aside-{booking.MoveNumber}"), Actor.System, booking.Id!.Value, wanted,
                booking.MoveNumber)
            {
                Qualifications = QualificationsOf(booking.Account!),
            });
            if (reply.Refusal is { } refusal) return Of(refusal);
        }
        return null;
    }

    /// <summary>Moves to the places that every platform holds.</summary>
    private async Task MoveAcross(BookingState booking)
    {
        foreach (var (platform, wanted) in Moving(booking))
            Must(await grains.GetGrain<IPlatformGrain>(platform.Value).MoveSlots(new MoveSlots(
                Step(booking, $"move-{booking.MoveNumber}"), Actor.System, booking.Id!.Value, wanted,
                booking.MoveNumber)));
    }

    /// <summary>Gives the new places back, also at platforms that a late message still has to reach.</summary>
    private async Task GiveUpMove(BookingState booking)
    {
        foreach (var (platform, _) in Moving(booking))
            Must(await grains.GetGrain<IPlatformGrain>(platform.Value).BarMove(new BarMove(
                Step(booking, $"bar-move-{booking.MoveNumber}"), Actor.System, booking.Id!.Value,
                booking.MoveNumber)));
    }

    /// <summary>What the present move wants at each platform.</summary>
    private static IEnumerable<(PlatformId Platform, ImmutableArray<WantedSlot> Wanted)> Moving(BookingState booking) =>
        booking.Moves.OrderBy(m => m.Start)
            .Select(m => (booking.Agreed!.Items.First(i => i.Id == m.Item), m.Start))
            .GroupBy(m => m.Item1.Platform).OrderBy(at => at.Key.Value, StringComparer.Ordinal)
            .Select(at => (at.Key, at.Select(m => new WantedSlot(
                m.Item1.Id, m.Item1.Service, m.Start, booking.LengthAsked?.Change.To ?? m.Item1.Duration,
                m.Item1.Quantity)).ToImmutableArray()));
}
