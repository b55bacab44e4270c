using System.Collections.Immutable;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using NodaTime;

namespace Facilities.Grains.Credits;

/// <summary>Credits a part or all of one facility's invoice of an accepted booking.</summary>
/// <param name="Id">The command.</param>
/// <param name="By">A manager of the facility.</param>
/// <param name="Wish">What, and why.</param>
/// <param name="After">How many credits the manager saw; null where that does not matter.</param>
public sealed record CreditBooking(CommandId Id, Actor By, CreditWish Wish, int? After) : Command(Id, By);

/// <summary>Records the number that a credit note took.</summary>
public sealed record RecordCreditNote(
    CommandId Id, Actor By, int Number, InvoiceId Note, string NoteNumber) : Command(Id, By);

/// <summary>Records that a funder has back what it pays less, or need not pay it; sent by its programme.</summary>
public sealed record RecordCreditSettled(CommandId Id, Actor By, int Number, VoucherId Voucher) : Command(Id, By);

/// <summary>Records that the facility transferred back what it owed the account for a credit.</summary>
public sealed record RecordCreditTransfer(CommandId Id, Actor By, int Number) : Command(Id, By);

/// <summary>What a credit would do, or why it cannot be.</summary>
/// <param name="Credit">With who gets what back; null where there are faults or a refusal.</param>
/// <param name="Faults">Everything that is wrong with the wish.</param>
/// <param name="Refusal">Why nothing can be credited now; null where something can.</param>
public sealed record CreditPreview(
    Credit? Credit, ImmutableArray<Fault> Faults, Refused<BookingRefusal>? Refusal)
{
    /// <summary>What it would do to the claim of each voucher that has one.</summary>
    public ImmutableSortedDictionary<string, CreditOutlook> Claims { get; init; } =
        ImmutableSortedDictionary<string, CreditOutlook>.Empty;
}

/// <summary>The rules of credits on invoices.</summary>
public static class CreditDecisions
{
    /// <summary>Decides <see cref="CreditBooking"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, CreditBooking command, Instant now)
    {
        if (BookingDecisions.Hidden(booking, command) is { } unknown) return unknown;
        var preview = Preview(booking, command.By, command.Wish, now);
        if (preview.Refusal is { } refusal) return refusal;
        if (command.After is { } after && after != (booking.Credits?.Length ?? 0))
            return No(
                BookingRefusal.CreditsChanged,
                "Another credit was made meanwhile. Look at what is left and credit again.", "/after");
        if (preview.Faults is [var fault, ..])
            return No(BookingRefusal.CreditNotValid, fault.Message, fault.Pointer);

        // From here on it must succeed.
        var credit = preview.Credit!;
        return PaymentDecisions.WithRefund(
            booking, new BookingCredited(credit, command.By.Name), credit.ByRefund, credit.Reason);
    }

    /// <summary>What a credit would do for a manager, without making it.</summary>
    public static CreditPreview Preview(BookingState booking, Actor by, CreditWish wish, Instant now)
    {
        if (MayNot(booking, by, wish.Platform) is { } refusal) return new(null, [], refusal);
        var faults = CreditedLines.Faults(booking, wish);
        if (!faults.IsEmpty) return new(null, faults, null);
        var credit = Crediting.Reckon(booking, wish, now);
        return DearerForAccount(credit) is { } dearer ? new(null, [], dearer) : new(credit, [], null);
    }

    /// <summary>Decides <see cref="RecordCreditNote"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, RecordCreditNote command, Instant now) =>
        Of(booking, command.Number) is { NoteNumber: null }
            ? new CreditNoted(command.Number, command.Note, command.NoteNumber)
            : Decision<BookingEvent, BookingRefusal>.Nothing;

    /// <summary>Decides <see cref="RecordCreditSettled"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, RecordCreditSettled command, Instant now)
    {
        if (!command.By.IsSystem) return No(BookingRefusal.NotAllowed, "Only a programme reports on its money.");
        return Of(booking, command.Number) is { } credit && !credit.Settled.Contains(command.Voucher.Value)
            ? BookingDecisions.Finished(booking, new CreditSettled(command.Number, command.Voucher), now)
            : Decision<BookingEvent, BookingRefusal>.Nothing;
    }

    /// <summary>Decides <see cref="RecordCreditTransfer"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, RecordCreditTransfer command, Instant now)
    {
        if (BookingDecisions.Hidden(booking, command) is { } unknown) return unknown;
        if (Of(booking, command.Number) is not { Credit: var credit } standing || !credit.ByTransfer.IsPositive)
            return No(BookingRefusal.CreditUnknown, $"Nothing is to be transferred for a credit {command.Number}.");
        if (!command.By.Has(OrganisationKind.Facility, credit.Platform.Value, Role.Manager))
            return No(BookingRefusal.NotAllowed, "Only a manager of the facility that owes it records it.");
        if (standing.IsTransferred) return BookingDecisions.Done(booking, "transfer for this credit");
        return BookingDecisions.Finished(booking, new CreditTransferred(command.Number, command.By.Name), now);
    }

    /// <summary>The state after an event.</summary>
    public static BookingState Apply(BookingState state, BookingCreditEvent happened, Instant at) => happened switch
    {
        BookingCredited e => state with
        {
            Status = BookingStatus.Accepted,
            Pending = PendingWork.Crediting,
            Credits = [.. state.Credits ?? [], new BookedCredit(e.Credit, e.ByName, at)],
            Invoices =
            [
                .. state.Invoices.Select(i => i.Platform == e.Credit.Platform && e.Credit.FromInvoice.IsPositive
                    ? i with { Credited = (i.Credited ?? Money.Zero(i.Payable.Currency)) + e.Credit.FromInvoice }
                    : i),
            ],
        },
        CreditNoted e => Change(state, e.Number, c => c with { Note = e.Note, NoteNumber = e.NoteNumber }),
        CreditSettled e => Change(state, e.Number, c => c with { Settled = c.Settled.Add(e.Voucher.Value) }),
        CreditTransferred e => Change(state, e.Number, c => c with { IsTransferred = true }),
        _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot happen to a booking."),
    };

    /// <summary>What a booking's history says of it.</summary>
    public static (string? Text, string? By) Sentence(BookingState state, BookingCreditEvent happened) =>
        happened switch
        {
            BookingCredited e => (
                $"{state.PlatformOf(e.Credit.Platform).Name} credits {Words.Money(e.Credit.Gross)}: {e.Credit.Reason}",
                e.ByName),
            CreditNoted e => ($"Credit note {e.NoteNumber} issued", null),
            CreditTransferred e => (
                $"{Words.Money(Of(state, e.Number)!.Credit.ByTransfer)} of a credit transferred back", e.ByName),
            _ => (null, null),
        };

    private static Refused<BookingRefusal>? MayNot(BookingState booking, Actor by, PlatformId platform)
    {
        if (booking.Platforms.All(p => p.Id != platform))
            return No(BookingRefusal.InvoiceUnknown, $"The booking has no invoice of {platform}.", "/platformId");
        if (!by.Has(OrganisationKind.Facility, platform.Value, Role.Manager))
            return No(BookingRefusal.NotAllowed, "Only a manager of the facility that issued the invoice credits it.");
        if (booking.IsBeforeConfirmation || booking.Status is BookingStatus.Confirmed or BookingStatus.Delivered)
            return No(
                BookingRefusal.NotDelivered,
                "There is no invoice yet. Until the company accepts, the delivery itself is recorded anew.");
        if (booking.Status is not (BookingStatus.Accepted or BookingStatus.Settled))
            return No(BookingRefusal.BookingEnded, "The booking ended without a delivery: nothing is credited.");
        if (booking.Pending != PendingWork.None)
            return No(
                BookingRefusal.CreditUnderWay,
                "Invoices, claims or a credit of this booking are being made. Try again in a moment.");
        return booking.Invoices.Any(i => i.Platform == platform) ? null
            : No(BookingRefusal.InvoiceUnknown, $"The booking has no invoice of {platform}.", "/platformId");
    }

    /// <summary>
    /// A credit note takes nothing from the company: what a funder would no longer pay is not its debt.
    /// </summary>
    private static Refused<BookingRefusal>? DearerForAccount(Credit credit)
    {
        var back = Money.Sum(
            credit.Shares.Where(s => s.ToAccount && !s.FellBack).Select(s => s.Amount), credit.Account.Currency);
        var less = credit.Account - back;
        return less.IsNegative
            ? No(
                BookingRefusal.CreditNotValid,
                $"With so little left the funding falls by more than the price: the company would pay "
                    + $"{Words.Money(-less)} more. Credit less, or everything.")
            : null;
    }

    private static BookedCredit? Of(BookingState booking, int number) =>
        booking.Credits?.FirstOrDefault(c => c.Credit.Number == number);

    private static BookingState Change(
        BookingState state, int number, Func<BookedCredit, BookedCredit> change) => state with
        {
            Credits = [.. (state.Credits ?? []).Select(c => c.Credit.Number == number ? change(c) : c)],
        };

    private static Refused<BookingRefusal> No(BookingRefusal code, string reason, string? pointer = null) =>
        new(code, reason, pointer);
}
