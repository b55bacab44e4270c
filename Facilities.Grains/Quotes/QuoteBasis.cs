using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Clusters;
using Facilities.Grains.Funding;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Tax;

namespace Facilities.Grains.Bookings;

/// <summary>A quote with what it rests on, kept from the day it was made.</summary>
/// <param name="Quote">The sealed price.</param>
/// <param name="Account">The account as it stood.</param>
/// <param name="Platforms">The platforms as they stood.</param>
/// <param name="Agreements">The agreements that its tariffs and co-financing rest on.</param>
/// <param name="Vouchers">The vouchers that it draws on.</param>
public sealed record QuoteBasis(
    Quote Quote, AccountProfile Account, ImmutableArray<PlatformProfile> Platforms,
    ImmutableArray<Agreement> Agreements, ImmutableArray<Voucher> Vouchers)
{
    /// <summary>The funding of the quote, to be reckoned again on what was delivered.</summary>
    public FundingRequest Funding() => new(
        Account,
        [
            .. Quote.Items.Zip(TaxLines.ByItem(Quote.Tax, Quote.Items), (item, vat) =>
                Quotes.FundingItemOf(Platforms.First(p => p.Id == item.Platform), item, vat)),
        ],
        Agreements, Vouchers, new VoucherChoice.Named([.. Vouchers.Select(v => v.Id)]), Quote.At,
        Quote.At.InZone(NodaTime.DateTimeZoneProviders.Tzdb[
            Platforms.First(p => p.Id == Quote.Items[0].Platform).TimeZone]).Date);
}
