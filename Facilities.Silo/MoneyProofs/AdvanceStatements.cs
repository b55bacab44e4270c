using Facilities.Grains.Bookings;
using Facilities.Grains.Credits;
using Facilities.Grains.Instalments;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Silo.Verification;
using static Facilities.Silo.Verification.Statements;

namespace Facilities.Silo.MoneyProofs;

/// <summary>What programmes and bookings say of advances, and where the money of an advance lies.</summary>
internal static class AdvanceStatements
{
    /// <summary>What a booking says: each advance that it asked for, as long as it may claim something.</summary>
    public static void Say(BookingState booking, bool isUsed, Action<string, string> owner)
    {
        foreach (var (programme, claim) in BookingParts.AdvancesOf(booking))
            if (!isUsed || booking.Final!.Funding.Shares.Any(s => s.Id == claim.Voucher.Value))
                owner(BookingStatements.ClaimPart(programme.Value, claim.Id.Value), Text(claim.Voucher, claim.Amount));
    }

    /// <summary>What a programme says of its claims on a booking.</summary>
    public static void Say(ProgrammeState programme, ClaimStanding standing, Statements statements)
    {
        var (id, claim) = (programme.Terms!.Id.Value, standing.Claim);
        // Of a delivery that was claimed the booking names the advance, whatever became of it.
        if (Advances.IsOver(standing)
            && !programme.Claims.ContainsKey(Credit.ClaimOf(claim.Booking, claim.Voucher.Value).Value)) return;
        statements.Say(
            BookingStatements.About(claim.Booking), BookingStatements.ClaimPart(id, claim.Id.Value), Side.Holder,
            Text(claim.Voucher, standing.Opened));
    }

    private static void SayReduced(Award award, Statements statements)
    {
        statements.Say(
            $"voucher/{award.Voucher}", ProgrammeCheck.ReturnedPart(award.Account.Value), Side.Owner,
            $"{award.Reduced} returned");
        if (award.AidLeft is { } left && left != award.Aid)
            statements.Say(
                UndertakingCheck.About(award.Voucher.Value), UndertakingCheck.LoweredPart, Side.Owner, $"{left}");
    }

    /// <summary>What came back of awards, and what the programme has still to tell wallets.</summary>
    public static void SayToGiveBack(ProgrammeState programme, Statements statements)
    {
        foreach (var award in programme.Awards.Values.Where(a => a.Reduced is not null))
            SayReduced(award, statements);
        foreach (var claim in programme.Instalments.ToGiveBack.Select(f => programme.Claims[f.Claim.Value].Claim))
            statements.Say(
                $"voucher/{claim.Voucher}", ProgrammeCheck.ReturnedPart(claim.Account.Value), Side.UnderWay,
                "not given back");
    }

    /// <summary>Where the money of a claim or an advance lies, by account; what left the voucher is negative.</summary>
    public static IEnumerable<(string Account, long Minor)> Accounts(ClaimStanding standing)
    {
        var amount = standing.Claim.Amount.Minor;
        if (standing.Advance is not { } advance)
            return
            [
                (standing.Status switch
                {
                    ClaimStatus.Open or ClaimStatus.Queried => "claimed",
                    ClaimStatus.Approved => "approved",
                    ClaimStatus.Paid => "paid",
                    _ => "returned",
                }, amount), ("redeemed", -amount),
            ];
        var used = advance.Used?.Minor ?? 0;
        var (owed, repaid, back, lost) = (0L, 0L, 0L, 0L);
        foreach (var debt in standing.Debts ?? [])
            (owed, repaid, back, lost) = (
                owed + debt.Open.Minor, repaid + debt.Repaid.Minor, back + debt.RepaidToVoucher.Minor,
                lost + debt.RepaidForGood.Minor);
        return standing.Status switch
        {
            ClaimStatus.Lapsed => [],
            ClaimStatus.Paid =>
            [
                ("advanced", amount - used - owed - repaid), ("owed", owed), ("paid", used), ("returned", lost),
                ("redeemed", back - amount),
            ],
            _ => [("advance", amount - repaid), ("returned", lost), ("redeemed", back - amount)],
        };
    }

    private static string Text(VoucherId voucher, Money amount) => $"{amount} of {voucher}";
}
