using Dapper;
using Facilities.Grains.Accounts;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Silo.Accounts;
using Facilities.Silo.Bookings;
using Facilities.Silo.Delivery;
using Facilities.Silo.Demonstration;
using Facilities.Silo.Hosting;
using Facilities.Silo.Platforms;
using Facilities.Silo.Programmes;
using Facilities.Silo.Storage;
using Facilities.Silo.Verification;
using Facilities.Tests.TestKit;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Tests.Demonstration;

public sealed class DemonstrationTests
{
    private static readonly BookingStatus[] Shown =
        [.. Enum.GetValues<BookingStatus>()
            .Where(s => s is not (BookingStatus.None or BookingStatus.Holding or BookingStatus.NotHeld))];

    [Fact]
    public async Task The_catalogue_and_the_people_are_there()
    {
        using var database = await DemonstrationDatabase.Copy();
        await using var services = database.Services();
        var catalogue = services.GetRequiredService<Catalogue>();
        Assert.Equal(5, (await catalogue.Clusters()).Length);
        Assert.Equal(4, (await catalogue.Agreements()).Length);
        var platforms = await catalogue.Platforms();
        Assert.Equal((12, 32, 28),
            (platforms.Length, platforms.Sum(p => p.Resources.Length), platforms.Sum(p => p.Services.Length)));
        Assert.Equal(29, DemonstrationPeople.All.Length);
        var signedIn = await services.GetRequiredService<Facilities.Silo.Identity.People>()
            .SignIn("sme.berlin@example.org", DemonstrationPeople.Password, "test");
        Assert.True(signedIn.Person!.Actor.Has(OrganisationKind.Sme, "spree-diagnostics", Role.Signatory));
    }

    [Fact]
    public async Task Bookings_are_in_every_status_and_none_lies_later_than_six_weeks()
    {
        using var database = await DemonstrationDatabase.Copy();
        await using var services = database.Services();
        await Everything_is_there(services);
    }

    [Theory]
    [InlineData("2026-12-23T23:30:00Z")]
    [InlineData("2027-03-28T00:45:00Z")]
    public async Task It_can_be_loaded_on_any_day(string day)
    {
        var folder = Directory.CreateTempSubdirectory("facilities-any-day-").FullName;
        var path = Path.Combine(folder, "facilities.db");
        var clock = new StandingClock(InstantPattern.ExtendedIso.Parse(day).Value);
        await DemonstrationDatabase.Load(path, clock);
        await using (var services = DemonstrationDatabase.Services(DemonstrationDatabase.OptionsOf(path), clock))
        {
            await Everything_is_there(services);
            Assert.Equal(0, await services.GetRequiredService<Verifier>().Run(TextWriter.Null));
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_voucher_for_newcomers_is_untouched_and_valid_for_twelve_months_from_loading()
    {
        using var database = await DemonstrationDatabase.Copy();
        await using var services = database.Services();
        var voucher = Assert.Single(
            await services.GetRequiredService<VoucherLists>().OfAccount(new AccountId("spree-diagnostics")));
        Assert.Equal(Money.Of(5000, Currency.Eur), voucher.Available);
        var loaded = (await DemonstrationLoader.LoadedAt(services.GetRequiredService<IDatabase>()))!.Value;
        Assert.Equal(loaded.InZone(DateTimeZoneProviders.Tzdb["Europe/Berlin"]).Date.PlusMonths(12), voucher.ExpiresOn);
    }

    [Fact]
    public async Task A_programme_pays_in_instalments_and_one_back_and_each_has_a_voucher_to_try()
    {
        using var database = await DemonstrationDatabase.Copy();
        await using var services = database.Services();
        var (programmes, vouchers) = (
            services.GetRequiredService<ProgrammeLists>(), services.GetRequiredService<VoucherLists>());
        foreach (var (account, programme, mode) in new[]
        {
            ("essonne-vectors", "ile-de-france-advance", PaymentMode.Instalments),
            ("llobregat-peptides", "catalonia-refund", PaymentMode.Reimbursement),
        })
        {
            var voucher = Assert.Single(await vouchers.OfAccount(new AccountId(account)));
            Assert.Equal((mode, programme), (voucher.Programme.PaymentMode, voucher.Programme.Id.Value));
            Assert.True(voucher.Available.IsPositive && voucher.Redeemed.IsPositive);
            var open = await programmes.Claims(voucher.Programme.Id, ClaimStatus.Open, 100);
            // The company said where it is paid, so that the officer can approve.
            Assert.NotNull(Assert.Single(open).Payout?.Account);
        }
    }

    [Fact]
    public async Task Every_side_has_something_waiting()
    {
        using var database = await DemonstrationDatabase.Copy();
        await using var services = database.Services();
        var lists = services.GetRequiredService<BookingLists>();
        var now = (await DemonstrationLoader.LoadedAt(services.GetRequiredService<IDatabase>()))!.Value;
        foreach (var membership in DemonstrationPeople.All.Select(p => p.Actor.Memberships[0]))
        {
            var waiting = membership.Kind switch
            {
                OrganisationKind.Sme =>
                    (await lists.Waiting(new AccountId(membership.OrganisationId), null, now)).Length,
                OrganisationKind.Facility =>
                    (await lists.Waiting(null, new PlatformId(membership.OrganisationId), now)).Length,
                OrganisationKind.Funder => (await services.GetRequiredService<ProgrammeLists>()
                    .Claims(new ProgrammeId(membership.OrganisationId), ClaimStatus.Open, 100)).Length,
                _ => 1,
            };
            Assert.True(waiting > 0, $"Nothing waits for {membership.OrganisationId}.");
        }
        var confirmed = await lists.Find(new BookingFilter(null, null, "confirmed", null, now, null, 100));
        Assert.NotEmpty(confirmed);
    }

    [Fact]
    public async Task Loading_again_changes_nothing()
    {
        using var database = await DemonstrationDatabase.Copy();
        await using var services = database.Services();
        var before = await Events(services);
        Assert.Equal(DemonstrationOutcome.AlreadyThere, await DemonstrationLoader.EnsureLoaded(services));
        Assert.Equal(before, await Events(services));
    }

    [Fact]
    public async Task A_loading_that_was_killed_at_its_end_repeats_every_command_and_changes_nothing()
    {
        using var database = await DemonstrationDatabase.Copy();
        database.Execute($"delete from settings where key = '{DemonstrationLoader.LoadedSetting}'");
        await using var services = database.Services();
        var before = await Events(services);
        Assert.Equal(DemonstrationOutcome.Loaded, await DemonstrationLoader.EnsureLoaded(services));
        Assert.Equal(before, await Events(services));
        Assert.Equal(0, await services.GetRequiredService<Verifier>().Run(TextWriter.Null));
    }

    [Theory]
    [InlineData(StorageProvider.Sqlite)]
    [InlineData(StorageProvider.Postgres)]
    public async Task Two_first_starts_at_once_end_the_same(StorageProvider provider)
    {
        if (provider == StorageProvider.Postgres) PostgresCluster.Require();
        var folder = Directory.CreateTempSubdirectory("facilities-two-starts-").FullName;
        var options = provider == StorageProvider.Sqlite
            ? DemonstrationDatabase.OptionsOf(Path.Combine(folder, "facilities.db"))
            : new StorageOptions(provider, await PostgresCluster.NewDatabase());
        await using (var one = DemonstrationDatabase.Services(options))
        await using (var other = DemonstrationDatabase.Services(options))
        {
            await Migrator.Run(one.GetRequiredService<IDialect>());
            var outcomes = await Task.WhenAll(
                DemonstrationLoader.EnsureLoaded(one), DemonstrationLoader.EnsureLoaded(other));
            Assert.Equal([DemonstrationOutcome.Loaded, DemonstrationOutcome.AlreadyThere], outcomes.Order());
            await Everything_is_there(other);
            Assert.Equal(0, await other.GetRequiredService<Verifier>().Run(TextWriter.Null));
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task It_is_never_loaded_in_production()
    {
        using var database = await DemonstrationDatabase.Copy();
        await using var services = database.Services(environment: "Production");
        Assert.Equal(DemonstrationOutcome.NotInProduction, await DemonstrationLoader.EnsureLoaded(services));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => DemonstrationClock.Advance(services, Length.OfDays(1)));
    }

    [Fact]
    public async Task It_does_not_mix_with_other_data()
    {
        using var database = await DemonstrationDatabase.Copy();
        database.Execute("delete from settings");
        await using var services = database.Services();
        Assert.Equal(DemonstrationOutcome.OtherDataThere, await DemonstrationLoader.EnsureLoaded(services));
    }

    [Fact]
    public async Task Moving_the_clock_lets_holds_lapse_and_acceptance_be_deemed()
    {
        using var database = await DemonstrationDatabase.Copy();
        await using var services = database.Services();
        await DemonstrationClock.Advance(services, Length.OfDays(10));
        await DemonstrationClock.Advance(services, Length.OfDays(10));
        Assert.Equal(Duration.FromDays(20), services.GetRequiredService<ShiftedClock>().Offset);
        await services.StartGrains();
        await services.GetRequiredService<DuePump>().RunOnce();
        var counts = await Statuses(services);
        Assert.DoesNotContain("held", counts.Keys);
        Assert.Equal(1, counts["delivered"]);
        Assert.Equal(0, await services.GetRequiredService<Verifier>().Run(TextWriter.Null));
    }

    private static async Task Everything_is_there(ServiceProvider services)
    {
        var counts = await Statuses(services);
        foreach (var status in Shown)
        {
            var name = System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(status.ToString());
            Assert.True(counts.GetValueOrDefault(name) > 0, $"No booking is {status}.");
        }
        Assert.InRange(counts.Values.Sum(), 62, 74);
        var database = services.GetRequiredService<IDatabase>();
        var loaded = (await DemonstrationLoader.LoadedAt(database))!.Value;
        var last = await database.Read(
            connection => connection.QuerySingleAsync<Instant>("select max(ends_at) from booking_items"));
        Assert.InRange(last, loaded, loaded + Duration.FromDays(42));
        var first = await database.Read(
            connection => connection.QuerySingleAsync<Instant>("select min(created_at) from bookings"));
        Assert.InRange((loaded - first).Days, 80, 93);
    }

    private static Task<Dictionary<string, long>> Statuses(ServiceProvider services) =>
        services.GetRequiredService<IDatabase>().Read(async connection =>
            (await connection.QueryAsync<(string Status, long Count)>(
                "select status, count(*) from bookings group by status"))
            .ToDictionary(r => r.Status, r => r.Count));

    private static Task<(long Events, long Quotes)> Events(ServiceProvider services) =>
        services.GetRequiredService<IDatabase>().Read(connection => connection.QuerySingleAsync<(long, long)>(
            "select (select count(*) from events), (select count(*) from quotes)"));
}
