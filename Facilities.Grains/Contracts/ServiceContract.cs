using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Services;
using Facilities.Grains.Tax;
using NodaTime;

namespace Facilities.Grains.Contracts;

/// <summary>
/// The standard service contract of the marketplace, one for a booking, with every provider in it. Its defaults are
/// proposals that a lawyer must confirm for each country.
/// </summary>
public static partial class ServiceContract
{
    /// <summary>The template's name.</summary>
    public const string TemplateId = "facilities-standard";

    /// <summary>The template's version; a change of any wording is a new version.</summary>
    public const string TemplateVersion = "1.0";

    /// <summary>The version with a clause on what funders pay back to the customer, used where there is any.</summary>
    public const string PaidBackVersion = "1.1";

    /// <summary>The contract of a booking, from its sealed quote.</summary>
    /// <param name="booking">The booking.</param>
    /// <param name="quote">The sealed quote that was booked.</param>
    /// <param name="account">The customer.</param>
    /// <param name="platforms">Every platform of the quote, in any order.</param>
    /// <param name="purpose">What the customer says it is for; null or empty where nothing was said.</param>
    public static ContractText For(
        BookingId booking, Quote quote, AccountProfile account, IEnumerable<PlatformProfile> platforms,
        string? purpose = null)
    {
        if (account.Id != quote.Account) throw new InvalidOperationException($"The quote is not for {account.Id}.");
        var known = platforms.ToDictionary(p => p.Id);
        ImmutableArray<PlatformProfile> providers = [.. quote.Items.Select(i => i.Platform).Distinct()
            .Select(id => known[id])];
        var parts = new Parts(booking, quote, account, providers, purpose);
        (string Heading, IEnumerable<string> Paragraphs, ContractTable[] Tables)[] clauses =
        [
            ("Contract and order of documents", Documents(parts), []),
            ("Services", Scope(parts), [Services(parts)]),
            ("Price, tax and funding", Price(parts), [Prices(parts), Sums(parts)]),
            ("Scheduling", Scheduling, []),
            ("Cancellation", Cancellation(parts), [Ladders(parts)]),
            ("Samples and biosafety", Samples, []),
            ("Confidentiality", Confidentiality, []),
            ("Results and intellectual property", Results, []),
            ("Publication", Publication, []),
            ("Data and data protection", Data, []),
            ("Acceptance", Acceptance, []),
            ("Payment", Payment, []),
            ("Warranty and liability", Liability(parts), []),
            ("Equipment and insurance", Equipment, []),
            ("Public funding", PublicFunding, []),
            ("Export control and sanctions", ExportControl, []),
            ("Force majeure and failure of equipment", ForceMajeure, []),
            ("Law and courts", Law(parts), []),
        ];
        return new ContractText(
            TemplateId, parts.Version, booking, "Service contract for the use of shared facilities",
            [Customer(account), .. providers.Select(Provider)],
            [.. clauses.Select((c, i) => new ContractClause(i + 1, c.Heading, [.. c.Paragraphs], [.. c.Tables]))]);
    }

    private sealed record Parts(
        BookingId Booking, Quote Quote, AccountProfile Account, ImmutableArray<PlatformProfile> Providers,
            string? Purpose)
    {
        public PlatformProfile Of(QuotedItem item) => Providers.First(p => p.Id == item.Platform);

        public string Version => Quote.PaidBack.IsZero ? TemplateVersion : PaidBackVersion;
    }

    private static ContractParty Customer(AccountProfile account) => new("Customer", account.Name,
    [
        $"Established in {Countries.NameOf(account.Country)} ({account.Nuts})",
        account.Vat.VatId is { } vatId ? $"VAT id {vatId}" : "Without a VAT id",
        $"Account {account.Id}",
    ]);

    private static ContractParty Provider(PlatformProfile platform)
    {
        var (provider, address) = (platform.Provider, platform.Provider.Address);
        return new ContractParty("Provider", provider.LegalName,
        [
            $"{address.Street}, {address.Postcode} {address.City}, {Countries.NameOf(address.Country)}",
            $"VAT id {provider.VatId}",
            $"Platform {platform.Name} ({platform.Id})",
            $"Contact {provider.Contact}",
        ]);
    }

    private static ContractTable Services(Parts parts) => new("Services and times, in each platform's own time",
        ["Item", "Platform", "Service", "Start", "End", "Quantity"],
        [.. parts.Quote.Items.Select(item =>
        {
            var zone = DateTimeZoneProviders.Tzdb[parts.Of(item).TimeZone];
            return ImmutableArray.Create(item.Id.Value, parts.Of(item).Name, item.ServiceName,
                Words.Time(item.Start, zone), Words.Time(item.End, zone), Words.Number(item.Quantity));
        })]);

    private static ContractTable Prices(Parts parts) => new("Price of each item, net",
        ["Item", "Line", "Quantity", "Unit price", "Amount"],
        [.. parts.Quote.Items.SelectMany(item => item.Lines.Select(line => ImmutableArray.Create(
            item.Id.Value, line.Description, Words.Number(line.Quantity), Words.Money(line.UnitPrice),
                Words.Money(line.Amount))))]);

    private static ContractTable Sums(Parts parts)
    {
        var quote = parts.Quote;
        ImmutableArray<string> Row(string what, string why, Money amount) => [what, why, Words.Money(amount)];
        return new ContractTable("Who pays what", ["Part", "Reason", "Amount"],
        [
            Row("Net price", "Sum of the lines", quote.Net),
            .. quote.Tax.Select(t =>
                Row($"VAT {t.Category} {Words.Number(t.Rate)} % on {Words.Money(t.Base)}", t.Reason, t.Amount)),
            Row("Gross price", "Net price and VAT", quote.Gross),
            .. quote.Funding.Where(f => !f.ToAccount).Select(f => Row(f.Name, f.Reason, -f.Amount)),
            .. quote.PaidBack.IsZero
                ? [Row($"{parts.Account.Name} pays", "The remainder", quote.AccountPays)]
                : (ImmutableArray<string>[])
                [
                    Row($"{parts.Account.Name} pays the provider", "What nobody else pays it", quote.PaysProviders),
                    .. quote.Funding.Where(f => f.ToAccount).Select(f => Row(
                        $"{f.Name}, paid back to {parts.Account.Name}", f.Reason, -f.Amount)),
                    Row($"{parts.Account.Name} pays in the end", "The remainder", quote.AccountPays),
                ],
        ]);
    }

    private static ContractTable Ladders(Parts parts) => new("Cancellation fees",
        ["Item", "Notice of at least", "Fee"],
        [.. parts.Quote.Items.SelectMany(item => item.Cancellation.OrderByDescending(r => r.NoticeDays).Select(rung =>
            ImmutableArray.Create(
                item.Id.Value, Words.Count(rung.NoticeDays, CancellationFees.DayOf(item)), rung.Fee.ToString())))]);
}
