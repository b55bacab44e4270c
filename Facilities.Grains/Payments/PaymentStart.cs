using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using NodaTime;
using static Facilities.Grains.Bookings.BookingDecisions;

namespace Facilities.Grains.Payments;

/// <summary>Starts a payment at the provider; its page is opened afterwards. Doors send it only where one is set up.
/// </summary>
/// <param name="Id">The command.</param>
/// <param name="By">Who pays for the account.</param>
/// <param name="Method">By card or direct debit.</param>
/// <param name="ReturnTo">The site that the provider sends the payer back to.</param>
public sealed record StartPayment(CommandId Id, Actor By, PaymentMethod Method, string ReturnTo) : Command(Id, By);

/// <summary>Records that the provider opened its page.</summary>
public sealed record RecordPaymentOpened(CommandId Id, Actor By, int Attempt, string Session, string Url)
    : Command(Id, By);

public static partial class PaymentDecisions
{
    /// <summary>Decides <see cref="StartPayment"/>. An attempt of the same method that is open goes on.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(BookingState booking, StartPayment command, Instant now)
    {
        if (MayNotPay(booking, command, now) is { } refusal) return refusal;
        if (command.Method == PaymentMethod.Invoice)
            return No(BookingRefusal.PaymentMethodNotOffered, "An invoice is agreed, not paid here.", "/method");
        if (booking.Attempts?.LastOrDefault(a => a.IsLive) is { } live && live.Method == command.Method
            && now < live.ExpiresAt)
            return Decision<BookingEvent, BookingRefusal>.Nothing;
        if (booking.Attempts is { Length: >= Limits.PaymentAttempts })
            return No(
                BookingRefusal.PaymentMethodNotOffered,
                $"{Limits.PaymentAttempts} payments were started for this booking. Pay by invoice.", "/method");

        // From here on it must succeed. The page closes with the deadline, where the provider's limits allow it.
        var (least, most) = (now + Limits.PaymentPageMin, now + Limits.PaymentPageMax);
        var until = Instant.Max(least, Instant.Min(most, booking.HeldUntil!.Value));
        return (BookingEvent[])
        [
            .. Replaced(booking), new PaymentStarted(
                (booking.Attempts?.Length ?? 0) + 1, command.Method, booking.Quote!.PaysProviders, until,
                command.ReturnTo, command.By.Name),
        ];
    }

    /// <summary>Decides <see cref="RecordPaymentOpened"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, RecordPaymentOpened command, Instant now) =>
        AttemptOf(booking, command.Attempt) is { Session: null }
            ? new PaymentOpened(command.Attempt, command.Session, command.Url)
            : Decision<BookingEvent, BookingRefusal>.Nothing;

    internal static Refused<BookingRefusal>? MayNotPay(BookingState booking, Command command, Instant now)
    {
        if (Hidden(booking, command) is { } unknown) return unknown;
        if (!command.By.Has(OrganisationKind.Sme, booking.Account!.Id.Value, Role.Owner, Role.Finance))
            return No(BookingRefusal.NotAllowed, "Only a person who pays for the account may agree the payment.");
        if (Late(booking, now) is { } late) return late;
        if (Moving(booking) is { } moving) return moving;
        if (!booking.IsBeforeConfirmation) return Done(booking, "payment");
        if (!booking.SignaturePassed)
            return No(BookingRefusal.GateOpen, booking.ApprovalPassed
                ? "Both sides must sign the contract first; then the payment can be agreed."
                : "The facility must approve and both sides must sign first; then the payment can be agreed.");
        return booking.Attempts?.Any(a => a.Stage == PaymentStage.Processing) == true
            ? No(
                BookingRefusal.PaymentUnderWay,
                "A direct debit is under way. If it fails, another payment can be chosen; until then the slot stays "
                    + "held.", "/method")
            : null;
    }

    internal static IEnumerable<BookingEvent> Replaced(BookingState booking) =>
        (booking.Attempts ?? []).Where(a => a.IsLive).Select(a => new PaymentReplaced(a.Number));

    private static PaymentAttempt? AttemptOf(BookingState booking, int number) =>
        booking.Attempts?.FirstOrDefault(a => a.Number == number);
}
