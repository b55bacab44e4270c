using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Silo.Bench;

/// <summary>A busy platform of benches: twelve microscopes, twelve operators, open from six to ten every day.</summary>
internal static class BenchPlatform
{
    public const int Units = 12;

    /// <summary>Places of the day that a microscope has: an hour each, and a quarter to tidy up.</summary>
    public const int PlacesPerDay = 10;

    public static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["Europe/Berlin"];
    public static readonly Length Hour = Length.OfHours(1);
    public static readonly AccountId Account = new("bench-account");

    private static readonly Currency Euro = Currency.Eur;
    private static readonly Money Price = Money.Of(80, Euro);
    private static readonly Address Seat = new("Luisenstraße 1", "10117", "Berlin", "DE");
    private static readonly HoursRule Daily =
        new("FREQ=DAILY", TimeOfDay.Parse("06:00"), TimeOfDay.Parse("22:00"), new LocalDate(2000, 1, 1));

    public static readonly Service Microscope = new(
        new("microscope-hour"), "Microscope", null, "imaging", "hour", Hour,
        new Prices(Price, Price, Price, Price), Money.Zero(Euro), null, [new("microscope"), new("operator")],
        new DurationRule(Hour, Length.OfHours(4), Hour), Length.OfMinutes(30),
        new BufferRule(Length.Zero, Length.OfMinutes(15)), Hour, Length.OfDays(180), ApprovalRule.Automatic, null, [],
        [], null, new QuantityRule(1, Occupies.Once));

    public static readonly AccountProfile Customer = new(
        Account, "Bench GmbH", new("cluster"), "DE", "DE300", "72.11",
        new VatRegistration("DE123456789", VatAnswer.Valid, null), 10, Money.Of(1_000_000, Euro),
        Money.Of(500_000, Euro), []);

    public static PlatformProfile Profile(string id) => new(
        new(id), "Microscopy", new("cluster"), "Berlin", "DE", "DE300", Zone.Id, Euro, "discovery", ["imaging"],
        "A platform of benches.",
        new Provider("Microscopy GmbH", "DE987654321", Seat, "DE02120300000000202051", "bench@example.org"));

    public static RegisterPlatform Register(string id) => new(
        new("register"), Actor.System, Profile(id), [Resource("microscope"), Resource("operator")], [Microscope]);

    public static HoldSlots Hold(string booking, Instant start) => new(
        new($"{booking}/hold"), Actor.System, new(booking), Account,
        [new WantedSlot(new("item"), Microscope.Id, start, Hour, 1)]);

    public static FirmSlots Firm(string booking) => new(new($"{booking}/firm"), Actor.System, new(booking));

    public static ReleaseSlots Release(string booking) => new(new($"{booking}/release"), Actor.System, new(booking));

    public static IssueInvoice Invoice(string platform, string booking, Instant start)
    {
        var item = new QuotedItem(
            new("item"), new(platform), Microscope.Id, Microscope.Name, start, start + Hour.Elapsed, Hour, 1, [],
            new Tariff(TariffClass.Home, "home"), [new(PriceLineKind.Time, "1 hour", 1, Price, Price)], Price, [],
            ApprovalRule.Automatic, Hour);
        var tax = new TaxLine("DE", "S", 19, Price, Money.Of(15.20m, Euro), "domestic");
        var final = new Settlement([item], new([], [], [], []), [tax], Totals.Of([item], [], [tax]));
        return new(new($"{booking}/invoice"), Actor.System, new(booking), Profile(platform), Customer, final,
            new Quote(new("quote"), Account, start, start, "", [item], [], [tax], Price, tax.Amount, Price + tax.Amount,
                Price + tax.Amount, []),
            null, "sha256:00", start + Hour.Elapsed);
    }

    /// <summary>The start of a place of a day; the next microscope where the day's places are used up.</summary>
    public static Instant PlaceOf(LocalDate day, int number) =>
        Zone.AtLeniently(day.At(new LocalTime(6, 0)).PlusMinutes(number % PlacesPerDay * 90)).ToInstant();

    private static Resource Resource(string id) => new(new(id), id, Units, [Daily], []);
}
