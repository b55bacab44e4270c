using System.Collections.Immutable;
using System.Globalization;
using Facilities.Grains.Accounts;
using Facilities.Grains.Clusters;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Silo.Bench;
using Facilities.Silo.Identity;
using Facilities.Silo.Storage;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Facilities.Silo.BenchDoors;

/// <summary>
/// What is there before anybody comes: twelve platforms that have signed a standing offer and approve by themselves,
/// and companies with people who may book, sign and pay.
/// </summary>
internal static class Market
{
    public const int Platforms = 12;

    /// <summary>Companies of one person: a password costs a tenth of a second, and few are needed.</summary>
    public const int CompaniesPerPerson = 25;

    private const string Password = "bench-facilities";

    private static readonly Actor Manager = new(new("bench-manager"), "Bench Manager",
    [
        .. Enumerable.Range(0, Platforms).Select(number => new Membership(
            PlatformOf(number), "Microscopy", OrganisationKind.Facility, [Role.Manager, Role.Signatory])),
    ]);

    public static string PlatformOf(int number) => string.Create(CultureInfo.InvariantCulture, $"bench-{number}");

    /// <summary>Brings everybody in by the commands that an operator sends.</summary>
    public static async Task Open(StorageOptions storage, int companies)
    {
        await using var host = await BenchHost.On(storage, SystemClock.Instance);
        Expect(await host.Grains.GetGrain<IClusterGrain>("cluster").Register(new(
            new("register"), Actor.System,
            new(new("cluster"), "Bench cluster", "Berlin", ["DE300"], "DE", BenchPlatform.Zone.Id, Currency.Eur, "all"),
            null)));
        await Task.WhenAll(Enumerable.Range(0, Platforms).Select(async number =>
        {
            var platform = host.Grains.GetGrain<IPlatformGrain>(PlatformOf(number));
            Expect(await platform.Register(BenchPlatform.Register(PlatformOf(number))));
            Expect(await platform.SignStandingOffer(new(new("offer"), Manager, Manager.Name)));
        }));
        await Task.WhenAll(Enumerable.Range(0, companies).Select(async number =>
            Expect(await host.Grains.GetGrain<IAccountGrain>(CompanyOf(number)).Register(new(
                new("register"), Actor.System, BenchPlatform.Customer with { Id = new(CompanyOf(number)) })))));
        var people = Enumerable.Range(0, (companies + CompaniesPerPerson - 1) / CompaniesPerPerson);
        await host.Services.GetRequiredService<People>().Enter([.. people.Select(p => Person(p, companies))], Password);
    }

    /// <summary>Signs everybody in through the doors, and gives each company its own customer.</summary>
    public static async Task<ImmutableArray<Customer>> SignIn(HttpClient http, int companies)
    {
        var customers = ImmutableArray.CreateBuilder<Customer>(companies);
        for (var first = 0; first < companies; first += CompaniesPerPerson)
        {
            var email = EmailOf(first / CompaniesPerPerson);
            var token = await Customer.SignIn(http, email, Password);
            for (var number = first; number < Math.Min(companies, first + CompaniesPerPerson); number++)
                customers.Add(new(http, CompanyOf(number), token));
        }
        return customers.MoveToImmutable();
    }

    private static NewPerson Person(int number, int companies)
    {
        var first = number * CompaniesPerPerson;
        return new(EmailOf(number), $"Bench {number}",
        [
            .. Enumerable.Range(first, Math.Min(CompaniesPerPerson, companies - first))
                .Select(company => new Membership(
                    CompanyOf(company), "Bench GmbH", OrganisationKind.Sme,
                    [Role.Owner, Role.Booker, Role.Signatory, Role.Finance])),
        ]);
    }

    private static string CompanyOf(int number) => string.Create(CultureInfo.InvariantCulture, $"company-{number}");

    private static string EmailOf(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"bench-{number}@example.org");

    private static void Expect<TRefusal>(Reply<TRefusal> reply) where TRefusal : struct, Enum
    {
        if (reply.Refusal is { } refusal) throw new InvalidOperationException(refusal.Reason);
    }
}

/// <summary>Places in the calendars of the market, each given out once.</summary>
internal sealed class Places(LocalDate today)
{
    /// <summary>From the day after tomorrow to a little before the horizon.</summary>
    private const int Days = 176;

    private int last = -1;

    /// <summary>How many bookings fit into the calendars.</summary>
    public const int All = Market.Platforms * Days * BenchPlatform.PlacesPerDay * BenchPlatform.Units;

    /// <summary>A place that nobody has: the platform, and the start.</summary>
    public (int Platform, Instant Start) Next()
    {
        var number = Interlocked.Increment(ref last);
        if (number >= All) throw new InvalidOperationException("The calendars of the bench are full: measure shorter.");
        var (platform, place) = (number % Market.Platforms, number / Market.Platforms);
        var (day, hour) = (place % Days, place / Days % BenchPlatform.PlacesPerDay);
        return (platform, BenchPlatform.PlaceOf(today.PlusDays(2 + day), hour));
    }

    /// <summary>A time at which nothing is booked yet: all its units are given out together.</summary>
    public (int Platform, Instant Start) NextTime()
    {
        var number = Interlocked.Increment(ref last);
        if (number >= All / BenchPlatform.Units)
            throw new InvalidOperationException("The calendars of the bench are full: measure shorter.");
        var (platform, place) = (number % Market.Platforms, number / Market.Platforms);
        return (platform, BenchPlatform.PlaceOf(
            today.PlusDays(2 + place % Days), place / Days % BenchPlatform.PlacesPerDay));
    }
}
