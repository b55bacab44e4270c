using Facilities.Grains.Accounts;
using Facilities.Grains.Applications;
using Facilities.Grains.Banking;
using Facilities.Grains.Bookings;
using Facilities.Grains.Claims;
using Facilities.Grains.Credits;
using Facilities.Grains.Debts;
using Facilities.Grains.Instalments;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Tests.Simulation;

/// <summary>
/// Judges every answer by the log. What was accepted is there, once, before the answer, with all that belongs to it.
/// What was refused is not there, and some state between question and answer explains why. The same id has the same
/// answer. What was never asked is not there.
/// </summary>
internal sealed class AnswerAudit(SimulatedRun run, LogAudit log, bool wasCalm)
{
    private readonly RefusalAudit _refusals = new(run, log);
    private readonly ILookup<(Grains.Runtime.StreamName, CommandId), Call> _byId =
        run.Calls.ToLookup(call => (call.Stream, call.Command.Id));

    public void Judge()
    {
        foreach (var call in run.Calls)
        {
            if (call.Outcome == Outcome.Accepted) Accepted(call);
            else if (call.Outcome == Outcome.Refused) Refused(call);
            else Must(!wasCalm, call, "had no answer although nothing went wrong");
        }
        foreach (var reading in run.Readings)
            if (log.Bookings[reading.Stream.Key].During(reading.Asked, reading.Answered)
                .All(facts => facts.Shown != reading.What))
                run.Find($"{reading.Stream} was shown as {reading.What}, {reading.Asked} to {reading.Answered}.");
        foreach (var quoted in run.Quoted) Judge(quoted);
        foreach (var commit in run.Database.Commits) WasAsked(commit);
    }

    private void Accepted(Call call)
    {
        if (IsOtherContent(call))
        {
            Must(false, call, "was accepted although its id stands for something else");
            return;
        }
        if (log.Of(call.Stream, call.Command.Id) is not { } commit)
        {
            Must(WasSoAlready(call), call, "was accepted and is not in the log");
            return;
        }
        // Where there was nothing to do nothing is stored, until another copy finds that there is.
        if (commit.Committed > call.Answered && HasCopies(call) && WasSoAlready(call)) return;
        Must(commit.Committed <= call.Answered, call, $"was accepted before it was stored at {commit.Committed}");
        Must(commit.Append.By == call.Command.By.Person, call, "is in the log as somebody else's");
        Must(EventOf(call).Split('|').Contains(log.Events[commit][0].GetType().Name), call,
            $"is in the log as {log.Events[commit][0].GetType().Name}");
        Must(HasFollowed(call, commit), call, "was accepted before all that belongs to it had followed");
    }

    private void Refused(Call call)
    {
        var commit = log.Of(call.Stream, call.Command.Id);
        if (call.Refusal == "commandIdReused")
        {
            Must(IsOtherContent(call) && commit is not null, call, "was told of another use of its id");
            return;
        }
        // Once it is carried out, the same id is answered the same, whatever has happened since.
        var mayBeStored = call.Command is RequestBooking or RescheduleBooking or ChangeLength or SplitItem;
        if (commit is not null && !mayBeStored && !IsOtherContent(call))
        {
            Must(commit.Committed > call.Asked, call, $"was refused though it was stored at {commit.Committed}");
            Must(HasCopies(call), call, "was refused and is in the log");
        }
        if (commit is not null && call.Command is RescheduleBooking or ChangeLength or SplitItem
            && commit.Committed <= call.Answered)
            Must(ChangeWasRefused(commit, call.Command, call.Answered), call, "was refused though it was carried out");
        var first = _byId[(call.Stream, call.Command.Id)].Min(other => other.Asked);
        Must(_refusals.IsJustified(call, mayBeStored ? first : call.Asked), call, "was refused for no reason");
        if (call.Command is RequestBooking)
            Must(HasNothing(call.Stream.Key, call.Answered), call, "was refused and has something");
    }

    private bool HasCopies(Call call) =>
        _byId[(call.Stream, call.Command.Id)].Count() > 1 || run.Doubled.Contains(call.Command.Id);

    /// <summary>A repeat is the same object; anything else under its id is something else.</summary>
    private bool IsOtherContent(Call call) =>
        !ReferenceEquals(_byId[(call.Stream, call.Command.Id)].First().Command, call.Command);

    private bool WasSoAlready(Call call)
    {
        if (call.Command is WithdrawApplication asked)
            return log.Budgets[call.Stream.Key].During(call.Asked, call.Answered)
                .Any(b => b.Applications.GetValueOrDefault(asked.Application.Value).State == "withdrawn");
        // What says the same as before is not stored again.
        if (call.Command is DeclareOtherAid or StateClaimAccount) return true;
        if (call.Command is TakeBankStatement { Statement.Entries: [var entry] })
            return log.Budgets[call.Stream.Key].During(call.Asked, call.Answered).Any(facts =>
                facts.Entries.Contains(entry.Key) || facts.Claims.Values.SelectMany(c => c.Debts).Any(d =>
                    d.Reference == entry.EndToEndId && d.OpenTransfer < entry.Amount.Minor));
        var during = log.Bookings[call.Stream.Key].During(call.Asked, call.Answered);
        return call.Command switch
        {
            ApproveBooking c => during.Any(b => b.Platforms.Any(p => b.Approved.Contains(p)
                && c.By.Has(OrganisationKind.Facility, p, Role.Manager))),
            RescheduleBooking => during.Any(b =>
                call.Wishes.All(w => b.Places.Any(p => p.Item == w.Item && p.Start == w.Start))),
            ChangeLength c => during.Any(b => b.Places.Any(p => p.Item == c.Item && p.Duration == c.Duration)),
            CheckIn c => during.Any(b => b.Arrivals.Any(a => a.Item == c.Item
                && a.ByFacility == c.By.Memberships.Any(m => m.Kind == OrganisationKind.Facility))),
            _ => false,
        };
    }

    /// <summary>What a command promises to have done when it is answered.</summary>
    private bool HasFollowed(Call call, Commit commit)
    {
        var (key, at) = (call.Stream.Key, call.Answered);
        var booking = log.Bookings[key].At(at);
        switch (call.Command)
        {
            case RequestBooking:
                return booking.Stage is not (Stage.Holding or Stage.NotHeld or Stage.None);
            case CancelBooking or RecordNoShow or ApproveBooking { Approve: false }:
                return HasNothing(key, at);
            // Two moves to the same time are told apart by their last outcome alone.
            case RescheduleBooking when log.Bookings[key].During(commit.Committed, at).Any(b =>
                call.Wishes.All(w => b.Places.Any(p => p.Item == w.Item && p.Start == w.Start))):
                return true;
            case ChangeLength c when log.Bookings[key].During(commit.Committed, at).Any(b =>
                b.Places.Any(p => p.Item == c.Item && p.Duration == c.Duration)):
                return true;
            case DropItems c:
                return log.Bookings[key].During(commit.Committed, at).Any(b => b.Places.All(p => p.Item != c.Item));
            case RescheduleBooking or ChangeLength or ReleaseTime or SplitItem:
                return log.Events.Where(e => e.Key.Append.Stream == call.Stream && e.Key.Number > commit.Number
                    && e.Key.Committed <= at).OrderBy(e => e.Key.Number).SelectMany(e => e.Value)
                    .FirstOrDefault(e => e is BookingMoved or LengthChanged or TimeReleased or SlotSplit or MoveRefused
                        or BookingRejected) is BookingMoved or LengthChanged or TimeReleased or SlotSplit;
            case AcceptDelivery { Accepted: true }:
                return booking.Platforms.All(p => booking.Invoices.Contains($"i-{key}-{p}"))
                    && !log.Wallets[booking.Account].At(at).Reservations.ContainsKey(key)
                    && Redeemed(key).All(voucher => booking.Request!.Quote.Funding
                        .Where(f => f.Id == voucher)
                        .All(f => log.Budgets[f.Payer].At(at).Claims.ContainsKey($"c-{key}-{f.Id}")));
            case AgreePayment when booking.IsLive:
                return booking.Platforms.All(p => log.Calendars[p].At(at).Firm.Contains(key));
            case CreditBooking:
                var credit = booking.Credits.First(c => c.Credit.Platform == ((CreditBooking)call.Command).Wish.Platform
                    && log.Events[commit].OfType<BookingCredited>().Any(e => e.Credit.Number == c.Credit.Number));
                return credit.Note is not null && credit.Credit.Shares.Where(s => s.IsClaimed).All(s =>
                    log.Budgets[s.Payer].At(at).Claims[$"c-{key}-{s.Id}"].Credits
                        .Any(c => c.Number == credit.Credit.Number));
            case AwardVoucher award:
                return log.Wallets[award.Account.Value].At(at).Purses.ContainsKey($"v-{award.Id}");
            case DecideApplication { Award: true } c:
                return log.Wallets[log.Budgets[key].At(at).Applications[c.Application.Value].Account].At(at)
                    .Purses.ContainsKey($"v-{c.Application}-1");
            default:
                return true;
        }
    }

    /// <summary>What was delivered may need less than all vouchers that were reserved.</summary>
    private IEnumerable<string> Redeemed(string booking) => log.Events.Values.SelectMany(events => events)
        .OfType<VouchersRedeemed>().Where(e => e.Booking.Value == booking)
        .SelectMany(e => e.Parts).Select(part => part.Voucher.Value);

    private bool HasNothing(string booking, Instant at) =>
        Marketplace.Offers.All(o => !log.Calendars[o.Platform].At(at).Has(booking))
        && Marketplace.Accounts.All(a => !log.Wallets[a].At(at).Reservations.ContainsKey(booking));

    /// <summary>This change or, told apart by their last outcome alone, a later one to the same.</summary>
    private bool ChangeWasRefused(Commit commit, Command change, Instant until)
    {
        object? asked = null;
        foreach (var happened in log.Events.Where(e => e.Key.Append.Stream == commit.Append.Stream
            && e.Key.Number >= commit.Number && e.Key.Committed <= until).OrderBy(e => e.Key.Number)
            .SelectMany(e => e.Value))
        {
            if (happened is MoveRequested or MoveAcrossRequested or LengthChangeRequested or ReleaseRequested
                or DropRequested or SplitRequested)
                asked = happened;
            if (happened is MoveRefused && (asked, change) switch
            {
                (MoveRequested e, RescheduleBooking c) => IsTo(e.Moves, c),
                (MoveAcrossRequested e, RescheduleBooking c) => IsTo(e.Moves, c),
                (LengthChangeRequested e, ChangeLength c) => e.Change.Item == c.Item && e.Change.To == c.Duration,
                (SplitRequested e, SplitItem c) => e.Split.First.Id == c.Item && e.Split.First.Duration == c.First,
                _ => false,
            }) return true;
        }
        return false;

        static bool IsTo(System.Collections.Immutable.ImmutableArray<ItemMove> moves, RescheduleBooking command) =>
            command.Items.All(i => moves.Any(m => m.Item == i.Item && m.Start == i.Start));
    }

    private void Judge(Quoted quoted)
    {
        bool Could(Wish wish) => log.Calendars[wish.Offer.Platform].During(quoted.Asked, quoted.Answered)
            .Any(calendar => calendar.CouldTake(wish));
        bool CouldNot(Wish wish) => log.Calendars[wish.Offer.Platform].During(quoted.Asked, quoted.Answered)
            .Any(calendar => !calendar.CouldTake(wish));
        var isRight = quoted.Refusal switch
        {
            null => quoted.Wishes.All(Could),
            "slotTaken" => quoted.Wishes.Any(CouldNot),
            "insideLeadTime" => quoted.Wishes.Any(w =>
                w.Start < quoted.Answered + run.Skews.Max() + Offer.Notice),
            _ => false,
        };
        if (!isRight) run.Find($"A quote of {quoted.Asked} was answered {quoted.Refusal ?? "with a price"}.");
    }

    private void WasAsked(Commit commit)
    {
        if (commit.Number < run.Opened || commit.Append.By == Actor.System.Person) return;
        var calls = _byId[(commit.Append.Stream, commit.Append.Command)];
        if (!calls.Any(call => call.Asked <= commit.Committed))
            run.Find($"Nobody asked for {commit.Append.Command} of {commit.Append.Stream}.");
    }

    private static string EventOf(Call call) => call.Command switch
    {
        RequestBooking => nameof(BookingRequested),
        ApproveBooking { Approve: true } => nameof(BookingApproved),
        ApproveBooking => nameof(BookingRejected),
        SignContract => nameof(ContractSigned),
        AgreePayment => nameof(PaymentAgreed),
        ExtendHold => nameof(HoldExtended),
        RescheduleBooking when call.Wishes.DistinctBy(w => w.Offer.Platform).Count() > 1 => nameof(MoveAcrossRequested),
        RescheduleBooking => nameof(MoveRequested),
        ChangeLength => nameof(LengthChangeRequested),
        ReleaseTime => nameof(ReleaseRequested),
        DropItems => nameof(DropRequested),
        SplitItem => nameof(SplitRequested),
        CheckIn => nameof(CheckedIn),
        CancelBooking => nameof(BookingCancelled),
        RecordNoShow => nameof(NoShowRecorded),
        DeliverBooking => nameof(DeliveryRecorded),
        AcceptDelivery { Accepted: true } => nameof(DeliveryAccepted),
        AcceptDelivery => nameof(DeliveryDisputed),
        RecordInvoicePaid => nameof(InvoicePaid),
        AwardVoucher => nameof(VoucherAwarded),
        Apply => nameof(ApplicationSubmitted),
        DecideApplication { Award: true } => nameof(ApplicationApproved),
        DecideApplication => nameof(ApplicationRejected),
        WithdrawApplication => nameof(ApplicationWithdrawn),
        EndVoucher => nameof(VoucherEnded),
        DeclareOtherAid => nameof(OtherAidDeclared),
        RecordObligationPaid => nameof(ObligationPaid),
        QueryClaim => nameof(ClaimQueried),
        AnswerClaim => nameof(ClaimAnswered),
        StateClaimAccount => nameof(ClaimAccountStated),
        DecideClaim { Approve: true } => $"{nameof(ClaimApproved)}|{nameof(ClaimPaymentProven)}",
        DecideClaim { Claim.Value: ['a', ..] } => nameof(AdvanceClosed),
        DecideClaim => nameof(ClaimRejected),
        PayClaim => nameof(ClaimPaid),
        CreditBooking => nameof(BookingCredited),
        RecordCreditTransfer => nameof(CreditTransferred),
        RepayDebt or TakeBankStatement => nameof(DebtRepaid),
        _ => "",
    };

    private void Must(bool holds, Call call, string otherwise)
    {
        if (!holds) run.Find($"{call}: {otherwise}.");
    }
}
