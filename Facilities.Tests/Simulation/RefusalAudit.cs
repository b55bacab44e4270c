using Facilities.Grains.Bookings;
using Facilities.Grains.Claims;
using Facilities.Grains.Credits;
using Facilities.Grains.Debts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Tests.Simulation;

/// <summary>
/// Whether a refusal is explained by some state between question and answer, on a clock that was as wrong as any clock
/// of the run.
/// </summary>
internal sealed class RefusalAudit(SimulatedRun run, LogAudit log)
{
    public bool IsJustified(Call call, Instant from)
    {
        var (early, late) = (from + run.Skews.Min(), call.Answered + run.Skews.Max());
        if (call.Stream.Kind == "account")
            return log.Wallets[call.Stream.Key].During(from, call.Answered)
                .Any(facts => FunderRefusals.Explains(facts, call, early, late));
        return call.Stream.Kind == "programme"
            ? log.Budgets[call.Stream.Key].During(from, call.Answered)
                .Any(facts => Explains(facts, call) || FunderRefusals.Explains(facts, call))
            : log.Bookings[call.Stream.Key].During(from, call.Answered)
                .Any(facts => Explains(facts, call, from, early, late));
    }

    private static bool Explains(BudgetFacts facts, Call call)
    {
        string? StateOf(ClaimId claim) =>
            facts.Claims.TryGetValue(claim.Value, out var standing) ? standing.State : null;
        return (call.Refusal, call.Command) switch
        {
            ("budgetExceeded", AwardVoucher award) => facts.Awarded + award.Amount.Minor > facts.Budget,
            ("amountNotAllowed", AwardVoucher award) => award.Amount.Minor
                > Marketplace.FundOf(call.Stream.Key).CapPerVoucher,
            ("claimUnknown", DecideClaim c) => StateOf(c.Claim) is null,
            ("claimUnknown", PayClaim c) => StateOf(c.Claim) is null,
            ("claimDecided", DecideClaim c) => StateOf(c.Claim) is not (null or "open" or "queried"),
            ("claimUnknown", QueryClaim c) => StateOf(c.Claim) is null,
            ("claimUnknown", AnswerClaim c) => StateOf(c.Claim) is null,
            ("claimDecided", QueryClaim c) => StateOf(c.Claim) is not (null or "open" or "queried"),
            ("claimNotQueried", AnswerClaim c) => StateOf(c.Claim) is not "queried",
            ("answerAwaited", DecideClaim { Approve: false } c) => StateOf(c.Claim) is "queried",
            ("answerAwaited", QueryClaim c) => StateOf(c.Claim) is "queried",
            ("claimDecided", PayClaim c) => StateOf(c.Claim) == "paid",
            ("claimNotApproved", PayClaim c) =>
                StateOf(c.Claim) is "open" or "queried" or "rejected" or "credited" or "lapsed",
            _ => facts.PaysAccount ? ExplainsAdvance(facts, call) || ExplainsDebt(facts, call)
                : ExplainsDebt(facts, call),
        };
    }

    /// <summary>Programmes that pay the company: its account, and its payment of the invoices.</summary>
    private static bool ExplainsAdvance(BudgetFacts facts, Call call)
    {
        ClaimFact? Of(ClaimId claim) => facts.Claims.GetValueOrDefault(claim.Value);
        return (call.Refusal, call.Command) switch
        {
            ("accountMissing", DecideClaim { Approve: true } c) => Of(c.Claim) is { HasAccount: false },
            ("paymentNotProven", DecideClaim { Approve: true } c) => Of(c.Claim) is { IsAdvance: false },
            ("claimUnknown", StateClaimAccount c) => Of(c.Claim) is null,
            ("claimDecided", StateClaimAccount c) => Of(c.Claim) is { IsUndecided: false },
            _ => false,
        };
    }

    private static bool ExplainsDebt(BudgetFacts facts, Call call) => call.Command is RepayDebt c
        && facts.Claims.GetValueOrDefault(c.Claim.Value)?.DebtOf(c.Number) is var debt && call.Refusal switch
        {
            "nothingOwed" => debt is not { IsOpen: true },
            "amountNotAllowed" => debt is { IsOpen: true } && c.Amount?.Minor > debt.OpenTransfer,
            _ => false,
        };

    private bool Explains(BookingFacts booking, Call call, Instant from, Instant early, Instant late)
    {
        var by = call.Command.By;
        bool Manages(string platform) => by.Has(OrganisationKind.Facility, platform, Role.Manager);
        var isOpen = booking.Stage == Stage.Open;
        return call.Refusal switch
        {
            "bookingUnknown" => booking.Shown == "hidden" || !Concerns(booking, by),
            "holdExpired" => booking.Stage == Stage.Expired || (isOpen && booking.HeldUntil <= late),
            "bookingEnded" => booking.Stage != Stage.None && !isOpen && booking.Stage != Stage.Confirmed,
            "moveUnderWay" => booking.IsMoving
                || (call.Command is RescheduleBooking or ChangeLength or ReleaseTime or DropItems or SplitItem
                    && booking.IsPending),
            "alreadyExtended" => booking.IsExtended,
            "notConfirmed" => isOpen,
            "notDelivered" => isOpen || booking.Stage == Stage.Confirmed
                || (call.Command is CreditBooking && booking.Stage == Stage.Delivered),
            "creditUnderWay" => call.Command is CreditBooking && booking.IsPending,
            "creditsChanged" => call.Command is CreditBooking { After: { } after } && booking.Credits.Length != after,
            "creditNotValid" => call.Command is CreditBooking c && CannotCredit(booking, c.Wish),
            "creditUnknown" => call.Command is RecordCreditTransfer c && booking.Credits.Length < c.Number,
            "notYetStarted" => booking.Places.Any(p => call.Command is CheckIn c
                ? p.Item == c.Item && p.Start - Limits.CheckInBefore > early
                : p.Start > early),
            "partReleased" => call.Command is RescheduleBooking or ChangeLength or SplitItem
                && booking.Places.Any(p => p.Until is not null),
            "lengthNotAllowed" when call.Command is SplitItem c => booking.Places.Any(p => p.Item == c.Item
                && p.Offer.End(p.Start, c.First!.Value) >= p.End),
            "lengthNotAllowed" => call.Command is ChangeLength c && booking.Places.Any(p =>
                p.Item == c.Item && p.Offer.End(p.Start, c.Duration) < p.End),
            "nothingToRelease" => call.Command is ReleaseTime c && booking.Places.Any(p => p.Item == c.Item
                && (c.From is { } at
                    ? at < late || at <= p.Start || at >= p.End
                    : early <= p.Start || late + Duration.FromMinutes(1) >= p.End)),
            "itemUnknown" => booking.WasConfirmed
                && NamedBy(call.Command).Any(named => booking.Places.All(p => p.Item != named)),
            "nothingLeft" => call.Command is DropItems c && booking.Places is [var last] && last.Item == c.Item,
            "alreadyStarted" => booking.Places.Any(p => p.Start <= late),
            "gateOpen" => call.Command switch
            {
                SignContract => isOpen && !booking.IsApproved,
                AgreePayment => isOpen && !booking.IsSigned,
                RescheduleBooking => booking.IsApproved && booking.Places.Any(p => p.Offer.NeedsApproval)
                    && !booking.Platforms.Any(Manages),
                ChangeLength c => booking.Places.Any(p => p.Item == c.Item && p.Offer.NeedsApproval),
                SplitItem c => booking.Places.Any(p => p.Item == c.Item && p.Offer.NeedsApproval),
                _ => false,
            },
            "stepDone" => call.Command switch
            {
                ApproveBooking => !isOpen || booking.IsApproved,
                SignContract => !isOpen || booking.Signed.Contains(by.Memberships[0].OrganisationId),
                AgreePayment => !isOpen,
                ExtendHold => booking.Shown != "Held",
                DeliverBooking => booking.Stage != Stage.Confirmed,
                AcceptDelivery => booking.Stage != Stage.Delivered,
                CheckIn c => booking.Stage != Stage.Confirmed
                    || booking.Places.Any(p => p.Item == c.Item && p.End <= late),
                RecordNoShow => booking.Arrivals.Any(a => a.ByFacility),
                RecordInvoicePaid c => booking.InvoicesPaid.Contains(c.Invoice.Value),
                RecordObligationPaid => booking.Owed.IsEmpty,
                RecordCreditTransfer c => booking.Credits[c.Number - 1].IsTransferred,
                _ => false,
            },
            "notAllowed" => call.Command is RecordObligationPaid c
                && !booking.Owed.Contains($"{c.Claim} {by.Memberships[0].OrganisationId}"),
            "obligationUnknown" => call.Command is RecordObligationPaid,
            "invoiceUnknown" => call.Command switch
            {
                RecordInvoicePaid c => !booking.Invoices.Contains(c.Invoice.Value),
                CreditBooking c => booking.Asked.Values.All(i => i.Platform != c.Wish.Platform.Value),
                _ => false,
            },
            _ => ExplainsPart(call, from, late),
        };
    }

    /// <summary>
    /// The whole can always be credited where something is left of it; a part where it is more than what is left, or
    /// where funders would then pay so much less that the company paid more.
    /// </summary>
    private static bool CannotCredit(BookingFacts booking, CreditWish wish) => booking.Left is { } left
        && (wish.Percent != 100 || left.Items.Where(i => i.Platform == wish.Platform).Sum(i => i.Net.Minor) == 0);

    /// <summary>Refusals of the parts: a slot, a voucher, a share, the age of the quote.</summary>
    private bool ExplainsPart(Call call, Instant from, Instant late)
    {
        var basis = (call.Command as RequestBooking)?.Basis;
        switch (call.Refusal)
        {
            case "slotTaken":
                return call.Wishes.Any(wish => log.Calendars[wish.Offer.Platform].During(from, call.Answered)
                    // The second part of an item cannot lie over the first.
                    .Any(calendar => !calendar.CouldTake(wish, call.Command is SplitItem ? null : call.Stream.Key)));
            case "slotNotOffered" when call.Command is ChangeLength or SplitItem:
                // Outside the hours, or a length or a start that the service lacks: the auditor knows none of them.
                return true;
            case "slotNotOffered":
                return call.Wishes.Any(wish => wish.Start < late + Offer.Notice);
            case "quoteExpired":
                return basis!.Quote.ValidUntil <= late;
            case "voucherTooSmall":
                return basis!.Quote.Funding.Where(f => f.Kind == FundingKind.Voucher).Any(share =>
                    log.Wallets[basis.Quote.Account.Value].During(from, call.Answered).Any(wallet =>
                        wallet.Purses.GetValueOrDefault(share.Id) is not { } purse
                            || purse.Left < share.OfVoucher.Minor));
            case "voucherExpired":
                return basis!.Quote.Funding.Where(f => f.Kind == FundingKind.Voucher).Any(share =>
                    log.Wallets[basis.Quote.Account.Value].During(from, call.Answered).Any(wallet =>
                        wallet.Purses.GetValueOrDefault(share.Id) is not { } purse || purse.HasEnded
                            || purse.Over <= late));
            case "coFinancingUsedUp":
                return basis!.Quote.Funding.Where(f => f.Kind == FundingKind.CoFinancing).GroupBy(f => f.Payer)
                    .Any(shares => log.Shares[shares.Key].During(from, call.Answered)
                        .Any(facts => facts.Left < shares.Sum(s => s.Amount.Minor)));
            default:
                return false;
        }
    }

    private static IEnumerable<ItemId> NamedBy(Command command) => command switch
    {
        RescheduleBooking c => c.Items.Select(i => i.Item),
        ChangeLength c => [c.Item],
        ReleaseTime c => [c.Item],
        CheckIn c => [c.Item],
        DropItems c => [c.Item],
        SplitItem c => [c.Item],
        DeliverBooking c => c.Usage.Select(u => u.Item),
        _ => [],
    };

    private static bool Concerns(BookingFacts booking, Actor by) =>
        by.BelongsTo(OrganisationKind.Sme, booking.Account)
        || booking.Platforms.Any(p => by.BelongsTo(OrganisationKind.Facility, p));
}
