using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Bookings;

/// <summary>The person of the account whom the facility expects.</summary>
public sealed record Contact(PersonId Person, string Name);

/// <summary>
/// Hands a booking to a colleague: the facility expects that person, and it moves to that person's own feed. The
/// parties of the contract are organisations, so nothing else changes.
/// </summary>
/// <param name="Id">The command.</param>
/// <param name="By">The responsible person, or an owner of the account.</param>
/// <param name="To">A person with the memberships of now.</param>
public sealed record HandOverBooking(CommandId Id, Actor By, Actor To) : Command(Id, By);

public static partial class BookingDecisions
{
    /// <summary>Decides <see cref="HandOverBooking"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, HandOverBooking command, Instant now)
    {
        if (Hidden(booking, command) is { } unknown) return unknown;
        if (!MayHandOver(booking, command.By))
            return No(
                BookingRefusal.NotAllowed,
                "Only the responsible person, or an owner of the account, hands a booking to a colleague.");
        if (!command.To.BelongsTo(OrganisationKind.Sme, booking.Account!.Id.Value))
            return No(
                BookingRefusal.PersonUnknown,
                $"There is no such person at {booking.Account.Name}. Name a colleague who signs in for it.",
                "/personId");
        if (!booking.IsBeforeConfirmation && booking.Status != BookingStatus.Confirmed)
            return No(
                BookingRefusal.BookingEnded,
                $"The booking is {Words(booking.Status)}, so nobody is expected any more.");
        if (Late(booking, now) is { } late) return late;
        if (booking.End <= now)
            return No(
                BookingRefusal.BookingEnded,
                $"The last slot ended on {At(booking, booking.End)}, so nobody is expected any more.");
        if (booking.Responsible?.Person == command.To.Person) return Decision<BookingEvent, BookingRefusal>.Nothing;

        // From here on it must succeed.
        return new ResponsibleNamed(command.To.Person, command.To.Name, command.By.Name);
    }

    /// <summary>Whether a person may hand a booking to somebody else.</summary>
    public static bool MayHandOver(BookingState booking, Actor by) =>
        by.Has(OrganisationKind.Sme, booking.Account!.Id.Value, Role.Owner)
        || (booking.Responsible?.Person == by.Person && by.BelongsTo(OrganisationKind.Sme, booking.Account.Id.Value));
}
