using System.Text.Json;
using Facilities.Grains.Banking;
using Facilities.Grains.Claims;
using Facilities.Grains.Debts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using Facilities.Grains.Programmes;
using Facilities.Grains.Runtime;
using NodaTime;

namespace Facilities.Tests.Simulation;

/// <summary>What is paid in advance of a booking, and what is paid back of anything.</summary>
internal sealed partial class BookingLife
{
    private static readonly BankParty OwnAccount = new("Company", "DE89370400440532013000");

    private bool PaysAccount(FundingShare share) =>
        held.Vouchers.First(v => v.Id.Value == share.Id).Programme.Instalments is not null;

    /// <summary>Soon, or when the delivery is on its way or over.</summary>
    private IEnumerable<Task> Advances() => held.Quote!.Funding
        .Where(f => f.Kind == FundingKind.Voucher && PaysAccount(f)).Select(async share =>
        {
            await client.Pause();
            if (Lots.Next(5) == 0)
                await run.Clock.Until(held.Start + Duration.FromSeconds(Lots.Next(-3_000, 60_000)));
            var (claim, officer) = (new ClaimId($"a-{_id}-{share.Id}"), Marketplace.Officer(share.Payer));
            if (Lots.Next(12) > 0) await StateAccount(share, claim);
            var decide = new DecideClaim(Step($"advance-{share.Id}"), officer, claim, Lots.Next(6) > 0, "");
            await On(share, decide, grain => grain.DecideClaim(decide));
            if (Lots.Next(8) == 0) return;
            if (Lots.Next(3) == 0) await client.Pause();
            var pay = new PayClaim(Step($"advanced-{share.Id}"), officer, claim, "SEPA");
            await On(share, pay, grain => grain.PayClaim(pay));
        });

    private Task<Outcome> StateAccount(FundingShare share, ClaimId claim)
    {
        var state = new StateClaimAccount(Step($"account-{claim}"), sme, claim, OwnAccount);
        return On(share, state, grain => grain.StateClaimAccount(state));
    }

    /// <summary>An officer looks at what is owed; all or a part comes, told by a person or by the bank.</summary>
    private async Task Repayments(int round)
    {
        foreach (var share in held.Quote!.Funding.Where(f => f.Kind == FundingKind.Voucher))
            foreach (var row in run.Database.Rows("claims").Where(r => r.Key == $"c-{_id}-{share.Id}"
                || r.Key == $"a-{_id}-{share.Id}").ToArray())
            {
                var body = (string)row.Columns!.Value.First(c => c.Key == "body").Value!;
                var claim = JsonSerializer.Deserialize<ClaimStanding>(body, Json.Options)!;
                foreach (var debt in claim.OpenDebts.ToArray())
                    if (Lots.Next(4) > 0) await Repay(share, claim.Claim.Id, debt, round);
            }
    }

    private async Task Repay(FundingShare share, ClaimId claim, Debt debt, int round)
    {
        await client.Pause();
        var (officer, whole) = (Marketplace.Officer(share.Payer), debt.OpenTransfer);
        var some = Lots.Next(3) == 0 ? new Money(1 + Lots.Next((int)whole.Minor), whole.Currency) : whole;
        var step = $"{claim}-{debt.Number}-{round}";
        if (Lots.Next(2) == 0)
        {
            var repay = new RepayDebt(
                Step($"repay-{step}"), officer, claim, debt.Number, some == whole ? null : some, "BP-1");
            await On(share, repay, grain => grain.RepayDebt(repay));
            return;
        }
        var entry = new BankEntry(
            $"S-{step}", null, "E-1", debt.Reference, some, EntryStatus.Booked, false, false, null);
        // Now and then a file is taken in twice, by two people who each found it.
        foreach (var times in Enumerable.Range(0, 1 + Lots.Next(4) / 3))
        {
            var take = new TakeBankStatement(
                Step($"statement-{step}-{times}"), officer, new($"{step}", [entry.Statement], [entry], []));
            await On(share, take, grain => grain.TakeBankStatement(take));
        }
    }

    private Task<Outcome> On(
        FundingShare share, Command command, Func<IProgrammeGrain, Task<Reply<ProgrammeRefusal>>> tell) =>
        client.Tell(StreamName.Of("programme", share.Payer), command, async incarnation => Answered.From(
            await tell(incarnation.Grains.GetGrain<IProgrammeGrain>(share.Payer))));
}
