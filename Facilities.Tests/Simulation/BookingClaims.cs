using Facilities.Grains.Bookings;
using Facilities.Grains.Claims;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using Facilities.Grains.Programmes;
using Facilities.Grains.Runtime;

namespace Facilities.Tests.Simulation;

/// <summary>What becomes of the claims of a booking: questions, decisions, money, and what falls back.</summary>
internal sealed partial class BookingLife
{
    private IEnumerable<Task> Claims() => held.Quote!.Funding.Where(f => f.Kind == FundingKind.Voucher)
        .Select(async share =>
        {
            await client.Pause();
            var (claim, officer) = (new ClaimId($"c-{_id}-{share.Id}"), Marketplace.Officer(share.Payer));
            var stream = StreamName.Of("programme", share.Payer);
            if (Lots.Next(3) == 0) await Question(stream, share.Id, claim, officer);
            var approves = Lots.Next(5) > 1;
            if (PaysAccount(share)) await StateAccount(share, claim);
            // A company is paid back once it has paid, which the facility may have to see first.
            for (var tries = 0; tries < (PaysAccount(share) ? 4 : 1); tries++)
            {
                if (tries > 0) await client.Pause();
                var decide = new DecideClaim(Step($"decide-{share.Id}-{tries}"), officer, claim, approves, "");
                if (await On(share, decide, grain => grain.DecideClaim(decide)) == Outcome.Accepted) break;
            }
            if (!approves && Lots.Next(3) > 0) await Task.WhenAll(Owed(claim).ToArray());
            if (Lots.Next(3) == 0) await client.Pause();
            var pay = new PayClaim(Step($"paid-{share.Id}"), officer, claim, "SEPA");
            await client.Tell(stream, pay, async incarnation => Answered.From(
                await incarnation.Grains.GetGrain<IProgrammeGrain>(share.Payer).PayClaim(pay)));
        });

    /// <summary>An officer asks, and mostly somebody answers.</summary>
    private async Task Question(StreamName stream, string share, ClaimId claim, Actor officer)
    {
        var ask = new QueryClaim(Step($"ask-{share}"), officer, claim, "Which samples?", null);
        await client.Tell(stream, ask, async incarnation => Answered.From(
            await incarnation.Grains.GetGrain<IProgrammeGrain>(stream.Key).QueryClaim(ask)));
        if (Lots.Next(4) == 0) return;
        await client.Pause();
        foreach (var by in new[] { sme, AManager }.Where(_ => Lots.Next(3) > 0))
        {
            var reply = new AnswerClaim(Step($"answer-{share}-{by.Person}"), by, claim, "Those of May.");
            await client.Tell(stream, reply, async incarnation => Answered.From(
                await incarnation.Grains.GetGrain<IProgrammeGrain>(stream.Key).AnswerClaim(reply)));
        }
    }

    /// <summary>Each facility sees the money that the account pays instead of the funder.</summary>
    private IEnumerable<Task> Owed(ClaimId claim) => Platforms.Select(async platform =>
    {
        await client.Pause();
        await Tell(
            new RecordObligationPaid(Step($"owed-{claim}-{platform}"), Marketplace.Manager(platform), claim),
            (grain, c) => grain.RecordObligationPaid(c));
    });
}
