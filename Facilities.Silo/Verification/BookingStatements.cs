using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using Facilities.Silo.Credits;
using Facilities.Silo.MoneyProofs;
using NodaTime;

namespace Facilities.Silo.Verification;

/// <summary>What a booking says of its parts, by how far it has come.</summary>
internal static class BookingStatements
{
    /// <summary>How a booking is spoken of.</summary>
    public static string About(BookingId booking) => $"booking/{booking}";

    public static string SlotPart(string platform) => $"slot platform/{platform}";

    public static string FirmPart(string platform) => $"firmSlot platform/{platform}";

    public static string InvoicePart(string platform) => $"invoice platform/{platform}";

    public static string VoucherPart(string account) => $"voucher account/{account}";

    public static string CoFinancingPart(string cluster) => $"coFinancing cluster/{cluster}";

    public static string ClaimPart(string programme, string claim) => $"claim programme/{programme} {claim}";

    public static string OutcomePart(string programme, string claim) => $"claimOutcome programme/{programme} {claim}";

    /// <summary>Slots at one platform in one text, in the same order on both sides.</summary>
    public static string Slots(IEnumerable<(string Item, Instant Start, Instant End)> slots) => string.Join(
        ", ", slots.OrderBy(s => s.Item, StringComparer.Ordinal).Select(s => $"{s.Item} {s.Start}/{s.End}"));

    /// <summary>Amounts of vouchers in one text, in the same order on both sides.</summary>
    public static string Parts(string how, IEnumerable<(string Voucher, Money Amount)> parts) => string.Join(
        " ", parts.OrderBy(p => p.Voucher, StringComparer.Ordinal).Select(p => $"{p.Voucher}={p.Amount}").Prepend(how));

    /// <summary>Says everything that follows from the booking's state.</summary>
    public static void Say(BookingState booking, Statements statements)
    {
        if (booking.Id is not { } id) return;
        var about = About(id);
        void Owner(string part, string what) => statements.Say(about, part, Statements.Side.Owner, what);

        if (booking.Pending != PendingWork.None)
            statements.Say(about, "", Statements.Side.UnderWay, booking.Pending.ToString());
        foreach (var invoice in booking.Invoices)
            Owner(InvoicePart(invoice.Platform.Value), $"{invoice.Number} {invoice.Payable}");
        var isFirm = booking.Status is BookingStatus.Confirmed or BookingStatus.Delivered or BookingStatus.Accepted
            or BookingStatus.Settled;
        if (!isFirm && !booking.IsBeforeConfirmation) return;
        foreach (var items in booking.Items.GroupBy(i => i.Platform.Value))
            Owner(SlotPart(items.Key), Slots(items.Select(i => (i.Id.Value, i.Start, i.End))));
        if (isFirm)
            foreach (var platform in booking.Items.Select(i => i.Platform.Value).Distinct())
                Owner(FirmPart(platform), "firm");
        var isUsed = booking.Status is BookingStatus.Accepted or BookingStatus.Settled;
        SayFunding(booking, isFirm, isUsed, Owner);
        if (isFirm) AdvanceStatements.Say(booking, isUsed, Owner);
        if (isUsed) SayClaims(booking, Owner);
        foreach (var credit in booking.Credits ?? [])
        {
            CreditStatements.Say(credit, Owner);
            CreditStatements.SayClaims(credit, id, Owner);
        }
    }

    private static void SayFunding(BookingState booking, bool isFirm, bool isUsed, Action<string, string> owner)
    {
        var quoted = booking.Quote!.Funding;
        var used = isUsed ? booking.Final!.Funding.Shares : quoted;
        owner(VoucherPart(booking.Account!.Id.Value), Parts(
            isUsed ? "redeemed" : isFirm ? "firm" : "reserved",
            used.Where(s => s.Kind == FundingKind.Voucher).Select(s => (s.Id, s.OfVoucher))));
        foreach (var cluster in quoted.Where(s => s.Kind == FundingKind.CoFinancing).GroupBy(s => s.Payer))
        {
            var amount = Money.Sum(
                used.Where(s => s.Kind == FundingKind.CoFinancing && s.Payer == cluster.Key).Select(s => s.Amount),
                booking.Quote.Currency);
            owner(CoFinancingPart(cluster.Key), $"{(isUsed ? "owed" : "reserved")} {amount}");
        }
    }

    private static void SayClaims(BookingState booking, Action<string, string> owner)
    {
        foreach (var share in booking.Final!.Funding.Shares.Where(s => s.Kind == FundingKind.Voucher))
        {
            var claim = $"c-{booking.Id}-{share.Id}";
            owner(ClaimPart(share.Payer, claim), $"{share.OfVoucher} of {share.Id}");
            if (booking.Claims.FirstOrDefault(c => c.Claim.Value == claim) is { } outcome)
                owner(OutcomePart(share.Payer, claim), outcome.Paid ? "paid" : "rejected");
        }
    }
}
