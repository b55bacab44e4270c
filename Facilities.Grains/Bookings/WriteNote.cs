using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Bookings;

/// <summary>
/// Writes what the account wants to remember of its booking, in place of what stood there. It is no part of the
/// contract, and it touches no time: nothing is checked against a calendar, whatever has started meanwhile.
/// </summary>
/// <param name="Id">The command.</param>
/// <param name="By">A person who books for the account.</param>
/// <param name="Note">The whole note; empty to take it away.</param>
public sealed record WriteNote(CommandId Id, Actor By, string Note) : Command(Id, By);

public static partial class BookingDecisions
{
    /// <summary>Decides <see cref="WriteNote"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(BookingState booking, WriteNote command, Instant now)
    {
        if (Hidden(booking, command) is { } unknown) return unknown;
        if (!MayBook(booking, command))
            return No(BookingRefusal.NotAllowed, "Only a person who books for the account writes its note.");
        var note = command.Note.Trim();
        if (note == (booking.Note ?? "")) return Decision<BookingEvent, BookingRefusal>.Nothing;

        // From here on it must succeed.
        return new BookingNoted(note, command.By.Name);
    }
}
