using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Bookings;

/// <summary>
/// Gives the rest of a slot back: whoever finishes early, or will not use the rest. It is free for others at once, and
/// the price stays, since time is billed as booked.
/// </summary>
/// <param name="Id">The command.</param>
/// <param name="By">A person who books for the account, or a manager of the item's facility.</param>
/// <param name="Item">Which slot.</param>
/// <param name="From">The new end, to the next full minute; null for now.</param>
public sealed record ReleaseTime(CommandId Id, Actor By, ItemId Item, Instant? From = null) : Command(Id, By);

public static partial class BookingDecisions
{
    /// <summary>Decides <see cref="ReleaseTime"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(BookingState booking, ReleaseTime command, Instant now)
    {
        if (Hidden(booking, command) is { } unknown) return unknown;
        if (booking.Items.FirstOrDefault(i => i.Id == command.Item) is not { } item)
            return NoItem(booking, command.Item);
        if (!MayBook(booking, command) && !MayManage(item, command))
            return No(
                BookingRefusal.NotAllowed,
                "Only a person who books for the account, or a manager of the facility, gives time back.");
        if (MayNotEnd(booking) is { } refusal) return refusal;
        if (booking.Status != BookingStatus.Confirmed) return NotConfirmed(booking);
        if (booking.Pending != PendingWork.None)
            return No(BookingRefusal.MoveUnderWay, "The booking is being changed. Try again in a moment.");
        var from = NextMinute(command.From ?? now);
        if (from < now)
            return No(
                BookingRefusal.NothingToRelease, $"{At(booking, from)} is past. Give back what is still to come.",
                "/from");
        if (from <= item.Start)
            return No(
                BookingRefusal.NothingToRelease,
                $"The slot starts on {At(booking, item.Start)}; giving back the whole of it is a cancellation.",
                "/from");
        if (from >= item.End)
            return No(
                BookingRefusal.NothingToRelease, $"The slot ends on {At(booking, item.End)}: nothing is left from "
                + $"{At(booking, from)}.", "/from");

        // From here on it must succeed.
        return new ReleaseRequested(item.Id, from, booking.MoveNumber + 1, command.By.Name);
    }

    /// <summary>Slots begin and end on full minutes.</summary>
    private static Instant NextMinute(Instant instant)
    {
        var ticks = instant.ToUnixTimeTicks();
        var floor = ticks - Mod(ticks, NodaConstants.TicksPerMinute);
        return Instant.FromUnixTimeTicks(floor) is var minute && minute < instant
            ? minute + Duration.FromMinutes(1)
            : minute;
    }

    private static long Mod(long value, long by) => (value % by + by) % by;

    private static bool MayManage(BookedItem item, Command command) =>
        command.By.Has(OrganisationKind.Facility, item.Platform.Value, Role.Manager);
}
