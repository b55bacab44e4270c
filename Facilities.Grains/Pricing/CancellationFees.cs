using System.Collections.Immutable;
using Facilities.Grains.Bookings;
using Facilities.Grains.Closures;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using Facilities.Grains.Tax;
using NodaTime;

namespace Facilities.Grains.Pricing;

/// <summary>Whose cancellation it is, which decides whether there is a fee at all.</summary>
public enum CancellationCase
{
    /// <summary>The booking is not confirmed yet.</summary>
    BeforeConfirmed,
    /// <summary>The account cancels a confirmed booking.</summary>
    ByAccount,
    /// <summary>The facility cancels.</summary>
    ByFacility,
}

/// <summary>The fee for one item.</summary>
/// <param name="Item">Which.</param>
/// <param name="Base">Its time and operator lines.</param>
/// <param name="Percent">The rung that applies.</param>
/// <param name="NoticeDays">
/// Days from the cancellation to the start, in the platform's zone, of the kind that the ladder counts; no more than
/// were left when the account moved it.
/// </param>
/// <param name="Fee">Net.</param>
/// <param name="Reason">In words.</param>
public sealed record ItemFee(ItemId Item, Money Base, Percentage Percent, int NoticeDays, Money Fee, string Reason);

/// <summary>Whose money goes back.</summary>
public enum RefundSource
{
    /// <summary>The SME.</summary>
    Account,
    /// <summary>A funder, through a voucher.</summary>
    Voucher,
    /// <summary>A cluster.</summary>
    CoFinancing,
}

/// <summary>What goes back to one source: <c>Committed = Kept + Returned</c>.</summary>
/// <param name="Source">Whose money it is.</param>
/// <param name="Id">The account, voucher or agreement id.</param>
/// <param name="Payer">The account, programme or cluster that paid or promised it.</param>
/// <param name="Committed">Paid by the SME so far, or reserved of a voucher or co-financing.</param>
/// <param name="Kept">Goes towards the fee.</param>
/// <param name="Returned">Refunded or released.</param>
/// <param name="StillDue">To be paid beside what is kept.</param>
/// <param name="Reason">In words.</param>
public sealed record SourceRefund(
    RefundSource Source, string Id, string Payer, Money Committed, Money Kept, Money Returned, Money StillDue,
        string Reason);

/// <summary>What a cancellation costs and what goes back to whom.</summary>
/// <param name="Items">The fee by item.</param>
/// <param name="Net">Sum of the fees.</param>
/// <param name="Tax">VAT, as on the service.</param>
/// <param name="Gross">What the SME pays.</param>
/// <param name="Refunds">By source; the SME first.</param>
public sealed record CancellationFee(
    ImmutableArray<ItemFee> Items, Money Net, ImmutableArray<TaxLine> Tax, Money Gross,
    ImmutableArray<SourceRefund> Refunds);

/// <summary>The cancellation ladder: a share of the time and operator lines by days of notice.</summary>
public static class CancellationFees
{
    /// <summary>The fee and the refunds.</summary>
    /// <param name="quote">The sealed quote, which holds the ladders.</param>
    /// <param name="zones">The zone of each platform of the quote.</param>
    /// <param name="now">When it is cancelled.</param>
    /// <param name="whose">Whose cancellation it is.</param>
    /// <param name="paid">What the SME has paid so far.</param>
    /// <param name="kept">
    /// The notice that was left when the account moved items: more than that is not counted. The default is none.
    /// </param>
    public static CancellationFee Reckon(
        Quote quote, IReadOnlyDictionary<PlatformId, DateTimeZone> zones, Instant now, CancellationCase whose,
            Money paid, ImmutableArray<KeptNotice>? kept = null)
    {
        ImmutableArray<ItemFee> fees = [.. quote.Items.Select(i => Fee(
            i, zones[i.Platform], now, whose, kept?.FirstOrDefault(k => k.Item == i.Id)))];
        var fee = Sum(quote, fees);
        return fee with { Refunds = Refunds(quote, fee.Gross, paid) };
    }

    /// <summary>Fees of some items with their tax; nothing goes back yet.</summary>
    public static CancellationFee Sum(Quote quote, ImmutableArray<ItemFee> fees)
    {
        var net = Money.Sum(fees.Select(f => f.Fee), quote.Currency);
        var taxIndex = quote.Items.ToDictionary(i => i.Id, i => i.TaxIndex);
        ImmutableArray<TaxLine> tax = [.. quote.Tax
            .Select((line, index) => TaxLines.On(line, Money.Sum(
                fees.Where(f => taxIndex[f.Item] == index).Select(f => f.Fee), quote.Currency)))
            .Where(line => !line.Base.IsZero)];
        return new CancellationFee(
            fees, net, tax, net + Money.Sum(tax.Select(t => t.Amount), quote.Currency), []);
    }

    /// <summary>What an item becomes that is cancelled on its own: its fee, as one line, or nothing.</summary>
    public static QuotedItem Dropped(QuotedItem item, BookedItem booked, ItemFee fee) => item with
    {
        Start = booked.Start,
        End = booked.End,
        Lines = fee.Fee.IsZero
            ? []
            : [new PriceLine(PriceLineKind.Surcharge, $"cancellation fee, {fee.Reason}", 1, fee.Fee, fee.Fee)],
        Net = fee.Fee,
        Dropped = true,
    };

    /// <summary>Calendar days of notice: the local date of the start less the local date of the cancellation.</summary>
    public static int NoticeDays(Instant start, Instant now, DateTimeZone zone) =>
        Period.DaysBetween(now.InZone(zone).Date, start.InZone(zone).Date);

    /// <summary>The notice for an item that starts at an instant, in the days that its ladder counts.</summary>
    public static int NoticeDays(QuotedItem item, Instant start, Instant now, DateTimeZone zone)
    {
        if (item.Terms?.WorkingDaysOf is not { } region) return NoticeDays(start, now, zone);
        var (from, to) = (now.InZone(zone).Date, start.InZone(zone).Date);
        return WorkingDays.Between(from, to, [
            .. PublicHolidays.Between(region, LocalDate.Min(from, to), LocalDate.Max(from, to)).Select(h => h.Date)]);
    }

    /// <summary>What a ladder counts, as in "2 calendar days".</summary>
    public static string DayOf(QuotedItem item) =>
        item.Terms?.WorkingDaysOf is null ? "calendar day" : "working day";

    /// <summary>
    /// The rung with the most days that the notice reaches; a notice shorter than all of them gets the shortest rung.
    /// Null where there is no ladder, and so no fee.
    /// </summary>
    public static CancellationRung? Rung(ImmutableArray<CancellationRung> ladder, int noticeDays) =>
        ladder.Where(r => r.NoticeDays <= noticeDays).MaxBy(r => r.NoticeDays) ?? ladder.MinBy(r => r.NoticeDays);

    private static ItemFee Fee(
        QuotedItem item, DateTimeZone zone, Instant now, CancellationCase whose, KeptNotice? kept)
    {
        if (item.Dropped)
            return new ItemFee(
                item.Id, item.Net, new Percentage(100), NoticeDays(item, item.Start, now, zone), item.Net,
                $"{item.ServiceName} was cancelled on its own before; its fee of {Words.Money(item.Net)} stays.");
        var basis = Money.Sum(item.Lines.Where(l => l.Kind is PriceLineKind.Time
                or PriceLineKind.Discount or PriceLineKind.Surcharge or PriceLineKind.Operator)
            .Select(l => l.Amount), item.Net.Currency);
        var toStart = NoticeDays(item, item.Start, now, zone);
        var notice = Math.Min(toStart, kept?.Days ?? toStart);
        if (whose != CancellationCase.ByAccount || Rung(item.Cancellation, notice) is not { } rung)
            return new ItemFee(item.Id, basis, default, notice, Money.Zero(basis.Currency), whose switch
            {
                CancellationCase.BeforeConfirmed => "No fee: the booking was not confirmed yet.",
                CancellationCase.ByFacility => "No fee: the facility cancelled.",
                _ => "No fee: the service has no cancellation ladder.",
            });
        return new ItemFee(item.Id, basis, rung.Fee, notice, rung.Fee.Of(basis),
            $"{rung.Fee} of time and operator, {Words.Money(basis)}, for {Words.Count(notice, DayOf(item))} of "
                + (notice == toStart ? "notice." : $"notice: so many were left on "
                    + $"{Words.Day(kept!.AskedAt.InZone(zone).Date)}, when it was moved away from "
                    + $"{Words.Time(kept.Start, zone)}. Moving ahead adds none."));
    }

    private static ImmutableArray<SourceRefund> Refunds(Quote quote, Money gross, Money paid)
    {
        var kept = Money.Min(paid, gross);
        var zero = Money.Zero(quote.Currency);
        var account = new SourceRefund(
            RefundSource.Account, quote.Account.Value, quote.Account.Value, paid, kept, paid - kept, gross - kept,
            gross.IsZero ? "No fee: whatever was paid goes back."
                : $"The fee of {Words.Money(gross)} is the SME's alone.");
        return [account, .. quote.Funding.Select(share => new SourceRefund(
            share.Kind == FundingKind.Voucher ? RefundSource.Voucher : RefundSource.CoFinancing, share.Id, share.Payer,
            share.Amount, zero, share.Amount, zero, "Released in full: public money pays no cancellation fee."
                + (share.Charged is { } of ? $" {of.Rates.InWords(share.Amount, of.Amount)}." : "")))];
    }
}
