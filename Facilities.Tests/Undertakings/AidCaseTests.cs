using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Services;
using Facilities.Grains.Tables;
using Facilities.Grains.Undertakings;
using Facilities.Tests.TestKit;
using NodaTime;
using Orleans;
using static Facilities.Tests.Undertakings.AidScenarios;

namespace Facilities.Tests.Undertakings;

/// <summary>
/// The worked cases of state aid end to end: declared by a company, awarded by a programme, read at the door.
/// </summary>
public sealed class AidCaseTests
{
    private static readonly LocalDate Today = CatalogueDatabase.Opening.InUtc().Date;

    private static LocalDate Ago(int years, int days = 0) => Today.PlusYears(-years).PlusDays(-days);

    [Theory]
    [InlineData("seine-therapeutics", "FR", 9_999.99, true)]
    [InlineData("seine-therapeutics", "FR", 10_000.00, true)]
    [InlineData("seine-therapeutics", "FR", 10_000.01, false)]
    public async Task D1_what_would_exceed_the_ceiling_is_refused_whole(
        string account, string country, decimal asked, bool fits)
    {
        await using var host = await Host();
        Assert.True((await Declare(host.Grains, account, Today, Aid(290_000, Ago(1), country))).Accepted);
        await Publish(host.Grains, "ile-de-france", country);
        Assert.Equal(
            fits ? null : ProgrammeRefusal.AidCeilingExceeded,
            await Award(host.Grains, "ile-de-france", account, asked));
        Assert.Equal(290_000 + (fits ? asked : 0), await Counts(host.Grains, account, country));
    }

    [Fact]
    public async Task D2_to_D4_the_window_rolls_by_the_day_and_each_country_has_its_own()
    {
        await using var host = await Host();
        const string account = "seine-therapeutics";
        await Publish(host.Grains, "ile-de-france", "FR");
        await Publish(host.Grains, "torino", "IT");
        // D2: a day more than three years ago does not count.
        await Declare(host.Grains, account, Today, Aid(250_000, Ago(3, 1), "FR"), Aid(40_000, Ago(1), "FR"));
        Assert.Null(await Award(host.Grains, "ile-de-france", account, 60_000));
        // D3: exactly three years ago does, by the cautious reading.
        await Declare(host.Grains, account, Today, Aid(250_000, Ago(3), "FR"));
        Assert.Equal(
            ProgrammeRefusal.AidCeilingExceeded, await Award(host.Grains, "ile-de-france", account, 1));
        // D4: what one country granted leaves the other's ceiling alone.
        Assert.Null(await Award(host.Grains, "torino", account, 50_000));
    }

    [Fact]
    public async Task D8_and_D9_an_award_is_due_in_the_register_and_corrected_when_less_was_used()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var funder = await host.As("funder.berlin");
        const string door = "/programmes/berlin-abroad/aid-register";
        // Awarded on 1 December 2026: twenty working days without Christmas and New Year.
        var entry = (await funder.Get(door)).Expect(200)["items"]!.AsArray()
            .First(e => e!.Text("beneficiaryId") == "spree-diagnostics")!;
        Assert.Equal(
            ("2026-12-01", "2026-12-30", "2026-12-22", "open"),
            (entry.Text("grantedOn"), entry.Text("registerBy"), entry.Text("alarmOn"), entry.Text("status")));
        await host.AdvanceTo(Instant.FromUtc(2026, 12, 22, 9, 0));
        Assert.Equal("urgent", await Status());
        Assert.Contains(
            "Aid to register", await (await Bookings.ApprovalTests.Browser(host, "funder.berlin")).GetStringAsync("/"),
            StringComparison.Ordinal);
        await host.AdvanceTo(Instant.FromUtc(2026, 12, 31, 9, 0));
        Assert.Equal("overdue", await Status());

        var id = entry.Text("entryId");
        var wrong = await funder.Post($"{door}/{id}", new { reference = "eAIR-1", registeredOn = "2026-11-01" });
        Assert.Equal("/registeredOn", wrong.Expect(422)["errors"]![0]!.Text("pointer"));
        foreach (var (day, status) in new[] { ("2026-11-30", 422), ("2027-01-02", 422) })
            (await funder.Post($"{door}/{id}", new { reference = "eAIR-1", registeredOn = day })).Expect(status);
        (await funder.Post($"{door}/none", new { reference = "eAIR-1" })).Expect(404);
        var entered = (await funder.Post(
            $"{door}/{id}", new { reference = "eAIR-1", registeredOn = "2026-12-30" })).Expect(200);
        Assert.Equal(
            ("registered", "eAIR-1", "2026-12-30"),
            (entered.Text("status"), entered.Text("reference"), entered.Text("registeredOn")));

        Assert.True((await host.Service<IGrainFactory>()
            .GetGrain<IUndertakingGrain>(IUndertakingGrain.KeyOf("DE", "spree-diagnostics"))
            .Reduce(new ReduceAid(
                new("less"), Actor.System, id, Money.Of(1_500, Currency.Eur), "The voucher expired."))).Accepted);
        var due = (await funder.Get($"{door}?status=correctionDue")).Expect(200)["items"]!.AsArray().Single()!;
        Assert.Equal(
            (5_000m, 1_500m, "The voucher expired."),
            (due["correction"]!.Amount("from"), due["correction"]!.Amount("to"), due["correction"]!.Text("reason")));
        (await funder.Post($"{door}/{id}", new { reference = "eAIR-1" })).Expect(200);
        Assert.Equal("registered", await Status());
        var summary = (await funder.Get($"{door}/summary")).Expect(200);
        Assert.True(summary["isLocked"]!.GetValue<bool>());

        var file = await funder.Get($"{door}/export");
        Assert.Equal("text/csv", file.Type);
        var table = Csv.Read(file.Text);
        Assert.Empty(table.Faults);
        var row = table.Rows.Single(r => r.Cells[0] == id).Cells;
        Assert.Equal(
            ("Spree Diagnostics GmbH (demonstration)", "5000.00", "1500.00", "2026-12-01", "grant", "eAIR-1"),
            (row[1], row[4], row[6], row[8], row[11], row[15]));

        async Task<string> Status() => (await funder.Get(door)).Expect(200)["items"]!.AsArray()
            .Single(e => e!.Text("entryId") == entry.Text("entryId"))!.Text("status");
    }

    [Fact]
    public void G4_records_are_kept_for_ten_years_from_the_last_aid_of_the_scheme()
    {
        var retention = AidRetention.Of([new(2016, 1, 1), new(2016, 12, 1)])!;
        Assert.True(retention.IsLockedOn(new(2026, 11, 1)));
        Assert.True(retention.IsLockedOn(new(2026, 12, 1)));
        Assert.False(retention.IsLockedOn(new(2026, 12, 2)));
        Assert.Null(AidRetention.Of([]));
    }

    private static async Task<GrainHost> Host() =>
        await GrainHost.Start(await CatalogueDatabase.Sqlite(), CatalogueDatabase.Opening);

    private static async Task<decimal> Counts(IGrainFactory grains, string account, string country) =>
        (await grains.GetGrain<IUndertakingGrain>(IUndertakingGrain.KeyOf(country, account)).Entries())
            .Sum(held => held.Entry.Counts.Amount);
}
