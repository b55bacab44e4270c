using Facilities.Grains.Pricing;

namespace Facilities.Tests.Simulation;

/// <summary>
/// Judges at the end who paid what for each delivery: funders no more than their share of what was delivered and not
/// credited, facilities get just its price, and what nobody owes any more is settled.
/// </summary>
internal sealed class DeliveryAudit(SimulatedRun run, LogAudit log)
{
    // Every programme of the simulation pays three quarters at most.
    private const decimal MostOfNet = 0.75m;

    public void Judge()
    {
        foreach (var (id, history) in log.Bookings.All)
            if (history.Last is { Stage: Stage.Accepted or Stage.Settled } facts) Delivered(id, facts);
        foreach (var (id, history) in log.Shares.All)
            Must(history.Last.Owed == log.Bookings.All.Select(b => b.Value.Last)
                .Where(b => b.Stage is Stage.Accepted or Stage.Settled)
                .Sum(b => b.Left!.Funding.Shares.Where(s => s.Kind == FundingKind.CoFinancing && s.Payer == id)
                    .Sum(s => s.Amount.Minor)), $"{id} owes {history.Last.Owed} for deliveries");
    }

    private void Delivered(string id, BookingFacts facts)
    {
        var (left, isOpen) = (facts.Left!, false);
        var (net, gross, instead) = (BookingFacts.NetOf(left), BookingFacts.GrossOf(left), 0L);
        foreach (var share in facts.Request!.Quote.Funding.Where(f => f.Kind == FundingKind.Voucher))
        {
            var (amount, ofVoucher) = facts.ShareOf(share.Id);
            // Each facility's part is rounded by itself.
            Must(amount <= decimal.Ceiling(net * MostOfNet) + facts.Asked.Count,
                $"{id} takes {amount} of {share.Id} where {net} are left");
            var claim = log.Budgets[share.Payer].Last.Claims.GetValueOrDefault($"c-{id}-{share.Id}");
            if (claim is null)
            {
                Must(ofVoucher == 0, $"{id} claims nothing of {share.Id} and takes {ofVoucher}");
                continue;
            }
            if (claim.State == "rejected")
            {
                Must(claim.PaidOut == 0, $"{id} was paid {claim.PaidOut} of {share.Id}, and rejected");
                if (!share.ToAccount) instead += amount;
                continue;
            }
            var asked = claim.Amount + (claim.Advanced ?? 0);
            Must(asked == ofVoucher, $"{id} claims {asked} of {share.Id}, and its share is {ofVoucher}");
            Must(claim.State is not "paid" || claim.PaidOut - claim.Debts.Sum(d => d.Amount) == claim.Amount,
                $"{id} was paid {claim.PaidOut} of {share.Id} for {claim.Amount}");
            Must(claim.State is "paid" or "approved" || claim.Debts.IsEmpty, $"{id} owes what was not paid to it");
            isOpen |= claim.State is not ("paid" or "credited");
        }
        isOpen |= facts.Asked.Any(i => i.Value.Asks > 0 && !facts.InvoicesPaid.Contains(i.Key))
            || !facts.Owed.IsEmpty || facts.Credits.Any(c => !c.IsSettled);
        Must(isOpen != (facts.Stage == Stage.Settled), $"{id} is {facts.Stage} though something is open or nothing is");
        if (facts.Stage != Stage.Settled) return;
        var funders = left.Funding.Shares.Where(s => !s.ToAccount).Sum(s => s.Amount.Minor);
        Must(facts.Received + funders - instead == gross,
            $"{id} costs {gross}, and facilities get {facts.Received} and {funders - instead}");
        if (!facts.Credits.IsEmpty) run.Coverage.Count("ending: a booking that was credited is settled");
    }

    private void Must(bool holds, string otherwise)
    {
        if (!holds) run.Find($"At the end, {otherwise}.");
    }
}
