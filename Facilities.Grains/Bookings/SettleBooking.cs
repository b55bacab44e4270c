using Facilities.Grains.Credits;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Bookings;

/// <summary>Records an invoice that a platform issued for the booking.</summary>
public sealed record RecordInvoice(
    CommandId Id, Actor By, InvoiceId Invoice, string Number, PlatformId Platform, Money Payable) : Command(Id, By);

/// <summary>Records that the SME's payment of an invoice arrived.</summary>
public sealed record RecordInvoicePaid(CommandId Id, Actor By, InvoiceId Invoice) : Command(Id, By);

/// <summary>Records how a claim ended; sent by its programme.</summary>
public sealed record RecordClaimOutcome(
    CommandId Id, Actor By, ClaimId Claim, bool Paid, Money Amount) : Command(Id, By);

public static partial class BookingDecisions
{
    /// <summary>Decides <see cref="RecordInvoice"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, RecordInvoice command, Instant now) =>
        booking.Invoices.Any(i => i.Id == command.Invoice)
            ? Decision<BookingEvent, BookingRefusal>.Nothing
            : new BookingInvoiced(command.Invoice, command.Number, command.Platform, command.Payable);

    /// <summary>Decides <see cref="RecordInvoicePaid"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, RecordInvoicePaid command, Instant now)
    {
        if (Hidden(booking, command) is { } unknown) return unknown;
        if (booking.Invoices.FirstOrDefault(i => i.Id == command.Invoice) is not { } invoice)
            return No(BookingRefusal.InvoiceUnknown, $"The booking has no invoice {command.Invoice}.");
        if (!command.By.Has(OrganisationKind.Facility, invoice.Platform.Value, Role.Manager))
            return No(BookingRefusal.NotAllowed, "Only a manager of the facility that issued it records its payment.");
        if (invoice.Paid) return Done(booking, "payment of this invoice");
        return Finished(booking, new InvoicePaid(command.Invoice, command.By.Name), now);
    }

    /// <summary>Decides <see cref="RecordClaimOutcome"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, RecordClaimOutcome command, Instant now)
    {
        if (!command.By.IsSystem) return No(BookingRefusal.NotAllowed, "Only a programme reports on its claims.");
        if (booking.Claims.Any(c => c.Claim == command.Claim)) return Decision<BookingEvent, BookingRefusal>.Nothing;
        var settled = new ClaimSettled(command.Claim, command.Paid, command.Amount);
        return Finished(
            booking, command.Paid ? settled : settled with { Owed = Obligations.OwedOf(booking, settled) }, now);
    }

    /// <summary>
    /// An event that may be the last one: with it the booking is settled where nobody owes anything any more.
    /// </summary>
    internal static BookingEvent[] Finished(BookingState booking, BookingEvent happened, Instant now)
    {
        var next = BookingEvolution.Evolve(booking, happened, now);
        var claims = (Crediting.LeftOf(next)?.Funding.Shares ?? [])
            .Where(s => s.Kind == Pricing.FundingKind.Voucher).ToArray();
        // Of what was credited as a whole no funder has to say anything any more.
        var isAnswered = next.Credits is null
            ? next.Claims.Length == claims.Length
            : claims.All(s => next.Claims.Any(c => c.Claim == Credit.ClaimOf(next.Id!.Value, s.Id)));
        var isSettled = next.Status == BookingStatus.Accepted && next.Pending == PendingWork.None
            && next.Invoices.All(i => i.Paid || i.ToPay.IsZero)
            && isAnswered && Obligations.Of(next).All(o => o.Paid) && (next.Credits ?? []).All(c => c.IsSettled);
        return isSettled ? [happened, new BookingSettled()] : [happened];
    }
}
