using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Bookings;

/// <summary>
/// Says that the company is there. By the facility it rules a no-show out; by the company it is a note with its time.
/// </summary>
/// <param name="Id">The command.</param>
/// <param name="By">A person who books for the account, or a manager of the item's facility.</param>
/// <param name="Item">For which slot.</param>
public sealed record CheckIn(CommandId Id, Actor By, ItemId Item) : Command(Id, By);

/// <summary>Somebody of the account is there.</summary>
/// <param name="Item">For which item.</param>
/// <param name="At">Since when.</param>
/// <param name="ByFacility">Whether the facility says so, or the account itself.</param>
/// <param name="ByName">Who said so.</param>
public sealed record Arrival(ItemId Item, Instant At, bool ByFacility, string ByName);

public static partial class BookingDecisions
{
    /// <summary>Decides <see cref="CheckIn"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(BookingState booking, CheckIn command, Instant now)
    {
        if (Hidden(booking, command) is { } unknown) return unknown;
        if (booking.Items.FirstOrDefault(i => i.Id == command.Item) is not { } item)
            return NoItem(booking, command.Item);
        var byFacility = MayManage(item, command);
        if (!byFacility && !MayBook(booking, command))
            return No(
                BookingRefusal.NotAllowed,
                "Only a person who books for the account, or a manager of the facility, checks in.");
        if (booking.IsBeforeConfirmation) return NotConfirmed(booking);
        if (booking.Status != BookingStatus.Confirmed) return Done(booking, "check-in");
        if (now < item.Start - Limits.CheckInBefore)
            return No(
                BookingRefusal.NotYetStarted,
                $"Check in from {At(booking, item.Start - Limits.CheckInBefore)} on; the slot starts on "
                    + $"{At(booking, item.Start)}.");
        if (now >= item.End)
            return No(
                BookingRefusal.StepDone,
                $"The slot ended on {At(booking, item.End)}. The facility records what was used.");
        if ((booking.Arrivals ?? []).Any(a => a.Item == item.Id && a.ByFacility == byFacility))
            return Decision<BookingEvent, BookingRefusal>.Nothing;

        // From here on it must succeed.
        return new CheckedIn(item.Id, byFacility, command.By.Name);
    }
}
