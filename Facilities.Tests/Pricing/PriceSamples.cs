using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Clusters;
using Facilities.Grains.Funding;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Programmes;
using Facilities.Grains.Services;
using Facilities.Grains.Tax;
using NodaTime;

namespace Facilities.Tests.Pricing;

/// <summary>The organisations of the worked example, and orders made from them.</summary>
internal static class PriceSamples
{
    public static readonly Instant Now = Instant.FromUtc(2026, 11, 21, 9, 0);
    public static readonly Instant Start = Instant.FromUtc(2027, 2, 1, 7, 0);
    public static readonly VatRegistration ItalianVat = Checked("IT99910040015");
    public static readonly VatRegistration GermanVat = Checked("DE999100018");

    public static readonly ImmutableArray<CancellationRung> Ladder =
        [new(14, new(0)), new(7, new(25)), new(2, new(50)), new(0, new(100))];

    public static readonly PlatformProfile Imaging = Platform("biopmed-imaging", "biopmed", "IT", "ITC11",
        "Europe/Rome");
    public static readonly PlatformProfile Clinical = Platform("gnd-clinical", "gnd", "HU", "HU321", "Europe/Budapest",
        "HUF");
    public static readonly PlatformProfile Structural = Platform("biocat-structural", "biocat", "ES", "ES511",
        "Europe/Madrid");

    public static readonly Service HalfDay = new(
        new("mri-half-day"), "MRI 7 T, half day with operator", null, "imaging", "halfDay", Length.OfHours(4),
        new Prices(Eur(1200), Eur(1380), Eur(1920), Eur(1080)), Eur(150), Eur(45),
            [new("mri-7t"), new("imaging-operator")],
        new DurationRule(Length.OfHours(4), Length.OfHours(12), Length.OfHours(4)), Length.OfMinutes(270),
        new BufferRule(Length.OfMinutes(30), Length.OfMinutes(30)), Length.OfDays(3), Length.OfDays(180),
        ApprovalRule.Automatic, null,
        [new(new("contrast"), "Contrast agent", "dose", Eur(35)),
            new(new("report"), "Radiology report", "piece", Eur(220))],
        Ladder, null, new QuantityRule(1, Occupies.Once));

    public static readonly Agreement BiopmedBiotop = new(
        new("biopmed-biotop"), new("biopmed"), new("biotop"), new(2026, 3, 2), new(2026, 4, 1), null, true,
        new CoFinancingAnnex(new(10), new(5), Eur(600)));

    public static readonly AccountProfile Spree = Account("spree-diagnostics", "Spree Diagnostics", "biotop", "DE",
        GermanVat);
    public static readonly AccountProfile Seine =
        Account("seine-therapeutics", "Seine Therapeutics", "genopole", "FR", Checked("FR20999100035"));
    public static readonly AccountProfile Langhe = Account("langhe-biotech", "Langhe Biotech", "biopmed", "IT",
        ItalianVat);

    public static readonly ProgrammeTerms BerlinAbroad = Programme("berlin-abroad", 75, new(true, [], ["DE3", "DE4"]));
    public static readonly ImmutableDictionary<ClusterId, string> Names = ImmutableDictionary<ClusterId, string>.Empty
        .Add(new("biotop"), "BioTOP").Add(new("biopmed"), "bioPMed");

    public static Money Eur(decimal amount) => Money.Of(amount, Currency.Eur);
    public static Money Huf(decimal amount) => Money.Of(amount, Currency.Huf);

    public static VatRegistration Checked(string vatId) => new(vatId, VatAnswer.Valid, Now, NeverAges: true);

    public static AccountProfile Account(string id, string name, string cluster, string country, VatRegistration vat) =>
        new(new(id), name, new(cluster), country, "DE300", "72.11", vat, 18, Eur(1_900_000), Eur(2_400_000), []);

    public static PlatformProfile Platform(
        string id, string cluster, string country, string nuts, string zone, string currency = "EUR") => new(
        new(id), $"Platform {id}", new(cluster), "City", country, nuts, zone, new(currency), "preclinical", ["imaging"],
            "",
        new Provider($"{id} (demonstration)", country == "IT" ? "IT99900180011" : $"{country}99900205",
            new Address("Street 1", "10126", "City", country), "IT60X0542811101000000123456",
                $"manager.{id}@example.org"));

    public static ProgrammeTerms Programme(
        string id, decimal rate, ProviderScope scope, Money? capPerOrder = null, params string[] categories) => new(
        new(id), $"{id} voucher", "Funder", "DE", "Europe/Berlin", Eur(500_000), "EU 2023/2831", new(rate), Eur(5_000),
        capPerOrder, [], [], scope, [.. categories], 12, 90, PaymentMode.ToProvider, VatFundable.Never);

    public static Voucher Voucher(
        string id, Money face, ProgrammeTerms? programme = null, LocalDate? expires = null, Money? used = null) => new(
        new(id), programme ?? BerlinAbroad, face, Now, expires ?? new LocalDate(2027, 11, 21),
            Money.Zero(face.Currency),
        used ?? Money.Zero(face.Currency), Money.Zero(face.Currency));

    public static OrderedItem Ordered(
        Service? service = null, PlatformProfile? platform = null, Length? duration = null, int quantity = 1,
        string id = "item-1", ImmutableArray<ChosenOption>? options = null) => new(
        new(id), platform ?? Imaging, service ?? HalfDay, Start, duration ?? Length.OfHours(4), quantity, options
            ?? []);

    public static QuoteRequest Request(
        AccountProfile account, ImmutableArray<OrderedItem> items, ImmutableArray<Voucher> vouchers,
        VoucherChoice? choice = null, ImmutableArray<Agreement>? agreements = null) => new(
        new("quote-1"), account, items, agreements ?? [BiopmedBiotop], vouchers, choice ?? new VoucherChoice.Auto(),
            Now, Names);

    /// <summary>Spree Diagnostics books a half day with its voucher of 5,000 EUR.</summary>
    public static QuoteRequest WorkedExample(params ChosenOption[] options) =>
        Request(Spree, [Ordered(options: [.. options])], [Voucher("voucher-1", Eur(5_000))]);

    /// <summary>The funding terms of a request, as a booking keeps them.</summary>
    public static FundingRequest Terms(QuoteRequest request, Quote quote) => new(
        request.Account,
        [
            .. request.Items.Select((ordered, i) => Quotes.FundingItemOf(
                ordered.Platform, quote.Items[i], TaxLines.ByItem(quote.Tax, quote.Items)[i])),
        ],
        request.Agreements, request.Vouchers, request.Choice, request.Now, new LocalDate(2026, 11, 21),
            request.ClusterNames);

    /// <summary>A service with one price for everybody and nothing else.</summary>
    public static Service Plain(Money price, Length? per = null, Money? setup = null, Money? operatorPerHour = null,
        Occupies occupies = Occupies.Once, string unit = "run") => HalfDay with
        {
            PricePer = per,
            Unit = unit,
            Prices = new Prices(price, price, price, price),
            SetupFee = setup ?? Money.Zero(price.Currency),
            OperatorPerHour = operatorPerHour,
            Quantity = new QuantityRule(50, occupies),
        };
}
