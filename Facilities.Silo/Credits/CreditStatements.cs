using Facilities.Grains.Credits;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using Facilities.Grains.Programmes;
using Facilities.Silo.Verification;
using static Facilities.Silo.Verification.Statements;

namespace Facilities.Silo.Credits;

/// <summary>What a booking says of its credits, and what platforms, clusters and programmes say of the same.</summary>
internal static class CreditStatements
{
    public static string NotePart(string platform, int number) => $"creditNote platform/{platform} {number}";

    public static string SharePart(string cluster, int number) => $"credited cluster/{cluster} {number}";

    public static string ClaimPart(string programme, string claim, int number) =>
        $"creditedClaim programme/{programme} {claim} {number}";

    public static string SettledPart(string programme, string claim, int number) =>
        $"creditSettled programme/{programme} {claim} {number}";

    public static void Say(BookedCredit booked, Action<string, string> owner)
    {
        var (credit, booking) = (booked.Credit, booked.Note);
        if (booking is null) return;
        owner(NotePart(credit.Platform.Value, credit.Number), $"{booked.NoteNumber} {credit.Gross}");
        foreach (var cluster in credit.Shares.Where(s => s.Kind == FundingKind.CoFinancing).GroupBy(s => s.Payer))
            owner(
                SharePart(cluster.Key, credit.Number),
                $"{Money.Sum(cluster.Select(s => s.Amount), credit.Net.Currency)}");
    }

    /// <summary>What the programme and the booking both say of each credited share of a voucher.</summary>
    public static void SayClaims(BookedCredit booked, BookingId booking, Action<string, string> owner)
    {
        foreach (var share in booked.Credit.Shares.Where(s => s.IsClaimed))
        {
            var claim = Credit.ClaimOf(booking, share.Id).Value;
            owner(ClaimPart(share.Payer, claim, booked.Credit.Number), $"{share.OfVoucher}");
            if (booked.Settled.Contains(share.Id))
                owner(SettledPart(share.Payer, claim, booked.Credit.Number), "settled");
        }
    }

    public static void Say(ProgrammeState programme, Statements statements)
    {
        foreach (var claim in programme.Claims.Values)
            foreach (var credit in claim.Credits ?? [])
            {
                var (about, id) = (BookingStatements.About(claim.Claim.Booking), claim.Claim.Id);
                var programmeId = programme.Terms!.Id.Value;
                statements.Say(
                    about, ClaimPart(programmeId, id.Value, credit.Number), Side.Holder, $"{credit.Amount}");
                var settled = SettledPart(programmeId, id.Value, credit.Number);
                if (programme.ToCredit?.Contains(ClaimCredit.KeyOf(id, credit.Number)) == true)
                    statements.Say(about, settled, Side.UnderWay, "not told");
                else if (claim.DebtOf(credit.Number) is not { IsOpen: true })
                    statements.Say(about, settled, Side.Holder, "settled");
            }
    }
}
