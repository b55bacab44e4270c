using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Services;
using Facilities.Silo.Identity;
using Facilities.Silo.Rates;
using Facilities.Tests.TestKit;
using NodaTime;
using Orleans;

namespace Facilities.Tests.Scenarios;

/// <summary>The application as it was on a day of 2026, and what the scenarios say to its API each time.</summary>
internal sealed class ScenarioHost(ApiHost api) : IDisposable
{
    public const string Berlin = "spree-diagnostics";

    /// <summary>The reference order: 1,400 time, 340 operator, 120 set-up, 140 contrast agent.</summary>
    public const string Reference = "mri-half-day";

    public ApiHost Api => api;

    public static async Task<ScenarioHost> On(LocalDate day)
    {
        var storage = await CatalogueDatabase.Sqlite(day);
        return new(ApiHost.Start(storage, new FakeClock(day.At(new(8, 0)).InUtc().ToInstant())));
    }

    public void Dispose() => api.Dispose();

    public Task Until(int month, int day, int hour = 12) =>
        api.AdvanceTo(Instant.FromUtc(2026, month, day, hour, 0));

    /// <summary>A programme that a funder writes and publishes; what is given replaces what is usual.</summary>
    public async Task<string> Programme(string funder, string changes = "{}")
    {
        var body = JsonNode.Parse("""
            {"name": "Voucher of the scenario", "funder": "A funder", "country": "DE", "timeZone": "Europe/Berlin",
             "budget": {"amount": 100000, "currency": "EUR"}, "legalBasis": "EU 2023/2831", "rate": 75,
             "capPerVoucher": {"amount": 5000, "currency": "EUR"}, "providerScope": {"includeRegions": ["ITC1"]},
             "validityMonths": 12, "claimDays": 90, "regionsInclude": ["DE30"],
             "rules": {"validUntil": "2026-12-31"}}
            """)!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(changes)!.AsObject()) body[name] = value?.DeepClone();
        var client = await api.As(funder);
        var id = (await client.Post("/programmes", body.ToJsonString())).Expect(201).Text("id");
        (await client.Post($"/programmes/{id}/publication")).Expect(200);
        return id;
    }

    /// <summary>Awards one voucher by a file, as funders do; answers its id.</summary>
    public async Task<string> Award(
        string funder, string programme, string sme, string account, string amount, string currency = "EUR")
    {
        var done = (await Import(funder, programme, $"account,amount,currency\n{account},{amount},{currency}\n"))
            .Expect(200);
        Assert.Equal(1, done["awards"]!.GetValue<int>());
        return (await Vouchers(sme, account)).Single(v => v!.Text("programmeId") == programme)!.Text("voucherId");
    }

    /// <summary>Sends a file of awards.</summary>
    public async Task<ApiAnswer> Import(string funder, string programme, string file, string step = "")
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(file));
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        return await (await api.As(funder)).Send(
            HttpMethod.Post, $"/programmes/{programme}/awards/import{step}", content);
    }

    /// <summary>A company like Seine Therapeutics somewhere else, and somebody who signs for it.</summary>
    public async Task Newcomer(
        string login, string account, string country, string nuts, string nace = "72.11", Money? turnover = null)
    {
        var grains = api.Service<IGrainFactory>();
        var like = (await grains.GetGrain<IAccountGrain>("seine-therapeutics").View())!.Profile;
        Assert.True((await grains.GetGrain<IAccountGrain>(account).Register(new RegisterAccount(
            new(account), Actor.System, like with
            {
                Id = new(account),
                Name = $"{account} Ltd",
                Country = country,
                Nuts = nuts,
                Nace = nace,
                Turnover = turnover ?? like.Turnover,
                BalanceSheet = turnover ?? like.BalanceSheet,
                Vat = new(null, VatAnswer.NotChecked, null),
            }))).Accepted);
        await api.Service<Facilities.Silo.Identity.People>().Enter(
            [
                new NewPerson($"{login}@example.org", "Ada Smith", [new(
                    account, account, OrganisationKind.Sme, [Role.Owner, Role.Booker, Role.Signatory, Role.Finance])]),
            ], ApiHost.Password);
    }

    /// <summary>Signs what other aid a company had: amount, currency, act, day and country of each.</summary>
    public async Task DeclareAid(
        string login, string account, params (decimal Amount, string Currency, string Act, string Day, string In)[] aid)
    {
        var client = await api.As(login);
        var entries = aid.Select(a => new
        {
            grantedOn = a.Day,
            amount = new { amount = a.Amount, currency = a.Currency },
            basis = a.Act,
            authority = "An authority",
            country = a.In,
        }).ToArray();
        var hash = (await client.Post($"/accounts/{account}/other-aid/preview", new { entries })).Expect(200)
            .Text("textHash");
        (await client.Put($"/accounts/{account}/other-aid", new { entries, name = "Ada Smith", textHash = hash }))
            .Expect(200);
    }

    public async Task<JsonArray> Vouchers(string sme, string account) =>
        (await (await api.As(sme)).Get($"/accounts/{account}/vouchers")).Expect(200)["items"]!.AsArray();

    public async Task<JsonNode> Voucher(string sme, string id) =>
        (await (await api.As(sme)).Get($"/vouchers/{id}")).Expect(200);

    /// <summary>A service as its manager changes it: what is given replaces what it has.</summary>
    public async Task Service(string platform, string service, string changes)
    {
        var manager = await api.As($"manager.{platform}");
        var body = (await manager.Get($"/platforms/{platform}")).Expect(200)["services"]!.AsArray()
            .Single(s => s!.Text("serviceId") == service)!.DeepClone().AsObject();
        body.Remove("serviceId");
        foreach (var (name, value) in JsonNode.Parse(changes)!.AsObject()) body[name] = value?.DeepClone();
        (await manager.Put($"/platforms/{platform}/services/{service}", body.ToJsonString())).Expect(200);
    }

    /// <summary>The price of the reference order at Torino, and the ladder of section 8.3 in working days.</summary>
    public Task ReferenceService() => Service("biopmed-imaging", Reference, $$"""
        {"prices": {{Prices(1400)}}, "setupFee": {"amount": 120, "currency": "EUR"}, "noticeIn": "workingDays",
         "operatorPerHour": {"amount": 85, "currency": "EUR"},
         "options": [{"optionId": "contrast", "name": "Contrast agent", "unit": "dose",
                      "price": {"amount": 70, "currency": "EUR"} }],
         "cancellation": [{"noticeDays": 10, "feePercent": 0}, {"noticeDays": 5, "feePercent": 25},
                          {"noticeDays": 2, "feePercent": 50}, {"noticeDays": 0, "feePercent": 80}]}
        """);

    /// <summary>One price for everybody.</summary>
    public static string Prices(decimal price)
    {
        var money = $$"""{"amount": {{price}}, "currency": "EUR"}""";
        return $$"""{"home": {{money}}, "partner": {{money}}, "external": {{money}}, "academic": {{money}} }""";
    }

    /// <summary>A quote for one item.</summary>
    public async Task<ApiAnswer> Quote(
        string sme, string account, Wish wish, object vouchers, params object[] options) =>
        await (await api.As(sme)).Post("/quotes", new
        {
            accountId = account,
            items = new[]
            {
                new
                {
                    platformId = wish.Platform,
                    serviceId = wish.Service,
                    start = wish.Start,
                    duration = wish.Duration,
                    quantity = wish.Quantity,
                    options,
                },
            },
            vouchers,
        });

    /// <summary>The reference order with a voucher, on Tuesday 12 May 2026 at 08:00 in Torino.</summary>
    public Task<ApiAnswer> QuoteReference(string voucher) => Quote(
        "sme.berlin", Berlin, Wish.Mri("2026-05-12", offset: "+02:00"), new[] { voucher },
        new { optionId = "contrast", quantity = 2 });

    /// <summary>Held, signed and agreed to be paid by invoice.</summary>
    public async Task<string> Book(string sme, JsonNode quote)
    {
        var client = await api.As(sme);
        var booking = await client.Confirm((await client.Book(quote)).Expect(201));
        Assert.Equal("confirmed", booking.Status());
        return booking.Id();
    }

    /// <summary>Delivered as booked, unless something else is said, and accepted.</summary>
    public async Task Deliver(string sme, string manager, string booking, object? body = null)
    {
        (await (await api.As(manager)).Post($"/bookings/{booking}/delivery", body ?? new { })).Expect(200);
        (await (await api.As(sme)).Post($"/bookings/{booking}/acceptance", new { accepted = true })).Expect(200);
    }

    /// <summary>Publishes a reference rate as the bank does.</summary>
    public async Task Rate(string day, string currency, string perEuro)
    {
        var taken = await api.Service<ExchangeRates>().Take(Encoding.UTF8.GetBytes($"""
            <gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"
              xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
              <Cube><Cube time="{day}"><Cube currency="{currency}" rate="{perEuro}"/></Cube></Cube></gesmes:Envelope>
            """));
        Assert.Equal(1, taken.Added);
    }

    public async Task<JsonNode> Booking(string sme, string booking) => await (await api.As(sme)).Booking(booking);

    public async Task<JsonNode> Invoice(string sme, string booking) =>
        (await (await api.As(sme)).Get($"/bookings/{booking}/invoices")).Expect(200)["items"]!.AsArray().Single()!;

    public async Task<JsonNode> Claim(string funder, string programme) =>
        (await (await api.As(funder)).Get($"/programmes/{programme}/claims")).Expect(200)["items"]!.AsArray().Single()!;

    /// <summary>The entry of a programme's aid register, of which there is one.</summary>
    public async Task<JsonNode> Aid(string funder, string programme) =>
        (await (await api.As(funder)).Get($"/programmes/{programme}/aid-register")).Expect(200)["items"]!.AsArray()
            .Single()!;

    /// <summary>What counts against the ceiling of a country.</summary>
    public async Task<decimal> AidOf(string sme, string account, string country) =>
        (await (await api.As(sme)).Get($"/accounts/{account}/aid")).Expect(200)["standings"]!.AsArray()
            .Where(s => s!.Text("country") == country).Sum(s => s!.Amount("sum"));

    /// <summary>A figure of a programme's ledger; zero where nothing was posted.</summary>
    public async Task<decimal> Ledger(string funder, string programme, string name) =>
        (await (await api.As(funder)).Get($"/programmes/{programme}/ledger")).Expect(200)["balances"]!.AsArray()
            .FirstOrDefault(b => b!.Text("account") == name)?.Amount("balance") ?? 0;
}
