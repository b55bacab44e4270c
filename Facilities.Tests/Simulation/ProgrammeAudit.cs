using Facilities.Grains.Applications;
using Facilities.Grains.Banking;
using Facilities.Grains.Claims;
using Facilities.Grains.Credits;
using Facilities.Grains.Debts;
using Facilities.Grains.Instalments;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using Facilities.Grains.Programmes;

namespace Facilities.Tests.Simulation;

/// <summary>Programmes: what they award, are claimed, pay in advance, are credited and owed back.</summary>
internal sealed partial class LogAudit
{
    private BudgetFacts Programme(BudgetFacts facts, ProgrammeEvent happened)
    {
        switch (happened)
        {
            case ProgrammePublished e:
                return facts with
                {
                    Budget = e.Terms.Budget.Minor,
                    AdvancePercent = e.Terms.Instalments?.Advance.Value ?? 0,
                };
            case ApplicationEvent e:
                return facts.Application(e, Wrong);
            case VoucherAwarded e:
                return facts.Award(e.Voucher.Value, e.Account.Value, e.Amount.Minor, Wrong);
            case ClaimOpened { Claim: var claim }:
                Must(!facts.Claims.ContainsKey(claim.Id.Value), $"{claim.Id} was opened twice");
                Must(Bookings[claim.Booking.Value].Last.Stage == Stage.Accepted, $"{claim.Booking} is not accepted");
                var opened = BudgetFacts.Opened(claim) with { HasAccount = claim.Advanced is not null };
                Must(IsConverted(claim), $"{claim.Id} claims {claim.Amount} for {claim.InOrder}");
                Must(opened.Opened <= Wallets[claim.Account.Value].Last.Purses[claim.Voucher.Value].Redeemed,
                    $"{claim.Id} claims more than was redeemed");
                Must(opened.Opened == Bookings[claim.Booking.Value].Last.ShareOf(claim.Voucher.Value).OfVoucher,
                    $"{claim.Id} claims {opened.Opened}, which is not the share of {claim.Voucher}");
                var advance = facts.AdvanceOf(opened);
                Must(claim.Advanced?.Minor == (advance is { State: "paid" }
                    ? Math.Min(advance.Amount, opened.Opened) : null),
                    $"{claim.Id} counts {claim.Advanced} in advance");
                Must(advance is null or { State: "paid" or "lapsed" }, $"the advance of {claim.Id} goes on");
                return facts with { Claims = facts.Claims.SetItem(claim.Id.Value, opened) };
            case AdvanceOpened { Claim: var claim }:
                Must(Bookings[claim.Booking.Value].Last.WasConfirmed, $"{claim.Booking} is not confirmed");
                Must(claim.Amount.Minor == InAdvance(claim.Booking.Value, claim.Voucher.Value),
                    $"{claim.Id} asks for {claim.Amount} in advance");
                return facts.Instalment((InstalmentEvent)happened, Must);
            case InstalmentEvent e:
                return facts.Instalment(e, Must);
            case CreditEvent e:
                if (e is ClaimCredited { Effect: var effect }) run.Coverage.Count($"event: ClaimCredited {effect}");
                return facts.Credit(e, Must);
            case DebtEvent e:
                var cause = facts.Claims[e.Claim.Value].IsAdvance ? "an advance" : "a credit";
                run.Coverage.Count($"event: {e.GetType().Name} of {cause}");
                return facts.Owing(e, Must);
            case BankStatementTaken e:
                return facts with { Entries = facts.Entries.Union(e.Entries) };
            case ClaimAccountStated e:
                return facts.Change(e.Claim, c => c with { HasAccount = true });
            case ClaimPaymentProven e:
                Must(facts.Claims[e.Claim.Value] is { IsAdvance: true } claimed || InvoicesArePaid(
                    facts.Claims[e.Claim.Value].Booking), $"{e.Claim} is proven though an invoice is open");
                return facts.Change(e.Claim, c => c with { WasProven = true });
            case ClaimQueried e:
                return facts.Claim(e.Claim.Value, "open", "queried", Wrong);
            case ClaimAnswered e:
                return facts.Claim(e.Claim.Value, "queried", "open", Wrong);
            case ClaimApproved e:
                return facts.Claim(e.Claim.Value, Undecided(facts, e.Claim), "approved", Wrong);
            case ClaimRejected e:
                return facts.Claim(e.Claim.Value, Undecided(facts, e.Claim), "rejected", Wrong);
            case VoucherReduced e:
                Must(e.Claim is not { } rejected || facts.Claims[rejected.Value] is { State: "rejected" }
                    || WasLost(facts.Claims[rejected.Value], e.Amount.Minor),
                    $"{e.Voucher} comes back though nothing was rejected");
                Must(e.Claim is not null || Wallets.All.Any(w => w.Value.Last.Purses.GetValueOrDefault(e.Voucher.Value)
                    is { } purse && purse.Lapsed >= e.Amount.Minor), $"{e.Voucher} comes back and did not lapse");
                return facts.Return(e.Voucher.Value, e.Amount.Minor, Wrong);
            case ClaimPaid e:
                return facts.Paid(e.Claim, Wrong);
            default:
                return facts;
        }
    }

    private static string Undecided(BudgetFacts facts, ClaimId claim) =>
        facts.Claims.GetValueOrDefault(claim.Value)?.State == "queried" ? "queried" : "open";

    private ClaimFact? Claim(string id) => Budgets.All.Select(b => b.Value.Last.Claims.GetValueOrDefault(id))
        .FirstOrDefault(claim => claim is not null);

    /// <summary>What a programme pays in advance of what a booking reserved, rounded half up.</summary>
    private long InAdvance(string booking, string voucher)
    {
        var share = Bookings[booking].Last.Request!.Quote.Funding
            .First(f => f.Kind == FundingKind.Voucher && f.Id == voucher);
        return (long)decimal.Round(
            share.OfVoucher.Minor * Budgets[share.Payer].Last.AdvancePercent / 100, MidpointRounding.AwayFromZero);
    }

    /// <summary>A voucher gets back what a credit takes of a claim once nobody owes it any more.</summary>
    private bool IsDueBack(RedemptionCredited e) =>
        Claim($"c-{e.Booking}-{e.Voucher}") is { } claim
        && claim.Credits.Any(c => c.Number == e.Number && c.OfClaim == e.Amount && c.Effect != CreditEffect.None)
        && claim.DebtOf(e.Number) is not { IsOpen: true };

    /// <summary>A claim that was rejected, or what came back of an advance that was claimed and rejected.</summary>
    private bool WasLost(string id, long amount) => Claim(id) is { State: "rejected" } rejected
        ? rejected.Amount == amount
        : id.LastIndexOf('-') is > 0 and var dash && Claim(id[..dash]) is { IsAdvance: true } advance
            && advance.Freed.Contains(new(int.Parse(id[(dash + 1)..], null), amount, true));

    private bool WasLost(ClaimFact advance, long amount) => advance.IsAdvance
        && advance.Freed.Any(f => f.ForGood && f.Amount == amount)
        && Claim($"c-{advance.Booking}-{advance.Voucher}") is { State: "rejected" };

    private bool InvoicesArePaid(string booking) => Bookings[booking].Last is var facts
        && facts.Asked.All(i => i.Value.Asks == 0 || facts.InvoicesPaid.Contains(i.Key));
}
