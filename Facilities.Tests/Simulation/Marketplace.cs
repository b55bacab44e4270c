using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Clusters;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Programmes;
using Facilities.Grains.Services;
using Facilities.Tests.TestKit;
using NodaTime;
using Orleans;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Simulation;

/// <summary>What the auditor knows of a service, in its own words.</summary>
/// <param name="Uses">Resources with their units.</param>
internal sealed record Offer(
    string Platform, string Service, string Zone, ImmutableArray<(string Resource, int Units)> Uses, bool PerQuantity,
    Duration Before, Duration After, bool NeedsApproval)
{
    public static readonly Duration Notice = Duration.FromHours(1);

    public Instant End(Instant start, Length duration) => duration.Days == 0
        ? start + Duration.FromMinutes(duration.Minutes)
        : start.InZone(DateTimeZoneProviders.Tzdb[Zone]).Date.PlusDays(duration.Days)
            .AtStartOfDayInZone(DateTimeZoneProviders.Tzdb[Zone]).ToInstant();

    public int UnitsFor(int quantity) => PerQuantity ? quantity : 1;
}

/// <summary>A programme with what it may award in all and by voucher, in its own minor units.</summary>
/// <param name="PerCent">How many of them stand for a cent where people choose amounts.</param>
internal sealed record Fund(string Id, Currency Currency, long Budget, long CapPerVoucher, long PerCent)
{
    public Money Of(long cents) => new(cents * PerCent, Currency);
}

/// <summary>
/// Who takes part: few slots, small budgets and many who want them. Time starts a day and a half before a European
/// clock change, in spring or in autumn by the seed.
/// </summary>
internal static class Marketplace
{
    public static readonly ImmutableArray<Instant> Starts =
        [Instant.FromUtc(2027, 3, 26, 13, 0), Instant.FromUtc(2026, 10, 23, 13, 0)];

    /// <summary>So long before the vouchers of a month are awarded that they expire on the second day.</summary>
    public static readonly Duration Before = Duration.FromDays(28);

    public static readonly ImmutableArray<Instant> ClockChanges =
        [Instant.FromUtc(2027, 3, 28, 1, 0), Instant.FromUtc(2026, 10, 25, 1, 0)];

    public const string Imaging = "biopmed-imaging", Sequencing = "biotop-sequencing", Chemistry = "genopole-chemistry";

    public static readonly ImmutableArray<Offer> Offers =
    [
        new(Imaging, "mri", "Europe/Rome", [("operator", 2), ("scanner", 1)], false,
            Duration.FromMinutes(30), Duration.FromMinutes(30), false),
        new(Sequencing, "run", "Europe/Berlin", [("sequencer", 3)], true,
            Duration.Zero, Duration.FromMinutes(60), false),
        new(Sequencing, "suite", "Europe/Berlin", [("suite", 1)], false, Duration.Zero, Duration.Zero, true),
        new(Chemistry, "lab", "Europe/Paris", [("lab", 2)], false,
            Duration.FromMinutes(15), Duration.FromMinutes(45), false),
    ];

    public static readonly ImmutableArray<string> Accounts =
        ["spree-diagnostics", "havel-genomics", "langhe-biotech", "seine-therapeutics"];

    /// <summary>One in the currency of all orders, and one whose vouchers pay them at the rate of the day.</summary>
    public static readonly ImmutableArray<Fund> Programmes =
    [
        new("berlin-abroad", Currency.Eur, 500_000, 160_000, 1),
        new("paris-innovation", Currency.Huf, 300_000 * 400, 160_000 * 400, 400),
    ];

    public static Fund FundOf(string programme) => Programmes.First(fund => fund.Id == programme);

    public static readonly ImmutableDictionary<string, long> CoFinancing = ImmutableDictionary<string, long>.Empty
        .Add("biopmed", 30_000).Add("biotop", 45_000);

    public static Offer OfferOf(string platform, string service) =>
        Offers.First(o => o.Platform == platform && o.Service == service);

    /// <summary>Whose contract needs no signature of its own: it was given in advance.</summary>
    public static bool SignedInAdvance(string platform) => platform is Imaging or Chemistry;

    public static Actor Sme(string account) => People.Of($"p-{account}", OrganisationKind.Sme, account,
        Role.Owner, Role.Booker, Role.Signatory, Role.Finance);

    public static Actor Manager(string platform) =>
        People.Of($"m-{platform}", OrganisationKind.Facility, platform, Role.Manager, Role.Signatory);

    public static Actor Officer(string programme) =>
        People.Of($"o-{programme}", OrganisationKind.Funder, programme, Role.Officer);

    /// <summary>Registers everything, with one programme that pays in advance. Nothing goes wrong meanwhile.</summary>
    public static async Task Open(IGrainFactory grains, Fund inAdvance)
    {
        foreach (var (id, country) in new[] { ("biotop", "DE"), ("biopmed", "IT"), ("genopole", "FR") })
            Ok(await grains.GetGrain<IClusterGrain>(id).Register(new RegisterCluster(
                new($"register-{id}"), Actor.System,
                new ClusterProfile(new(id), id, id, [], country, "Europe/Berlin", Currency.Eur, "mature"),
                CoFinancing.TryGetValue(id, out var budget) ? new Money(budget, Currency.Eur) : null)));
        Ok(await grains.GetGrain<IClusterGrain>("biopmed").SignAgreement(
            new SignAgreement(new("agreement"), Actor.System, BiopmedBiotop)));
        await Open(grains, Platform(Imaging, "biopmed", "IT", "ITC11", "Europe/Rome"), HalfDay with { Id = new("mri") },
            [Open("scanner", 1, "06:00", "22:00"), Open("operator", 2, "06:00", "22:00")]);
        await Open(grains, Platform(Sequencing, "biotop", "DE", "DE300", "Europe/Berlin"),
            Plain(Eur(320), Length.OfHours(2), Eur(80), null, Occupies.PerQuantity) with
            {
                Id = new("run"),
                Quantity = new QuantityRule(3, Occupies.PerQuantity),
                Duration = new DurationRule(Length.OfHours(2), Length.OfHours(6), Length.OfHours(2)),
                StartStep = Length.OfHours(1),
            },
            [Open("sequencer", 3, "00:00", "24:00"), Open("suite", 1, "00:00", "24:00")],
            Plain(Eur(900), Length.OfDays(1), Eur(50)) with
            {
                Id = new("suite"),
                Duration = new DurationRule(Length.OfDays(1), Length.OfDays(3), Length.OfDays(1)),
                StartStep = Length.OfDays(1),
                Approval = ApprovalRule.Manager,
                Quantity = new QuantityRule(1, Occupies.Once),
            });
        await Open(grains, Platform(Chemistry, "genopole", "FR", "FR103", "Europe/Paris"),
            Plain(Eur(450), Length.OfHours(3)) with
            {
                Id = new("lab"),
                Duration = new DurationRule(Length.OfHours(3), Length.OfHours(6), Length.OfHours(3)),
                StartStep = Length.OfMinutes(90),
                Quantity = new QuantityRule(1, Occupies.Once),
            },
            [Open("lab", 2, "07:00", "20:30")]);
        foreach (var (account, cluster, country) in new[]
        {
            (Accounts[0], "biotop", "DE"), (Accounts[1], "biotop", "DE"), (Accounts[2], "biopmed", "IT"),
            (Accounts[3], "genopole", "FR"),
        })
            Ok(await grains.GetGrain<IAccountGrain>(account).Register(new RegisterAccount(
                new($"register-{account}"), Actor.System, Account(account, account, cluster, country, GermanVat))));
        foreach (var fund in Programmes)
            Ok(await grains.GetGrain<IProgrammeGrain>(fund.Id).Publish(new PublishProgramme(
                new($"publish-{fund.Id}"), Actor.System, Programme(fund.Id, 75, new(true, [], [])) with
                {
                    Budget = new Money(fund.Budget, fund.Currency),
                    CapPerVoucher = new Money(fund.CapPerVoucher, fund.Currency),
                    Rules = fund.Currency == Currency.Eur
                        ? null : new() { OtherCurrencies = OtherCurrencies.RateOfQuoteDay },
                    // The aid register has tests of its own, between two hosts.
                    LegalBasis = "none",
                    PaymentMode = fund == inAdvance ? PaymentMode.Instalments : PaymentMode.ToProvider,
                    Instalments = fund == inAdvance ? new(new(40), 30) : null,
                    ValidityMonths = fund.Id == "paris-innovation" ? 1 : 12,
                })));
        foreach (var account in Accounts)
            Ok(await grains.GetGrain<IProgrammeGrain>("berlin-abroad").Award(new AwardVoucher(
                new($"first-{account}"), Officer("berlin-abroad"), new(account), Eur(1_100), "")));
        foreach (var account in Accounts)
            Ok(await grains.GetGrain<IProgrammeGrain>("paris-innovation").Award(new AwardVoucher(
                new($"short-{account}"), Officer("paris-innovation"), new(account),
                FundOf("paris-innovation").Of(20_000), "")));
    }

    private static async Task Open(
        IGrainFactory grains, PlatformProfile profile, Service service, ImmutableArray<Resource> resources,
        params Service[] others)
    {
        var platform = grains.GetGrain<IPlatformGrain>(profile.Id.Value);
        Ok(await platform.Register(new RegisterPlatform(
            new($"register-{profile.Id}"), Actor.System, profile, resources,
            [.. others.Prepend(service).Select(s => Terms(profile, s))])));
        if (SignedInAdvance(profile.Id.Value))
            Ok(await platform.SignStandingOffer(
                new SignStandingOffer(new($"offer-{profile.Id}"), Manager(profile.Id.Value), "A manager")));
    }

    /// <summary>The terms that the auditor takes for granted.</summary>
    private static Service Terms(PlatformProfile platform, Service service)
    {
        var offer = OfferOf(platform.Id.Value, service.Id.Value);
        return service with
        {
            Name = service.Id.Value,
            Uses = [.. offer.Uses.Select(u => new ResourceId(u.Resource))],
            Buffer = new BufferRule(
                Length.OfMinutes((long)offer.Before.TotalMinutes), Length.OfMinutes((long)offer.After.TotalMinutes)),
            LeadTime = Length.OfMinutes((long)Offer.Notice.TotalMinutes),
        };
    }

    private static Resource Open(string id, int units, string from, string to) => new(new(id), id, units,
        [new HoursRule("FREQ=DAILY", TimeOfDay.Parse(from), TimeOfDay.Parse(to), HoursRule.DefaultValidFrom)], []);

    private static void Ok<TRefusal>(Reply<TRefusal> reply) where TRefusal : struct, Enum
    {
        if (reply.Refusal is { } refusal) throw new InvalidOperationException($"{refusal.Code}: {refusal.Reason}");
    }
}
