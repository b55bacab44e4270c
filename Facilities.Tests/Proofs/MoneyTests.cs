using System.Text.Json.Nodes;
using Dapper;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Services;
using Facilities.Silo.Demonstration;
using Facilities.Silo.Storage;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Proofs;

/// <summary>Rows M1, M2, M8 and M10, at the doors.</summary>
public sealed class MoneyTests
{
    // Several, for state aid has a ceiling for each.
    private static readonly string[] Accounts = ["spree-diagnostics", "havel-biologics", "seine-therapeutics"];

    [Theory]
    [InlineData(StorageProvider.Sqlite)]
    [InlineData(StorageProvider.Postgres)]
    public async Task M1_of_twenty_bookings_at_once_only_as_many_draw_on_a_voucher_as_it_covers(
        StorageProvider provider)
    {
        var storage = await CatalogueDatabase.On(provider);
        using var host = ApiHost.Start(storage);
        // On PostgreSQL through two hosts, which know nothing of each other.
        using var second = provider == StorageProvider.Sqlite ? null : ApiHost.Start(storage);
        var sme = await host.As("sme.berlin");
        var other = second is null ? sme : await second.As("sme.berlin");
        var slots = (await sme.Slots(Wish.Mri("2027-01-11"), "2027-01-11", "2027-02-13"))
            .Take(20).Select(s => s!.Text("start"));
        var wishes = slots.Select(start => Wish.Mri("2027-01-11") with { Start = start }).ToArray();
        var quotes = await Task.WhenAll(wishes.Select(async wish => (await sme.Quote(wish)).Expect(201)));
        var answers = await Task.WhenAll(quotes.Select((quote, i) => (i % 2 == 0 ? sme : other).Book(quote)));
        // Each draws 1,090.13 of 5,000.00.
        Assert.Equal(4, answers.Count(a => a.Status == 201));
        foreach (var loser in answers.Where(a => a.Status != 201)) loser.Refused(409, "voucherTooSmall");
        var voucher = await sme.Voucher();
        Assert.Equal((4360.52m, 0m, 639.48m),
            (voucher.Amount("reserved"), voucher.Amount("redeemed"), voucher.Amount("available")));
        foreach (var (wish, answer) in wishes.Zip(answers))
            Assert.Equal(answer.Status != 201, await sme.IsListed(wish));
        var smaller = (await sme.Quote(wishes[Array.FindIndex(answers, a => a.Status != 201)])).Expect(201);
        Assert.Equal(639.48m, smaller["funding"]!.AsArray()
            .Single(f => f!.Text("kind") == "voucher")!.Amount("amount"));
        (await sme.Book(smaller)).Expect(201);
        Assert.Equal(0m, (await sme.Voucher()).Amount("available"));
    }

    [Fact]
    public async Task M2_two_officers_at_two_processes_award_no_more_than_the_budget()
    {
        var storage = await CatalogueDatabase.Postgres();
        await using var hosts = await TwoHosts.Start(storage, CatalogueDatabase.Opening);
        var (first, second) = (hosts.First, hosts.Second);
        var officer = DemonstrationPeople.ActorOf("berlin-abroad");
        // 10,000 of 500,000 are awarded already; what is left holds 98 vouchers of 5,000.
        var answers = await Task.WhenAll(Enumerable.Range(0, 120).Select(i => (i % 2 == 0 ? first : second).Grains
            .GetGrain<IProgrammeGrain>("berlin-abroad").Award(new AwardVoucher(
                new($"award-{i}"), officer, new(Accounts[i % Accounts.Length]),
                Money.Of(5000m, Currency.Eur), "parallel"))));
        Assert.Equal(98, answers.Count(a => a.Accepted));
        Assert.All(answers.Where(a => !a.Accepted),
            a => Assert.Equal(ProgrammeRefusal.BudgetExceeded, a.Refusal!.Code));
        var handedOver = await second.Service<IDatabase>().Read(connection => connection.ExecuteScalarAsync<long>(
            "select count(*) from vouchers where programme_id = 'berlin-abroad'"));
        Assert.Equal(100, handedOver);
    }

    [Fact]
    public async Task M8_a_price_list_changed_after_booking_changes_nothing_that_was_agreed()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (sme, manager) = (await host.As("sme.berlin"), await host.As("manager.biopmed-imaging"));
        var wish = Wish.Mri("2027-01-18");
        var asked = (await sme.Quote(Wish.Mri("2027-01-19"))).Expect(201);
        var held = await sme.Hold(wish);
        object Eur(decimal amount) => new { amount, currency = "EUR" };
        (await manager.Put("/platforms/biopmed-imaging/services/mri-half-day/prices",
            new { home = Eur(2000), partner = Eur(2500), external = Eur(3000), academic = Eur(1500) })).Expect(200);

        Assert.True(JsonNode.DeepEquals(held["quote"], (await sme.Booking(held.Id()))["quote"]));
        Assert.Equal("confirmed", (await sme.Confirm(held)).Status());
        Assert.Equal(363.37m, (await sme.Book(asked)).Expect(201)["payment"]!.Amount("amount"));
        Assert.Equal(2830.00m, (await sme.Quote(Wish.Mri("2027-01-20"))).Expect(201).Amount("net"));
        await host.AdvanceTo(Instant.FromUtc(2027, 1, 18, 12, 0));
        var delivered = (await manager.Post($"/bookings/{held.Id()}/delivery", new { })).Expect(200);
        Assert.Equal(
            (1710.00m, 363.37m), (delivered["final"]!.Amount("net"), delivered["final"]!.Amount("accountPays")));
    }

    [Fact]
    public async Task M10_lines_and_tax_make_the_total_and_so_do_those_who_pay_it()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"Seed {seed}");
        var random = new Random(seed);
        var services = await Services(host.Visitor());
        (string Login, string Account)[] accounts =
            [("sme.berlin", "spree-diagnostics"), ("sme.potsdam", "havel-biologics"),
                ("sme.paris", "seine-therapeutics"),
                ("sme.cuneo", "langhe-biotech"), ("sme.debrecen", "tisza-devices")];
        var quoted = 0;
        for (var order = 0; order < 80; order++)
        {
            var (login, account) = accounts[random.Next(accounts.Length)];
            var client = await host.As(login);
            var currency = random.Next(4) == 0 ? "HUF" : "EUR";
            var items = services.Where(s => s.Currency == currency).OrderBy(_ => random.Next()).Take(random.Next(1, 4))
                .Select(s => s.Item(random)).ToArray();
            var answer = await client.Post("/quotes", new { accountId = account, items });
            if (answer.Status != 201)
            {
                // A qualification that the account has not, or items that stand in each other's way.
                Assert.True(answer.Status is 409 or 422, answer.Text);
                continue;
            }
            quoted++;
            AddsUp(answer.Json, $"seed {seed}, order {order}: {answer.Text}");
        }
        Assert.True(quoted > 20, $"seed {seed}: only {quoted} orders were priced");
    }

    private static void AddsUp(JsonNode quote, string what)
    {
        decimal SumOf(string list, string member) => quote[list]!.AsArray().Sum(x => x!.Amount(member));
        foreach (var item in quote["items"]!.AsArray())
            Assert.True(item!["lines"]!.AsArray().Sum(l => l!.Amount("amount")) == item!.Amount("net"), what);
        Assert.True(SumOf("items", "net") == quote.Amount("net"), what);
        Assert.True(SumOf("tax", "base") == quote.Amount("net"), what);
        Assert.True(SumOf("tax", "amount") == quote.Amount("taxTotal"), what);
        Assert.True(quote.Amount("net") + quote.Amount("taxTotal") == quote.Amount("gross"), what);
        Assert.True(SumOf("funding", "amount") + quote.Amount("accountPays") == quote.Amount("gross"), what);
        Assert.True(SumOf("funding", "amount") <= quote.Amount("net") && quote.Amount("accountPays") >= 0, what);
        Assert.All(quote["funding"]!.AsArray(), f => Assert.True(f!.Amount("amount") > 0, what));
    }

    private static async Task<Offered[]> Services(ApiClient visitor)
    {
        var offered = new List<Offered>();
        foreach (var platform in (await visitor.Get("/platforms")).Expect(200)["items"]!.AsArray())
        {
            foreach (var service in platform!["services"]!.AsArray().OfType<JsonNode>())
            {
                var (id, name) = (platform.Text("platformId"), service.Text("serviceId"));
                var duration = service["duration"]!.Text("min");
                var slots = await visitor.Slots(new(id, name, "", duration), "2027-01-25", "2027-03-01");
                offered.Add(new Offered(
                    id, name, platform.Text("currency"), duration, service["quantity"]!["max"]!.GetValue<int>(),
                    [.. slots.Select(s => s!.Text("start"))],
                    [.. service["options"]!.AsArray().Select(o => o!.Text("optionId"))]));
            }
        }
        return [.. offered.Where(o => o.Starts.Length > 0)];
    }

    private sealed record Offered(
        string Platform, string Service, string Currency, string Duration, int QuantityMax, string[] Starts,
        string[] Options)
    {
        public object Item(Random random) => new
        {
            platformId = Platform,
            serviceId = Service,
            start = Starts[random.Next(Starts.Length)],
            duration = Duration,
            quantity = random.Next(1, QuantityMax + 1),
            options = Options.Where(_ => random.Next(2) == 0)
                .Select(o => new { optionId = o, quantity = random.Next(1, 20) }),
        };
    }
}
