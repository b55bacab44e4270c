using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using NodaTime;
using static Facilities.Grains.Payments.PaymentDecisions;

namespace Facilities.Grains.Bookings;

/// <summary>A facility approves or rejects.</summary>
/// <param name="Id">The command.</param>
/// <param name="By">Who decides.</param>
/// <param name="Approve">Or rejects.</param>
/// <param name="Note">For the company.</param>
/// <param name="Proposed">Other starts that the facility would take, with a rejection.</param>
public sealed record ApproveBooking(
    CommandId Id, Actor By, bool Approve, string Note,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    ImmutableArray<ItemStart>? Proposed = null) : Command(Id, By);

/// <summary>A person entitled to sign for a party signs the contract.</summary>
public sealed record SignContract(CommandId Id, Actor By, string ContentHash, string Name) : Command(Id, By);

/// <summary>The SME says how it pays its share.</summary>
public sealed record AgreePayment(CommandId Id, Actor By, PaymentMethod Method) : Command(Id, By);

/// <summary>Lengthens the hold, once.</summary>
public sealed record ExtendHold(CommandId Id, Actor By) : Command(Id, By);

/// <summary>Ends a booking whose deadline has passed.</summary>
public sealed record ExpireBooking(CommandId Id, Actor By) : Command(Id, By);

public static partial class BookingDecisions
{
    /// <summary>Decides <see cref="ApproveBooking"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, ApproveBooking command, Instant now) => Decide(booking, command, now, []);

    /// <summary>The same where platforms have named who approves: they decide, or their deputies.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, ApproveBooking command, Instant now, ImmutableArray<PlatformApproval> rules)
    {
        if (Hidden(booking, command) is { } unknown) return unknown;
        var mine = booking.ToApprove
            .Where(p => command.By.Has(OrganisationKind.Facility, p.Value, Role.Manager)).ToArray();
        if (mine.Length == 0)
            return No(BookingRefusal.NotAllowed, "Only a manager of a facility that approves this booking may decide.");
        if (Late(booking, now) is { } late) return late;
        if (Moving(booking) is { } moving) return moving;
        if (booking.Status != BookingStatus.AwaitingApproval)
            return No(BookingRefusal.StepDone, $"The booking is {Words(booking.Status)}: no approval is waited for.");
        var turns = mine.Select(p => (
            Platform: p, Turn: ApprovalTurns.Of(
                booking, rules.FirstOrDefault(r => r.Platform == p), command.By, now))).ToArray();
        var names = turns.Where(t => t.Turn.ByName is not null)
            .Select(t => (t.Platform, Name: t.Turn.ByName!)).ToArray();
        if (names.Length == 0) return No(BookingRefusal.NotAllowed, turns[0].Turn.Why!);
        if (!command.Approve) return Rejected(command, names[0].Platform, names[0].Name);
        var open = names.Where(n => !booking.ApprovedBy.Contains(n.Platform.Value)).ToArray();
        if (open.Length == 0) return Decision<BookingEvent, BookingRefusal>.Nothing;

        // From here on it must succeed.
        return Passed(booking, [.. open.Select(n => new BookingApproved(n.Platform, n.Name, command.Note))], now);
    }

    private static BookingEvent[] Rejected(ApproveBooking command, PlatformId platform, string byName)
    {
        var rejected = new BookingRejected(platform, byName, command.Note);
        return command.Proposed is { Length: > 0 } proposed
            ? [rejected, new AlternativesProposed(platform, proposed)]
            : [rejected];
    }

    /// <summary>Decides <see cref="SignContract"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(BookingState booking, SignContract command, Instant now)
    {
        if (Hidden(booking, command) is { } unknown) return unknown;
        var parties = Parties(booking, command.By).ToArray();
        if (parties.Length == 0)
            return No(BookingRefusal.NotAllowed, "Only a person entitled to sign for one of the parties may sign.");
        if (command.ContentHash != booking.ContentHash)
            return No(BookingRefusal.ContractChanged,
                $"The hash is not that of this contract, which is {booking.ContentHash}. "
                + "Read the contract again and sign that.",
                "/contentHash");
        if (string.IsNullOrWhiteSpace(command.Name))
            return No(BookingRefusal.NotAllowed, "Type your full name to sign.", "/name");
        if (Late(booking, now) is { } late) return late;
        if (Moving(booking) is { } moving) return moving;
        if (!booking.IsBeforeConfirmation) return Done(booking, "signature");
        if (!booking.ApprovalPassed)
            return No(BookingRefusal.GateOpen, "The facility must approve first; then the contract can be signed.");
        var open = parties.Where(p => !booking.HasSigned(p)).ToArray();
        if (open.Length == 0) return Done(booking, "signature of yours");

        // From here on it must succeed.
        return Passed(booking, [.. open.Select(p => new ContractSigned(new Signature(
            p, command.Name.Trim(), command.By.Person, now, command.ContentHash, Standing: false)))], now);
    }

    /// <summary>Decides <see cref="AgreePayment"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(BookingState booking, AgreePayment command, Instant now)
    {
        if (MayNotPay(booking, command, now) is { } refusal) return refusal;
        if (command.Method != PaymentMethod.Invoice)
            return No(
                BookingRefusal.PaymentMethodNotOffered,
                $"Payment by {PaymentEvolution.Word(command.Method)} is not offered here. Pay by invoice.", "/method");

        // From here on it must succeed.
        return Passed(
            booking, [.. Replaced(booking), new PaymentAgreed(command.Method, command.By.Name)], now);
    }

    /// <summary>Decides <see cref="ExtendHold"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(BookingState booking, ExtendHold command, Instant now)
    {
        if (Hidden(booking, command) is { } unknown) return unknown;
        if (!MayBook(booking, command))
            return No(BookingRefusal.NotAllowed, "Only the account that holds may lengthen the hold.");
        if (Late(booking, now) is { } late) return late;
        if (booking.Status != BookingStatus.Held || booking.HeldUntil is not { } until) return Done(booking, "hold");
        if (booking.Extended)
            return No(BookingRefusal.AlreadyExtended,
                $"A hold is lengthened once; this one ends on {At(booking, until)}.");
        return new HoldExtended(until + Limits.Hold);
    }

    /// <summary>Decides <see cref="ExpireBooking"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, ExpireBooking command, Instant now)
    {
        if (!booking.IsBeforeConfirmation || booking.Pending != PendingWork.None)
            return Decision<BookingEvent, BookingRefusal>.Nothing;
        if (booking.HeldUntil is not { } until || now < until) return Decision<BookingEvent, BookingRefusal>.Nothing;
        return new BookingExpired(booking.Status switch
        {
            BookingStatus.AwaitingApproval => "the facility did not decide in time",
            BookingStatus.AwaitingSignature => "the contract was not signed in time",
            BookingStatus.AwaitingPayment when booking.PaymentBy is not null => "the direct debit took too long",
            BookingStatus.AwaitingPayment => "the payment was not agreed in time",
            _ => "the hold ran out",
        });
    }

    /// <summary>
    /// The events of a gate that was passed, and either the confirmation or the next deadline, in one decision.
    /// </summary>
    private static BookingEvent[] Passed(BookingState booking, BookingEvent[] passed, Instant now)
    {
        var next = passed.Aggregate(booking, (state, happened) => BookingEvolution.Evolve(state, happened, now));
        if (next.ApprovalPassed && next.SignaturePassed && next.PaymentPassed)
            return [.. passed, new BookingConfirmed()];
        if (next.Status == booking.Status) return passed;
        var days = next.Status == BookingStatus.AwaitingPayment ? Limits.PaymentDays : Limits.SignatureDays;
        return [.. passed, new DeadlineSet(Instant.Min(Length.OfDays(days).After(now, next.Zone), booking.Start))];
    }

    private static IEnumerable<string> Parties(BookingState booking, Actor by)
    {
        if (by.Has(OrganisationKind.Sme, booking.Account!.Id.Value, Role.Signatory))
            yield return booking.Account.Id.Value;
        foreach (var platform in booking.Platforms)
            if (by.Has(OrganisationKind.Facility, platform.Id.Value, Role.Signatory)) yield return platform.Id.Value;
    }

    private static bool MayBook(BookingState booking, Command command) =>
        command.By.Has(OrganisationKind.Sme, booking.Account!.Id.Value, Role.Owner, Role.Booker);

    private static bool MayManage(BookingState booking, Command command) =>
        booking.Platforms.Any(p => command.By.Has(OrganisationKind.Facility, p.Id.Value, Role.Manager));

    /// <summary>
    /// Whether a person has any business with the booking: of the account, or of one of its facilities.
    /// </summary>
    public static bool Concerns(BookingState booking, Actor by) =>
        by.IsSystem || by.IsOperator || by.BelongsTo(OrganisationKind.Sme, booking.Account!.Id.Value)
        || booking.Platforms.Any(p => by.BelongsTo(OrganisationKind.Facility, p.Id.Value))
        // A cluster that prepared it follows it until the company has made it its own.
        || (!booking.WasFirm && booking.PreparedBy is { } preparer
            && by.BelongsTo(preparer.Kind, preparer.OrganisationId));

    internal static Refused<BookingRefusal>? Hidden(BookingState booking, Command command) =>
        booking.IsVisible && Concerns(booking, command.By)
            ? null
            : No(BookingRefusal.BookingUnknown, "There is no such booking among yours.");

    /// <summary>A deadline that passed is told alike before and after the booking was ended for it.</summary>
    internal static Refused<BookingRefusal>? Late(BookingState booking, Instant now) => booking switch
    {
        { Status: BookingStatus.Expired } =>
            No(
                BookingRefusal.HoldExpired,
                "The deadline has passed; the slot is free for others again. Ask for a new quote."),
        { IsBeforeConfirmation: true, HeldUntil: { } until } when until <= now =>
            No(
                BookingRefusal.HoldExpired,
                $"The deadline was {At(booking, until)}; the slot is free for others again. Ask for a new quote."),
        _ => null,
    };

    /// <summary>What is confirmed meanwhile would lie elsewhere than in the calendar.</summary>
    internal static Refused<BookingRefusal>? Moving(BookingState booking) => booking.Pending == PendingWork.Moving
        ? No(BookingRefusal.MoveUnderWay, "The booking is being changed. Try again in a moment.")
        : null;

    internal static Refused<BookingRefusal> Done(BookingState booking, string step) =>
        No(BookingRefusal.StepDone, $"The booking is {Words(booking.Status)}: no {step} is waited for.");

    internal static string Words(BookingStatus status) => status switch
    {
        BookingStatus.AwaitingApproval => "waiting for approval",
        BookingStatus.AwaitingSignature => "to be signed",
        BookingStatus.AwaitingPayment => "to be paid",
        BookingStatus.NoShow => "ended: nobody turned up",
        _ => status.ToString().ToLowerInvariant(),
    };
}
