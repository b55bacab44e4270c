using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using Facilities.Grains.Runtime;
using NodaTime;
using Orleans;
using Orleans.Concurrency;

namespace Facilities.Grains.Bookings;

/// <summary>One booking: the process that ties slot, price, voucher, contract and payment together.</summary>
public partial interface IBookingGrain : IWakeable
{
    /// <summary>
    /// See <see cref="RequestBooking"/>; everything is held when this accepts, and nothing when it refuses.
    /// </summary>
    Task<Reply<BookingRefusal>> Request(RequestBooking command);
    /// <summary>See <see cref="ApproveBooking"/>.</summary>
    Task<Reply<BookingRefusal>> Approve(ApproveBooking command);
    /// <summary>See <see cref="SignContract"/>.</summary>
    Task<Reply<BookingRefusal>> Sign(SignContract command);
    /// <summary>See <see cref="AgreePayment"/>.</summary>
    Task<Reply<BookingRefusal>> AgreePayment(AgreePayment command);
    /// <summary>See <see cref="ExtendHold"/>.</summary>
    Task<Reply<BookingRefusal>> Extend(ExtendHold command);
    /// <summary>See <see cref="RescheduleBooking"/>.</summary>
    Task<Reply<BookingRefusal>> Reschedule(RescheduleBooking command);
    /// <summary>See <see cref="Bookings.ChangeLength"/>.</summary>
    Task<Reply<BookingRefusal>> ChangeLength(ChangeLength command);
    /// <summary>See <see cref="ReleaseTime"/>; the time is free for others when this accepts.</summary>
    Task<Reply<BookingRefusal>> Release(ReleaseTime command);
    /// <summary>See <see cref="Bookings.CheckIn"/>.</summary>
    Task<Reply<BookingRefusal>> CheckIn(CheckIn command);
    /// <summary>See <see cref="Bookings.WriteNote"/>.</summary>
    Task<Reply<BookingRefusal>> WriteNote(WriteNote command);
    /// <summary>See <see cref="CancelBooking"/>.</summary>
    Task<Reply<BookingRefusal>> Cancel(CancelBooking command);
    /// <summary>See <see cref="RecordNoShow"/>.</summary>
    Task<Reply<BookingRefusal>> NoShow(RecordNoShow command);
    /// <summary>See <see cref="DeliverBooking"/>.</summary>
    Task<Reply<BookingRefusal>> Deliver(DeliverBooking command);
    /// <summary>See <see cref="AcceptDelivery"/>; invoices and claims are there when this accepts.</summary>
    Task<Reply<BookingRefusal>> Accept(AcceptDelivery command);
    /// <summary>See <see cref="RecordInvoicePaid"/>.</summary>
    Task<Reply<BookingRefusal>> RecordInvoicePaid(RecordInvoicePaid command);
    /// <summary>See <see cref="RecordObligationPaid"/>.</summary>
    Task<Reply<BookingRefusal>> RecordObligationPaid(RecordObligationPaid command);
    /// <summary>See <see cref="RecordClaimOutcome"/>.</summary>
    Task<Reply<BookingRefusal>> RecordClaimOutcome(RecordClaimOutcome command);
    /// <summary>Whether the booking was asked for, whatever became of it.</summary>
    Task<bool> IsAsked();
    /// <summary>The booking for a person; null where there is none, or it is not theirs.</summary>
    Task<BookingState?> View(Actor by);
    /// <summary>What a cancellation by a person would cost now.</summary>
    Task<CancellationFee?> PreviewCancellation(Actor by);
    /// <summary>What another length of an item would cost; null where the person has no business with it.</summary>
    Task<LengthPreview?> PreviewLength(Actor by, ItemId item, Length duration);
}

/// <inheritdoc cref="IBookingGrain"/>
[Reentrant]
public sealed partial class BookingGrain(GrainServices services)
    : EventSourcedGrain<BookingState, BookingEvent, BookingRefusal>(services), IBookingGrain
{
    private Task? _following;

    /// <inheritdoc/>
    protected override StreamName Stream => StreamName.Of("booking", this.GetPrimaryKeyString());
    /// <inheritdoc/>
    protected override BookingState Initial => BookingState.Nobody;

    /// <inheritdoc/>
    public async Task<Reply<BookingRefusal>> Request(RequestBooking command) =>
        Held(await Then(Tell(command, BookingDecisions.Decide)));

    /// <inheritdoc/>
    public async Task<Reply<BookingRefusal>> Approve(ApproveBooking command) =>
        await Then(Tell(command, await new ApprovalParts(GrainFactory).Approving(Durable, command)));
    /// <inheritdoc/>
    public Task<Reply<BookingRefusal>> Sign(SignContract command) => Then(Tell(command, BookingDecisions.Decide));
    /// <inheritdoc/>
    public Task<Reply<BookingRefusal>> AgreePayment(AgreePayment command) =>
        Then(Tell(command, BookingDecisions.Decide));
    /// <inheritdoc/>
    public Task<Reply<BookingRefusal>> Extend(ExtendHold command) => Tell(command, BookingDecisions.Decide);

    /// <inheritdoc/>
    public async Task<Reply<BookingRefusal>> Reschedule(RescheduleBooking command)
    {
        var reply = await Then(Tell(command, BookingDecisions.Decide));
        return reply.Accepted && Durable.WhyNotMoved(command.Items) is { } refused
            ? new(new Refused<BookingRefusal>(
                Enum.Parse<BookingRefusal>(refused.Refusal), refused.Reason, PointerOf(refused.Item)))
            : reply;
    }

    /// <inheritdoc/>
    public async Task<Reply<BookingRefusal>> ChangeLength(ChangeLength command)
    {
        var reply = await Then(Tell(command, BookingDecisions.Decide));
        return reply.Accepted && Durable.WhyNotLong(command.Item, command.Duration) is { } refused
            ? new(new Refused<BookingRefusal>(
                Enum.Parse<BookingRefusal>(refused.Refusal), refused.Reason, PointerOf(command.Item)))
            : reply;
    }

    /// <inheritdoc/>
    public async Task<Reply<BookingRefusal>> Release(ReleaseTime command)
    {
        var reply = await Then(Tell(command, BookingDecisions.Decide));
        return reply.Accepted && Durable.Released?.Any(r => r.Item == command.Item) != true
            && Durable.Refusal is { } refusal
            ? new(new Refused<BookingRefusal>(
                Enum.Parse<BookingRefusal>(refusal), Durable.Reason!, PointerOf(Durable.RefusedItem)))
            : reply;
    }

    /// <inheritdoc/>
    public Task<Reply<BookingRefusal>> CheckIn(CheckIn command) => Tell(command, BookingDecisions.Decide);

    /// <inheritdoc/>
    public Task<Reply<BookingRefusal>> WriteNote(WriteNote command) => Tell(command, BookingDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<BookingRefusal>> Cancel(CancelBooking command) => Then(Tell(command, BookingDecisions.Decide));
    /// <inheritdoc/>
    public Task<Reply<BookingRefusal>> NoShow(RecordNoShow command) => Then(Tell(command, BookingDecisions.Decide));
    /// <inheritdoc/>
    public async Task<Reply<BookingRefusal>> Deliver(DeliverBooking command) =>
        await Tell(command, await new ApprovalParts(GrainFactory).Delivering(Durable, Now));
    /// <inheritdoc/>
    public Task<Reply<BookingRefusal>> Accept(AcceptDelivery command) => Then(Tell(command, BookingDecisions.Decide));
    /// <inheritdoc/>
    public Task<Reply<BookingRefusal>> RecordInvoicePaid(RecordInvoicePaid command) =>
        Tell(command, BookingDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<BookingRefusal>> RecordObligationPaid(RecordObligationPaid command) =>
        Tell(command, BookingDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<BookingRefusal>> RecordClaimOutcome(RecordClaimOutcome command) =>
        Tell(command, BookingDecisions.Decide);

    /// <inheritdoc/>
    public Task<bool> IsAsked() => Read(state => state.Id is not null);

    /// <inheritdoc/>
    public Task<BookingState?> View(Actor by) =>
        Read(state => state.IsVisible && BookingDecisions.Concerns(state, by) ? state : null);

    /// <inheritdoc/>
    public Task<CancellationFee?> PreviewCancellation(Actor by) => Read(state =>
        state.IsVisible && BookingDecisions.Concerns(state, by)
            ? BookingDecisions.CancellationOf(state, by, Now)
            : null);

    /// <inheritdoc/>
    public Task<LengthPreview?> PreviewLength(Actor by, ItemId item, Length duration) => Read(state =>
        state.IsVisible && BookingDecisions.Concerns(state, by)
            ? BookingDecisions.PreviewLength(state, by, item, duration, Now)
            : null);

    /// <inheritdoc/>
    public async Task Wake()
    {
        await Follow();
        await Settle();
        await Tell(new ExpireBooking(Once("expire"), Actor.System), BookingDecisions.Decide);
        if (Durable.Status == BookingStatus.Delivered)
            await Tell(new AcceptDelivery(Once("deem"), Actor.System, true, ""), BookingDecisions.Decide);
        await Follow();
    }

    /// <inheritdoc/>
    protected override BookingState Evolve(BookingState state, BookingEvent happened, Instant at) =>
        BookingEvolution.Evolve(state, happened, at);

    /// <inheritdoc/>
    protected override Effects EffectsOf(
        BookingState before, BookingState after, ImmutableArray<Placed<BookingEvent>> events, Instant at) =>
        BookingRows.Of(before, after, events, at);

    /// <inheritdoc/>
    protected override void Assert(BookingState state)
    {
        if (state.WasFirm && !(state.ApprovalPassed && state.SignaturePassed && state.PaymentPassed))
            throw new InvalidOperationException($"Booking {state.Id} was confirmed past an open gate.");
        if (state.Signatures.Any(s => s.ContentHash != state.ContentHash))
            throw new InvalidOperationException($"Booking {state.Id} has a signature under another text.");
        AssertPayments(state);
    }

    private async Task<Reply<BookingRefusal>> Then(Task<Reply<BookingRefusal>> told)
    {
        var reply = await told;
        if (reply.Accepted) await Follow();
        return reply;
    }

    /// <summary>
    /// Brings every part after the last decision. One run at a time; a crash is taken up again by the due work.
    /// </summary>
    private async Task Follow()
    {
        while (Durable.Pending != PendingWork.None)
        {
            if (_following is { } running)
            {
                await running;
                continue;
            }
            var before = Durable;
            var mine = _following = FollowOnce(before);
            try
            {
                await mine;
            }
            finally
            {
                _following = null;
            }
            // Only a log that was tampered with brings a process no further; it stops here rather than turn for ever.
            if ((Durable.Pending, Durable.MoveNumber, Durable.Across?.Stage, Durable.Credits?.Length)
                == (before.Pending, before.MoveNumber, before.Across?.Stage, before.Credits?.Length))
                throw new InvalidOperationException($"Booking {before.Id} gets no further than {before.Pending}.");
        }
    }

    private async Task FollowOnce(BookingState booking)
    {
        var parts = new BookingParts(GrainFactory);
        switch (booking.Pending)
        {
            case PendingWork.Holding:
                await Tell(await parts.Hold(booking) is { } no
                    ? new RecordNotHeld(Step("held"), Actor.System, no.Refusal, no.Reason, no.Item)
                    : (Command)new RecordHeld(Step("held"), Actor.System,
                        await new ApprovalParts(GrainFactory).Holidays(
                            booking,
                            booking.PreparedBy is null || !booking.ToApprove.IsEmpty
                                ? booking.ToApprove
                                : booking.Platforms.Select(p => p.Id),
                            Now)));
                break;
            case PendingWork.Releasing:
                await parts.Release(booking);
                if (booking.Cancellation is { Net.IsPositive: true })
                    await Invoice(parts, booking, booking.EndedAt!.Value);
                await Tell(new RecordPartsFollowed(
                    Step("released" + BookingParts.RevivalOf(booking)), Actor.System, PendingWork.Releasing));
                break;
            case PendingWork.Firming:
                await parts.Firm(booking);
                await Tell(new RecordPartsFollowed(Step("firm"), Actor.System, PendingWork.Firming));
                break;
            case PendingWork.Moving when booking.Across is not null:
                await Tell(await parts.FollowAcross(booking));
                break;
            case PendingWork.Moving when booking.DropAsked is not null:
                await parts.Drop(booking);
                await Tell(new RecordMoved(Step($"moved-{booking.MoveNumber}"), Actor.System, booking.MoveNumber));
                break;
            case PendingWork.Moving:
                await Tell(await parts.Move(booking) is { } refusal
                    ? new RecordMoveRefused(
                        Step($"moved-{booking.MoveNumber}"), Actor.System,
                        booking.MoveNumber, refusal.Refusal, refusal.Reason, refusal.Item)
                    : (Command)new RecordMoved(Step($"moved-{booking.MoveNumber}"), Actor.System, booking.MoveNumber));
                break;
            case PendingWork.Reviving:
                await Revive(parts, booking);
                break;
            case PendingWork.Crediting:
                await FollowCredit(booking);
                break;
            case PendingWork.SettlingUp:
                await Invoice(parts, booking, booking.DeliveredAt!.Value);
                await parts.SettleUp(Durable);
                await Tell(new RecordPartsFollowed(Step("settled"), Actor.System, PendingWork.SettlingUp));
                break;
        }
    }

    private async Task Invoice(BookingParts parts, BookingState booking, Instant suppliedAt)
    {
        foreach (var invoice in await parts.Invoice(booking, suppliedAt))
            await Tell(new RecordInvoice(
                Step($"invoiced-{invoice.Platform}"), Actor.System, invoice.Id,
                invoice.Number, invoice.Platform, invoice.Payable));
    }

    private static string? PointerOf(ItemId? item) => item?.Value;

    private CommandId Step(string step) => new($"{this.GetPrimaryKeyString()}:{step}");

    // A check that comes round again may be answered differently then, so its id names the moment that it is for.
    private CommandId Once(string what) => new($"{this.GetPrimaryKeyString()}:{what}:{Durable.History.Length}");
}
