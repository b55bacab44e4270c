using System.Collections.Immutable;
using System.Globalization;
using Facilities.Grains.Bookings;
using Facilities.Grains.Invoices;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Grains.Credits;

/// <summary>
/// Reckons a credit: the net price is reduced, the funding is reckoned anew on it by the rules of the quote, and each
/// payer pays less by the difference. No share ever rises by a credit.
/// </summary>
public static class Crediting
{
    /// <summary>The final figures with all credits so far; null before delivery.</summary>
    public static Settlement? LeftOf(BookingState booking) =>
        booking.Credits is [.., var last] ? last.Credit.Left : booking.Final;

    /// <summary>What the booking costs now: agreed or changed, then as delivered, then what credits left.</summary>
    public static Settlement PriceOf(BookingState booking) => LeftOf(booking) ?? BookingDecisions.PriceNow(booking);

    /// <summary>What can still be credited of one provider's invoice, net.</summary>
    public static Money NetLeft(BookingState booking, PlatformId platform) => Money.Sum(
        LeftOf(booking)!.Items.Where(i => i.Platform == platform).Select(i => i.Net), booking.Quote!.Currency);

    /// <summary>The credit that a wish comes to; the wish has no faults.</summary>
    public static Credit Reckon(BookingState booking, CreditWish wish, Instant now)
    {
        var before = LeftOf(booking)!;
        var lines = CreditedLines.Of(booking, wish);
        ImmutableArray<QuotedItem> items = [.. before.Items.Select(item => Less(item, lines))];
        var after = CreditFunding.Settle(booking, before, items, wish.Platform);
        var number = (booking.Credits?.Length ?? 0) + 1;
        var (from, to) = (InvoiceOf(booking, wish.Platform, before), InvoiceOf(booking, wish.Platform, after));
        var shares = Shares(booking, before, after);
        var account = from.Totals.Payable - to.Totals.Payable;
        var zero = Money.Zero(account.Currency);

        var invoice = booking.Invoices.First(i => i.Platform == wish.Platform);
        var fromInvoice = Money.Min(account, invoice.Paid ? zero : invoice.ToPay);
        var rest = account - fromInvoice;
        var refundable = booking.Counted is { } paid
            ? paid.Received!.Value - Money.Sum(
                (booking.Refunds ?? []).Where(r => r.Attempt == paid.Number).Select(r => r.Amount), account.Currency)
            : zero;
        var byRefund = Money.Min(rest, refundable);
        var byTransfer = rest - byRefund + OwedAndPaid(booking, wish.Platform, shares);
        return new Credit(
            number, wish.Platform, wish.Percent, lines, after, from.Totals.Net - to.Totals.Net,
            from.Totals.Gross - to.Totals.Gross, shares, account, fromInvoice, byRefund, byTransfer,
            byTransfer.IsPositive ? now.InZone(booking.Zone).Date.PlusDays(Limits.CreditDays) : null,
            wish.Reason.Trim());
    }

    /// <summary>The credit note, still without number and date.</summary>
    public static Invoice NoteOf(BookingState booking, Credit credit)
    {
        var before = credit.Number == 1 ? booking.Final! : booking.Credits!.Value[credit.Number - 2].Credit.Left;
        var invoice = booking.Invoices.First(i => i.Platform == credit.Platform);
        var head = HeadOf(booking, credit.Platform) with
        {
            Id = IdOf(credit.Platform, booking.Id!.Value, credit.Number),
        };
        return InvoiceMaking.Credit(
            head, InvoiceOf(booking, credit.Platform, before) with { Id = invoice.Id, Number = invoice.Number },
            InvoiceOf(booking, credit.Platform, credit.Left), CreditedLines.Entries(booking, credit), credit.Reason);
    }

    /// <summary>The id of a credit note.</summary>
    public static InvoiceId IdOf(PlatformId platform, BookingId booking, int number) =>
        new(string.Create(CultureInfo.InvariantCulture, $"k-{booking}-{number}-{platform}"));

    private static QuotedItem Less(QuotedItem item, ImmutableArray<CreditedLine> lines)
    {
        var mine = lines.Where(l => l.Item == item.Id).ToDictionary(l => l.Line);
        if (mine.Count == 0) return item;
        ImmutableArray<PriceLine> left = [.. item.Lines.Select((line, index) =>
            mine.TryGetValue(index + 1, out var less) ? line with { Amount = line.Amount - less.Amount } : line)];
        return item with { Lines = left, Net = Money.Sum(left.Select(l => l.Amount), item.Net.Currency) };
    }

    private static ImmutableArray<CreditedShare> Shares(BookingState booking, Settlement before, Settlement after) =>
    [
        .. from share in before.Funding.Shares
           let rest = after.Funding.Shares.FirstOrDefault(s => IsSame(s, share))
           let left = rest?.Amount ?? Money.Zero(share.Amount.Currency)
           where left < share.Amount
           let claim = Credit.ClaimOf(booking.Id!.Value, share.Id)
           select new CreditedShare(
               share.Kind, share.Id, share.Payer, share.Name, share.Amount - left, share.ToAccount,
               share.Kind == FundingKind.Voucher && booking.Claims.Any(c => c.Claim == claim && !c.Paid))
           {
               Charged = share.Charged is { Amount: var charged }
                   ? charged - (rest?.OfVoucher ?? Money.Zero(charged.Currency))
                   : null,
           },
    ];

    internal static bool IsSame(FundingShare one, FundingShare other) =>
        one.Kind == other.Kind && one.Id == other.Id && one.Payer == other.Payer;

    /// <summary>What the account paid in place of a funder, and has to pay less of now.</summary>
    private static Money OwedAndPaid(
        BookingState booking, PlatformId platform, ImmutableArray<CreditedShare> shares) => Money.Sum(
        from share in shares
        where share is { FellBack: true, ToAccount: false }
        let claim = Credit.ClaimOf(booking.Id!.Value, share.Id)
        where (booking.ObligationsPaid ?? []).Any(p => p.Claim == claim && p.Platform == platform)
        select share.Amount, booking.Quote!.Currency);

    private static Invoice InvoiceOf(BookingState booking, PlatformId platform, Settlement price) =>
        InvoiceMaking.ForAcceptance(
            HeadOf(booking, platform), booking.PlatformOf(platform), booking.Account!, price,
            booking.Vouchers.Where(v => v.Programme.PaymentMode.PaysAccount()).Select(v => v.Id).ToHashSet())
        ?? throw new InvalidOperationException($"{platform} delivered nothing of {booking.Id}.");

    private static InvoiceHead HeadOf(BookingState booking, PlatformId platform)
    {
        var zone = DateTimeZoneProviders.Tzdb[booking.PlatformOf(platform).TimeZone];
        var day = booking.DeliveredAt!.Value.InZone(zone).Date;
        return new InvoiceHead(new InvoiceId("i"), "", day, day, booking.Id!.Value, booking.ContentHash);
    }
}
