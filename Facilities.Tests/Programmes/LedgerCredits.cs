using System.Collections.Immutable;
using Facilities.Grains.Banking;
using Facilities.Grains.Credits;
using Facilities.Grains.Debts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Tests.Models;
using Facilities.Tests.TestKit;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Programmes;

/// <summary>Credits on claims, wherever these stand, and what is paid back for them.</summary>
internal sealed partial class LedgerPlay
{
    private static bool IsCreditable(ClaimStanding claim) =>
        claim.Claim.Advance is null && Whole(claim.Claim).IsPositive;

    private static Money Whole(Claim claim) => claim.Amount + (claim.Advanced ?? Eur(0));

    /// <summary>A part of a claim, or all that is left of it; now and then of one that a file pays.</summary>
    private void CreditSome(Draw draw)
    {
        if (_programme.State.Claims.Values.Where(IsCreditable).ToArray()
            is not { Length: > 0 } claims) return;
        // Where an advance was paid, that is what is credited more often.
        var standing = claims.Where(c => c.Claim.Advanced is not null).ToArray() is { Length: > 0 } rests
            && draw.B % 3 > 0 ? draw.Pick(rests) : draw.Pick(claims);
        if (draw.B % 3 == 0 && Claim(draw, ClaimStatus.Approved) is { } filed
            && !_programme.State.Banking.Waiting.ContainsKey(filed.Value)
            && _programme.State.Claims[filed.Value].Claim is { Advance: null, Amount.IsPositive: true })
        {
            standing = _programme.State.Claims[filed.Value];
            Programme(new PaymentBatchMade(new(
                $"f-{_commands}", _now, "Officer", new(2027, 2, 5), new("Agency", "DE89370400440532013000"),
                [new(filed, $"FP{_commands}", standing.Claim.Amount, new("Provider", "IT60"), "N-1")])));
        }
        var whole = Whole(standing.Claim);
        var some = new Money(1 + draw.B % whole.Minor, Currency.Eur);
        var credit = new CreditClaim(
            Next(), Actor.System, standing.Claim.Id, 1 + (standing.Credits?.Length ?? 0),
            draw.A % 4 == 0 ? whole : some, "C-1", "A scan failed.");
        Tell(credit, ClaimCreditDecisions.Decide);
        Tell(credit with { Id = Next() }, ClaimCreditDecisions.Decide);
        if (standing.Status == ClaimStatus.Approved
            && _programme.State.Banking.Waiting.GetValueOrDefault(standing.Claim.Id.Value) is { } batch)
        {
            Holds();
            Programme(draw.C % 3 > 0
                ? new PaymentBatchWithdrawn(batch, "Officer") : new ClaimPaid(standing.Claim.Id, "S-1"));
        }
    }

    /// <summary>Somebody pays back what is owed, or a part of it.</summary>
    private void RepaySome(Draw draw)
    {
        if (_programme.State.Claims.Values.SelectMany(c => c.OpenDebts.Select(d => (c.Claim.Id, Debt: d))).ToArray()
            is not { Length: > 0 } owed) return;
        var (claim, debt) = draw.Pick(owed);
        tally.Count("repaid by", debt.By.ToString());
        Tell(
            new RepayDebt(
                Next(), People.Officer, claim, debt.Number,
                draw.B % 2 == 0 ? null : Money.Min(debt.OpenTransfer, Eur(1 + draw.C % 90)), "BP-1"),
            DebtDecisions.Decide);
    }

    private void Programme(ProgrammeEvent happened)
    {
        ImmutableArray<ProgrammeEvent> events = DebtBook.WithLifted(_programme.State, [happened], _now);
        tally.Count("DebtLifted", events.Length > 1 ? "done" : "none");
        _book.Post(_programme.Tell(events, _now));
        TellCredits();
    }

    /// <summary>The voucher has its money back as soon as the wallet was told, and each credit once.</summary>
    private void TellCredits()
    {
        foreach (var key in _programme.State.ToCredit ?? [])
        {
            var slash = key.LastIndexOf('/');
            var (standing, number) = (_programme.State.Claims[key[..slash]], int.Parse(
                key[(slash + 1)..], System.Globalization.CultureInfo.InvariantCulture));
            var (claim, credit) = (standing.Claim, standing.CreditOf(number)!);
            tally.Count("credited", credit.Effect.ToString());
            if (credit.OfAdvance is not null) tally.Count("credited", "of the advance");
            for (var again = 0; again < 2 && credit is { Effect: not CreditEffect.None, OfClaim.IsPositive: true };
                again++)
                Tell(
                    new CreditRedemption(
                        Next(), Actor.System, claim.Voucher, claim.Booking, number, credit.OfClaim),
                    RedemptionDecisions.Decide);
            Tell(new RecordCreditTold(Next(), Actor.System, claim.Id, number), ClaimCreditDecisions.Decide);
        }
    }

    private static long Owed(IEnumerable<ClaimStanding> claims) =>
        claims.SelectMany(c => c.OpenDebts).Sum(d => d.Open.Minor);
}
