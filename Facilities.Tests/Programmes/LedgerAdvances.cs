using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Banking;
using Facilities.Grains.Claims;
using Facilities.Grains.Instalments;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Tests.Models;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Programmes;

/// <summary>The advances of a random life: opened with a booking, paid by the bank, earned or owed back.</summary>
internal sealed partial class LedgerPlay
{
    private static readonly BankParty Account = new("Spree Diagnostics GmbH", "DE89370400440532013000");

    private static bool IsSettled(ClaimStanding claim) => claim.Advance is not null && Advances.IsSettled(claim);

    private bool IsSettled(ClaimId claim) => IsSettled(_programme.State.Claims[claim.Value]);

    /// <summary>Confirms a booking: what is paid in advance is drawn, and the programme is told.</summary>
    private void Firm(BookingId booking)
    {
        Tell(new FirmVouchers(Next(), Actor.System, booking), AccountDecisions.Decide);
        Holds();
        foreach (var advance in AdvancesOf(booking))
            Tell(new OpenAdvance(Next(), Actor.System, advance), InstalmentDecisions.Decide);
    }

    /// <summary>Takes the advances of a booking some way, so that all ends of the way are reached.</summary>
    private void Advance(BookingId booking, Draw draw)
    {
        if (draw.B % 3 == 0) return;
        foreach (var claim in _programme.State.Claims.Values
            .Where(c => c is { Advance: not null, Status: ClaimStatus.Open } && c.Claim.Booking == booking)
            .Select(c => c.Claim.Id).ToArray())
        {
            Tell(new StateClaimAccount(Next(), People.Spree, claim, Account), ClaimAccountDecisions.Decide);
            Tell(new DecideClaim(Next(), Actor.System, claim, true, ""), ProgrammeDecisions.Decide);
            if (draw.C % 3 == 0) AskBank();
            else if (draw.C % 3 == 1)
                Tell(new PayClaim(Next(), Actor.System, claim, "SEPA"), ProgrammeDecisions.Decide);
            Holds();
        }
        if (draw.B % 3 == 1 || draw.A % 2 == 0 || !_wallet.State.Reservations.ContainsKey(booking.Value)) return;
        Tell(new ReleaseVouchers(Next(), Actor.System, booking), AccountDecisions.Decide);
        Holds();
        End(booking);
    }

    /// <summary>A booking is over: its advance is not needed, or owed back. Told twice, it is the same.</summary>
    private void End(BookingId booking)
    {
        foreach (var claim in _programme.State.Claims.Values
            .Where(c => c.Advance is not null && c.Claim.Booking == booking).Select(c => c.Claim).ToArray())
            for (var twice = 0; twice < 2; twice++)
                Tell(new EndAdvance(Next(), Actor.System, claim, "Cancelled."), InstalmentDecisions.Decide);
    }

    /// <summary>The bank answers, or a company pays back what it owes, or a part of it.</summary>
    private void Follow(Draw draw)
    {
        if (draw.A % 2 == 0 && _programme.State.Banking.Waiting.Keys.FirstOrDefault() is { } asked)
            Answer(new(asked));
        else RepaySome(draw);
        Holds();
    }

    private ClaimStanding? SettledAdvance() => _programme.State.Claims.Values
        .Where(c => c.Status == ClaimStatus.Paid && IsSettled(c)).MaxBy(c => c.Advance!.Used?.Minor ?? -1);

    /// <summary>The bank returns an advance that was earned or paid back in part.</summary>
    private void CameBack(ClaimStanding advance)
    {
        tally.Count("AdvanceCameBack", advance.Advance!.Used is null ? "repaid" : "earned");
        var events = Advances.CameBack(_programme.State, advance, "S/E", "Account closed.");
        _book.Post(_programme.Tell(events, _now));
        foreach (var freed in events.OfType<AdvanceFreed>()) GiveBack(freed);
    }

    private void AskBank() => Tell(
        new MakePaymentBatch(
            Next(), Actor.System, _now.InZone(DateTimeZoneProviders.Tzdb["Europe/Berlin"]).Date, Account)
        {
            Payees = [.. BankDecisions.ToPay(_programme.State).Select(BankDecisions.AccountOf)],
        }, BankDecisions.Decide);

    /// <summary>The bank pays, or says no; what waited for its answer goes on.</summary>
    private void Answer(ClaimId claim)
    {
        var isPaid = _commands % 3 > 0;
        tally.Count("bank", isPaid ? "paid" : "refused");
        _book.Post(_programme.Tell(
            isPaid ? Advances.Paid(_programme.State.Claims[claim.Value], "S/E")
                : [new ClaimPaymentReturned(claim, false, "Account closed.")], _now));
        foreach (var over in _programme.State.Instalments.ToSettle.ToArray())
            Tell(new SettleAdvance(Next(), Actor.System, new(over)), InstalmentDecisions.Decide);
    }

    private void GiveBack(AdvanceFreed freed)
    {
        var claim = _programme.State.Claims[freed.Claim.Value].Claim;
        Holds();
        for (var twice = 0; twice < 2; twice++)
            if (freed.ForGood)
                Tell(new ReturnRedemption(
                    Next(), Actor.System, claim.Voucher, new($"{claim.Id}-{freed.Number}"), freed.Amount),
                    AccountDecisions.Decide);
            else
                Tell(new ReturnAdvance(
                    Next(), Actor.System, claim.Voucher, claim.Booking, freed.Amount, freed.Number),
                    AccountDecisions.Decide);
        Tell(new RecordGivenBack(Next(), Actor.System, freed.Claim, freed.Number), InstalmentDecisions.Decide);
    }

    private ImmutableArray<Claim> AdvancesOf(BookingId booking) =>
    [
        .. from part in _wallet.State.Reservations[booking.Value].Drawn ?? []
           select new Claim(
               Advances.IdOf(booking, part.Voucher), booking, part.Voucher, Spree.Id, [Imaging.Id], part.Amount,
               new("sha256:a", "sha256:b", Now, "MRI", null, null, "", [], part.Amount))
           {
               Advance = new(_programme.State.Terms!.Instalments!.Advance, part.Amount, new LocalDate(2027, 1, 31)),
           },
    ];

    /// <summary>What of a voucher a claim holds, so that it is redeemed and not on its way there.</summary>
    private static long OfVoucher(ClaimStanding claim) =>
        claim.Status is ClaimStatus.Rejected or ClaimStatus.Lapsed ? 0
        : claim.Claim.Amount.Minor - (claim.Advance is null ? 0 : Owed([claim]) + Repaid(claim));

    private static long Repaid(ClaimStanding claim) => (claim.Debts ?? []).Sum(d => d.Repaid.Minor);

    private void HoldAdvances()
    {
        var advances = _programme.State.Claims.Values.Where(c => c.Advance is not null).ToArray();
        Assert.Equal(
            advances.Where(c => c.Status is not (ClaimStatus.Paid or ClaimStatus.Lapsed)).Sum(c => c.Kept.Minor),
            _book.Of("advance"));
        Assert.Equal(
            advances.Where(c => c.Status == ClaimStatus.Paid)
                .Sum(c => c.Claim.Amount.Minor - (c.Advance!.Used?.Minor ?? 0) - Owed([c]) - Repaid(c)),
            _book.Of("advanced"));
    }
}
