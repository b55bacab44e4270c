using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Contracts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using NodaTime;

namespace Facilities.Grains.Bookings;

/// <summary>Holds everything that a quote prices, or nothing. The booking's id is the grain's key.</summary>
/// <param name="Id">The command.</param>
/// <param name="By">Who books.</param>
/// <param name="Booking">The booking to be.</param>
/// <param name="Basis">The quote and what it rests on.</param>
/// <param name="Seal">The seal that the person saw; null where they sent none.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="Offers">Standing offers of its platforms.</param>
public sealed record RequestBooking(
    CommandId Id, Actor By, BookingId Booking, QuoteBasis Basis, string? Seal, string Purpose,
    ImmutableArray<StandingOffer> Offers) : Command(Id, By);

/// <summary>Records that every part is held.</summary>
/// <param name="Id">The command.</param>
/// <param name="By">The marketplace.</param>
/// <param name="Holidays">No working days there, where it must be approved or was prepared; null for none.</param>
public sealed record RecordHeld(
    CommandId Id, Actor By,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    ImmutableArray<LocalDate>? Holidays = null) : Command(Id, By);

/// <summary>Records that a part could not be held.</summary>
public sealed record RecordNotHeld(
    CommandId Id, Actor By, BookingRefusal Refusal, string Reason, ItemId? Item) : Command(Id, By);

/// <summary>Records that every part followed the last decision.</summary>
public sealed record RecordPartsFollowed(CommandId Id, Actor By, PendingWork Work) : Command(Id, By);

/// <summary>The rules of a booking.</summary>
public static partial class BookingDecisions
{
    /// <summary>Decides <see cref="RequestBooking"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, RequestBooking command, Instant now)
    {
        var quote = command.Basis.Quote;
        if (booking.Status != BookingStatus.None) return Decision<BookingEvent, BookingRefusal>.Nothing;
        if (!command.By.Has(OrganisationKind.Sme, quote.Account.Value, Role.Owner, Role.Booker))
            return No(BookingRefusal.NotAllowed, "Only a person who books for the account may book its quote.");
        if (!QuoteSeal.IsIntact(quote) || (command.Seal is { } seal && seal != quote.Seal))
            return No(
                BookingRefusal.SealBroken,
                "The seal does not fit the quote, so the price is not the one that was shown. Ask for a new quote.",
                "/seal");
        if (quote.ValidUntil <= now)
            return No(
                BookingRefusal.QuoteExpired,
                $"The price was honoured until {Kernel.Words.Time(quote.ValidUntil, ZoneOf(command.Basis))}. "
                    + "Ask for a new quote.",
                "/quoteId");

        // From here on it must succeed.
        return (BookingEvent[])
        [
            new BookingRequested(
                command.Booking, quote, command.Basis.Account, command.Basis.Platforms, command.Basis.Agreements,
                command.Basis.Vouchers, command.Offers, command.Purpose,
                ContractOf(command.Booking, command.Basis, command.Purpose).ContentHash, command.By.Name),
            new ResponsibleNamed(command.By.Person, command.By.Name, command.By.Name),
        ];
    }

    /// <summary>Decides <see cref="RecordHeld"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(BookingState booking, RecordHeld command, Instant now)
    {
        if (booking.Pending != PendingWork.Holding) return Decision<BookingEvent, BookingRefusal>.Nothing;
        var signed = booking.Offers.Select(offer => (BookingEvent)new ContractSigned(new Signature(
            offer.Platform.Value, offer.Name, offer.Person, now, booking.ContentHash, Standing: true)));
        var until = (booking.ToApprove.IsEmpty, booking.PreparedBy) switch
        {
            (false, _) => WorkingDays.EndAfter(now, Limits.ApprovalWorkingDays, booking.Zone, command.Holidays ?? []),
            (_, null) => now + Limits.Hold,
            _ => Instant.Min(
                WorkingDays.EndAfter(now, Limits.PreparedWorkingDays, booking.Zone, command.Holidays ?? []),
                booking.Start),
        };
        return (BookingEvent[])[new BookingHeld(until), .. signed];
    }

    /// <summary>Decides <see cref="RecordNotHeld"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, RecordNotHeld command, Instant now) =>
        booking.Pending == PendingWork.Holding
            ? new BookingNotHeld(command.Refusal.ToString(), command.Reason, command.Item)
            : Decision<BookingEvent, BookingRefusal>.Nothing;

    /// <summary>Decides <see cref="RecordPartsFollowed"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, RecordPartsFollowed command, Instant now) =>
        booking.Pending == command.Work && command.Work != PendingWork.None
            ? Finished(booking, new PartsFollowed(), now)
            : Decision<BookingEvent, BookingRefusal>.Nothing;

    /// <summary>
    /// The contract of a booking, made from what was recorded when it was requested; its text never changes.
    /// </summary>
    public static ContractText ContractOf(BookingId booking, QuoteBasis basis, string purpose) =>
        ServiceContract.For(booking, basis.Quote, basis.Account, basis.Platforms, purpose);

    private static DateTimeZone ZoneOf(QuoteBasis basis) => DateTimeZoneProviders.Tzdb[basis.Platforms[0].TimeZone];

    private static string At(BookingState booking, Instant instant) => Kernel.Words.Time(instant, booking.Zone);

    internal static Refused<BookingRefusal> No(BookingRefusal code, string reason, string? pointer = null) =>
        new(code, reason, pointer);
}
