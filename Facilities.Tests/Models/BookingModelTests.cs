using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Services;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Models;

/// <summary>The booking against a table of statuses and commands; no cent is lost on any of its ways.</summary>
public sealed class BookingModelTests
{
    [Fact]
    public void The_booking_answers_like_a_table_of_statuses_and_commands() =>
        ModelRuns.Play(runs: 600, steps: 60, (draws, tally) => new Play(draws[0], tally).All(draws),
            least: 3, "RequestBooking: done", "RecordHeld: done", "RecordNotHeld: done", "ApproveBooking: done",
            "ApproveBooking: NotAllowed", "SignContract: done", "SignContract: GateOpen", "SignContract: StepDone",
            "SignContract: BookingUnknown", "AgreePayment: done", "AgreePayment: GateOpen",
            "AgreePayment: PaymentMethodNotOffered", "ExtendHold: done", "ExtendHold: AlreadyExtended",
            "ExtendHold: HoldExpired", "CancelBooking: done", "CancelBooking: BookingEnded", "ExpireBooking: done",
            "RescheduleBooking: done", "RescheduleBooking: MoveUnderWay", "RescheduleBooking: GateOpen",
            "RecordMoved: done", "RecordMoveRefused: done", "RecordNoShow: done", "RecordNoShow: NotYetStarted",
            "DeliverBooking: done", "DeliverBooking: NotConfirmed", "AcceptDelivery: done",
            "AcceptDelivery: NotDelivered", "RecordPartsFollowed: done", "RecordInvoice: done",
            "RecordInvoicePaid: done", "RecordClaimOutcome: done", "RecordObligationPaid: done",
            "reached: Settled", "reached: Rejected",
            "reached: Expired", "reached: NoShow", "reached: Cancelled");

    private sealed class Play
    {
        private static readonly ItemId Item = new("item-1");
        private readonly Real<BookingState, BookingEvent, BookingRefusal> _real =
            new(BookingState.Nobody, BookingEvolution.Evolve);
        private readonly BookingModel _model;
        private readonly QuoteBasis _basis;
        private readonly bool _hasOffer;
        private readonly Tally _tally;
        private int _minutes;
        private int _movingTo;

        public Play(Draw first, Tally tally)
        {
            var needsApproval = first.A % 3 == 0;
            (_tally, _hasOffer) = (tally, first.B % 2 == 0);
            var service = HalfDay with { Approval = needsApproval ? ApprovalRule.Manager : ApprovalRule.Automatic };
            var request = WorkedExample() with { Items = [Ordered(service)] };
            _basis = new(
                Quotes.Price(request).Quote!, Pricing.PriceSamples.Spree, [Imaging], [BiopmedBiotop], request.Vouchers);
            _model = new(needsApproval, _hasOffer, (int)(Pricing.PriceSamples.Start - Now).TotalMinutes);
        }

        private Instant Time => Now + Duration.FromMinutes(_minutes);

        private int InAWeek => _minutes + 7 * 24 * 60;

        public void All(Draw[] draws)
        {
            Tell(Request(), BookingDecisions.Decide, _model.Request());
            foreach (var draw in draws)
            {
                Advance(draw);
                var before = _model.Status;
                Step(draw);
                Compare();
                if (before != _model.Status) _tally.Count("reached", _model.Status);
                if (draw.C % 9 == 0) _real.Restart();
            }
        }

        /// <summary>Mostly not at all, now and then for minutes or days; when confirmed, to about the start.</summary>
        private void Advance(Draw draw) => _minutes = (draw.A % 10) switch
        {
            0 => _minutes + draw.B % 25,
            1 when draw.B % 4 == 0 => _minutes + 24 * 60 * (draw.B % 5),
            1 or 2 when _model.WasFirm => Math.Max(_minutes, _model.Start - 30 + draw.B % 60),
            _ => _minutes,
        };

        private void Compare()
        {
            var state = _real.State;
            _real.Same((_model.Status, _model.Pending), (state.Status.ToString(), state.Pending.ToString()), "status");
            _real.Same(
                (_model.Deadline, _model.IsExtended),
                (state.HeldUntil is { } until ? (int)(until - Now).TotalMinutes : null, state.Extended), "deadline");
            _real.Same(
                (_model.AccountSigned, _model.FacilitySigned),
                (state.HasSigned("spree-diagnostics"), state.HasSigned(Imaging.Id.Value)), "signatures");
            _real.Same((_model.Start, _model.Moves), ((int)(state.Start - Now).TotalMinutes, state.MoveNumber), "time");
            _real.Same((_model.WasFirm, _model.InvoicePaid, _model.ClaimPaid),
                (state.WasFirm, state.Invoices is [var i] ? i.Paid : null, state.Claims is [var c] ? c.Paid : null),
                "money");
            if (state.Cancellation is { } fee && fee.Gross.IsZero == fee.Net.IsPositive)
                _real.Same(fee.Net, fee.Gross, "fee without tax");
            foreach (var refund in state.Cancellation?.Refunds ?? [])
                _real.Same(refund.Committed, refund.Kept + refund.Returned, $"refund of {refund.Payer}");
            if (state.Final is { Totals: var totals } final)
                _real.Same(
                    totals.Net + totals.Tax,
                    totals.AccountPays + Money.Sum(final.Funding.Shares.Select(s => s.Amount), Currency.Eur), "shares");
        }

        private void Step(Draw draw)
        {
            CommandId id = new($"c-{draw.A}-{draw.B}");
            if (draw.B % 40 == 0)
            {
                Tell(new SignContract(id, People.Seine, "", "A"), BookingDecisions.Decide, "BookingUnknown");
                return;
            }
            switch (KindOf(draw))
            {
                case 0 or 1 when draw.A % 12 > 0 || _model.Status != "Holding":
                    var zone = DateTimeZoneProviders.Tzdb["Europe/Rome"];
                    Tell(new RecordHeld(id, Actor.System), BookingDecisions.Decide, _model.Held(_minutes,
                        (int)(ThirdWorkingDay(Time.InZone(zone).Date).AtStartOfDayInZone(zone).ToInstant() - Now)
                            .TotalMinutes));
                    break;
                case 0 or 1:
                    Tell(new RecordNotHeld(id, Actor.System, BookingRefusal.SlotTaken, "Taken.", Item),
                        BookingDecisions.Decide, _model.NotHeld());
                    break;
                case 2 or 3:
                    var approves = draw.C % 4 > 0;
                    Tell(new ApproveBooking(id, People.Imaging, approves, ""), BookingDecisions.Decide,
                        _model.Approve(approves, _minutes, InAWeek));
                    break;
                case 4 or 5 or 6:
                    var (forAccount, hash) = (draw.C % 2 == 0, _real.State.ContentHash);
                    Tell(new SignContract(id, forAccount ? People.Spree : People.Imaging, hash, "A Name"),
                        BookingDecisions.Decide, _model.Sign(forAccount, _minutes, InAWeek));
                    break;
                case 7 or 8:
                    var method = draw.C % 5 == 0 ? PaymentMethod.Card : PaymentMethod.Invoice;
                    Tell(new AgreePayment(id, People.Spree, method), BookingDecisions.Decide,
                        _model.Pay(method == PaymentMethod.Invoice, _minutes));
                    break;
                case 9:
                    Tell(new ExtendHold(id, People.Spree), BookingDecisions.Decide, _model.Extend(_minutes));
                    break;
                case 10 when draw.C % 3 == 0:
                    Cancel(id, byFacility: draw.B % 2 == 0);
                    break;
                case 11:
                    Tell(new ExpireBooking(id, Actor.System), BookingDecisions.Decide, _model.Expire(_minutes));
                    break;
                case 12 or 13:
                    Move(id, draw);
                    break;
                case 14:
                    Tell(new RecordMoved(id, Actor.System, _real.State.MoveNumber - draw.C % 8 / 7),
                        BookingDecisions.Decide, _model.Moved(_real.State.MoveNumber - draw.C % 8 / 7, _movingTo));
                    break;
                case 15:
                    Tell(new RecordMoveRefused(
                        id, Actor.System, _real.State.MoveNumber, BookingRefusal.SlotTaken, "Taken.", Item),
                        BookingDecisions.Decide, _model.Moved(_real.State.MoveNumber, null));
                    break;
                default:
                    LaterStep(id, draw);
                    break;
            }
        }

        /// <summary>What may come next comes more often, so that the late statuses are met.</summary>
        private int KindOf(Draw draw) => (_model.Status, draw.A % 3) switch
        {
            (_, 1) when _model.Pending == "Moving" => 14 + draw.Kind % 2,
            ("Accepted", > 0) => 20 + draw.Kind % 5,
            ("Delivered", 0) => 18,
            ("Confirmed", 0) when _minutes >= _model.Start => draw.Kind % 5 == 0 ? 10 : 16,
            _ => draw.Kind % 25,
        };

        private void LaterStep(CommandId id, Draw draw)
        {
            switch (KindOf(draw))
            {
                case 10:
                    Tell(new RecordNoShow(id, People.Imaging, ""), BookingDecisions.Decide, _model.NoShow(_minutes));
                    break;
                case 16 or 17:
                    var used = new ItemUsage(Item, Length.OfHours(draw.B % 6), 1, null);
                    Tell(new DeliverBooking(id, People.Imaging, draw.C % 3 == 0 ? [] : [used]),
                        BookingDecisions.Decide, _model.Deliver(_minutes));
                    break;
                case 18 or 19:
                    var accepts = draw.C % 4 > 0;
                    Tell(new AcceptDelivery(id, People.Spree, accepts, ""), BookingDecisions.Decide,
                        _model.Accept(accepts, _minutes));
                    break;
                case 20 or 21:
                    // The invoice comes before the parts are said to have followed, as the booking's process has it.
                    if (_model.Pending == "SettlingUp")
                        Tell(new RecordInvoice(id, Actor.System, new("i-1"), "TO-1", Imaging.Id, Eur(1)),
                            BookingDecisions.Decide, _model.Invoiced());
                    var work = draw.C % 6 == 0 ? PendingWork.Firming : _real.State.Pending;
                    if (work is PendingWork.Holding or PendingWork.Moving) break;
                    Tell(new RecordPartsFollowed(id, Actor.System, work), BookingDecisions.Decide,
                        _model.Followed(work.ToString()));
                    break;
                case 22:
                    Tell(new RecordInvoicePaid(id, People.Imaging, new("i-1")), BookingDecisions.Decide,
                        _model.PayInvoice());
                    break;
                case 24:
                    var byFacility = draw.C % 3 > 0;
                    Tell(new RecordObligationPaid(id, byFacility ? People.Imaging : People.Spree, new("k-1")),
                        BookingDecisions.Decide, _model.PayObligation(byFacility));
                    break;
                default:
                    if (_model.Status is not ("Accepted" or "Settled")) break;
                    var paid = draw.C % 5 > 0;
                    Tell(new RecordClaimOutcome(id, Actor.System, new("k-1"), paid, Eur(1)), BookingDecisions.Decide,
                        _model.ClaimEnded(paid));
                    break;
            }
        }

        private void Cancel(CommandId id, bool byFacility)
        {
            var (wasFirm, days) = (_model.WasFirm, _model.NoticeAt(_minutes));
            var before = _model.Status;
            Tell(new CancelBooking(id, byFacility ? People.Imaging : People.Spree, ""), BookingDecisions.Decide,
                _model.Cancel(byFacility, _minutes));
            if (before == _model.Status || _model.Status != "Cancelled") return;
            // Time and operator of the worked example: 1,380.00 and 180.00.
            var percent = !wasFirm || byFacility ? 0 : days >= 14 ? 0 : days >= 7 ? 25 : days >= 2 ? 50 : 100;
            _real.Same(Eur(1_560m * percent / 100), _real.State.Cancellation!.Net, $"fee at {days} days");
        }

        private void Move(CommandId id, Draw draw)
        {
            var (byFacility, to) = (draw.C % 3 == 0, _model.Start + (draw.B % 9 - 4) * 600);
            var expected = _model.Move(to, byFacility, _minutes);
            if (expected == "done") _movingTo = to;
            Tell(new RescheduleBooking(
                id, byFacility ? People.Imaging : People.Spree, [new(Item, Now + Duration.FromMinutes(to))]),
                BookingDecisions.Decide, expected);
        }

        private RequestBooking Request() => new(
            new("request"), People.Spree, new("b-1"), _basis, null, "A study",
            _hasOffer ? [new(Imaging.Id, "Facility", new("p-imaging"), Now)] : []);

        private void Tell<TCommand>(
            TCommand command, Func<BookingState, TCommand, Instant, Decision<BookingEvent, BookingRefusal>> decide,
            string expected) => _real.Tell(command, decide, Time, expected, _tally);

        /// <summary>The midnight after three more days from Monday to Friday.</summary>
        private static LocalDate ThirdWorkingDay(LocalDate today)
        {
            var days = Enumerable.Range(1, 7).Select(today.PlusDays)
                .Where(d => d.DayOfWeek is not (IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday));
            return days.ElementAt(2).PlusDays(1);
        }
    }
}
