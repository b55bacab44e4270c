using System.Text.Json.Nodes;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Services;
using Facilities.Silo.Storage;
using Facilities.Silo.Verification;
using Facilities.Tests.Banking;
using Facilities.Tests.TestKit;
using Facilities.Tests.Undertakings;
using NodaTime;
using Orleans;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Claims;

/// <summary>Programmes that pay companies back, over HTTP: from the quote to the bank.</summary>
public sealed class PaidBackApiTests
{
    private const string CompanyIban = "DE75512108001245126199";

    [Theory]
    [InlineData(StorageProvider.Sqlite)]
    [InlineData(StorageProvider.Postgres)]
    public async Task V4_the_company_pays_the_facility_and_the_funder_the_company(StorageProvider provider)
    {
        using var host = ApiHost.Start(await CatalogueDatabase.On(provider));
        var (funder, manager) = (await host.As("funder.berlin"), await host.As("manager.biopmed-imaging"));
        // Of a cluster without an agreement with the facility's, so that no cluster pays a part.
        var sme = await Company(host, Account("adlershof-bio", "Adlershof Bio", "genopole", "DE", GermanVat));
        var claims = $"/programmes/{await Scheme(host, funder, "DE", 75, 5_000, "adlershof-bio")}/claims";
        await Priced(manager, "biopmed-imaging", "mri-half-day", service =>
        {
            service["prices"] = Prices(1_400);
            (service["setupFee"]!["amount"], service["operatorPerHour"]!["amount"]) = (120, 85);
            service["options"]![0]!["price"]!["amount"] = 70;
        });

        var quote = (await sme.Post("/quotes", new
        {
            accountId = "adlershof-bio",
            items = new[]
            {
                new
                {
                    platformId = "biopmed-imaging",
                    serviceId = "mri-half-day",
                    start = "2026-12-07T08:00:00+01:00",
                    duration = "PT4H",
                    quantity = 1,
                    options = new[] { new { optionId = "contrast", quantity = 2 } },
                },
            },
            vouchers = "auto",
        })).Expect(201);
        Assert.Equal((2_000m, 0m, 2_000m), (quote.Amount("net"), quote.Amount("taxTotal"), quote.Amount("gross")));
        Assert.Equal(
            (2_000m, 1_500m, 500m),
            (quote.Amount("paysProviders"), quote.Amount("paidBack"), quote.Amount("accountPays")));
        // A search says both figures as well, here without an option.
        var found = (await sme.Get("/slots?from=2026-12-07&to=2026-12-08&accountId=adlershof-bio&limit=200"))
            .Expect(200)["items"]!.AsArray().First(slot => slot!.Text("serviceId") == "mri-half-day")!;
        Assert.Equal(found.Amount("net"), found.Amount("paysProviders"));
        Assert.Equal(found.Amount("net") / 4, found.Amount("accountPays"));
        Assert.Equal("account", quote["funding"]![0]!.Text("paidTo"));
        Assert.Equal(380m, quote["selfAccounted"]![0]!.Amount("amount"));
        var booking = (await sme.Book(quote)).Expect(201);
        Assert.Equal(2_000m, booking["payment"]!.Amount("amount"));
        await sme.Confirm(booking);
        var invoice = await Delivered(host, booking.Id(), sme, manager, Instant.FromUtc(2026, 12, 7, 12, 0));
        Assert.Equal(
            (2_000m, 0m, 2_000m),
            (invoice["totals"]!.Amount("gross"), invoice["totals"]!.Amount("prepaid"),
                invoice["totals"]!.Amount("payable")));

        var claim = (await funder.Get(claims)).Expect(200)["items"]![0]!;
        Assert.Equal(1_500m, claim.Amount("amount"));
        var here = $"{claims}/{claim.Text("claimId")}";
        var approve = new { decision = "approve", note = "" };
        (await funder.Post($"{here}/decision", approve)).Refused(409, "paymentNotProven");
        (await manager.Post($"/invoices/{invoice.Text("id")}/payment")).Expect(200);
        (await funder.Post($"{here}/decision", approve)).Refused(409, "accountMissing");
        (await manager.Put($"{here}/account", new { name = "Imaging", iban = CompanyIban })).Refused(403, "notAllowed");
        (await sme.Put($"{here}/account", new { name = "Adlershof Bio", iban = "DE00" })).Refused(422, "notValid");
        (await sme.Put($"{here}/account", new { name = "Adlershof Bio", iban = CompanyIban })).Expect(200);
        Assert.Equal(CompanyIban, (await funder.Get(here)).Expect(200)["account"]!.Text("iban"));
        Assert.Null((await manager.Get(here)).Expect(200)["account"]);
        var approved = (await funder.Post($"{here}/decision", approve)).Expect(200);
        Assert.Contains(invoice.Text("number"), approved.Text("paymentProof"), StringComparison.Ordinal);
        (await sme.Put($"{here}/account", new { name = "Adlershof Bio", iban = BankSamples.FunderIban }))
            .Refused(409, "claimDecided");

        var made = (await funder.Post($"{claims[..^7]}/payment-batches", new
        {
            requestedOn = "2026-12-10",
            debtorIban = BankSamples.FunderIban,
        })).Expect(201)["batch"]!;
        var file = (await funder.Get($"{claims[..^7]}/payment-batches/{made.Text("batchId")}/file")).Text;
        Assert.Contains($"<IBAN>{CompanyIban}</IBAN>", file, StringComparison.Ordinal);
        Assert.Contains("<InstdAmt Ccy=\"EUR\">1500.00</InstdAmt>", file, StringComparison.Ordinal);
        using var statement = new ByteArrayContent(BankSamples.Statement("S-1", BankSamples.Entry(
            "E-1", made["payments"]![0]!.Text("endToEndId"), Eur(1_500))));
        statement.Headers.ContentType = new("application/xml");
        (await funder.Send(HttpMethod.Post, $"{claims[..^7]}/bank-statements", statement)).Expect(200);
        Assert.Equal("paid", (await funder.Get(here)).Expect(200).Status());
        Assert.Equal("settled", (await sme.Booking(booking.Id())).Status());
        await IsSound(host);
        if (provider == StorageProvider.Postgres) return;
        // Money that was sent to another account than the one that was approved.
        await using var dialect = host.Storage.Open();
        await dialect.Read(connection => Dapper.SqlMapper.ExecuteAsync(connection, $"""
            update events set data = replace(data, '{CompanyIban}', '{BankSamples.FunderIban}')
            where name = 'programme.paymentBatchMade.v1'
            """));
        Assert.Contains("payoutChanged", (await Verified(host)).Faults.ByName.Keys);
    }

    [Fact]
    public async Task S3_a_company_of_Torino_in_Berlin_claims_its_half_and_owes_nothing_where_that_is_rejected()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (funder, manager) = (await host.As("funder.piemonte"), await host.As("manager.biotop-proteomics"));
        var sme = await Company(host, Account("torino-bio", "Torino Bio", "genopole", "IT", ItalianVat));
        var programme = await Scheme(host, funder, "IT", 50, 10_000, "torino-bio");
        await Priced(manager, "biotop-proteomics", "method-day", service =>
            (service["prices"], service["category"]) = (Prices(7_480), "sequencing"));
        var wish = new Wish("biotop-proteomics", "method-day", "2027-01-18T09:00:00+01:00", "PT8H");
        var quote = (await sme.Quote(wish, "torino-bio")).Expect(201);
        Assert.Equal(("AE", 0m), (quote["tax"]![0]!.Text("category"), quote["tax"]![0]!.Amount("amount")));
        Assert.Equal((7_480m, 3_740m), (quote.Amount("paysProviders"), quote.Amount("paidBack")));
        Assert.Equal(1_645.60m, quote["selfAccounted"]![0]!.Amount("amount"));
        var booking = (await sme.Book(quote)).Expect(201);
        (await manager.Sign(booking)).Expect(200);
        await sme.Confirm(booking);
        var invoice = await Delivered(host, booking.Id(), sme, manager, Instant.FromUtc(2027, 1, 18, 18, 0));
        Assert.Equal(
            (0m, 7_480m), (invoice["totals"]!.Amount("prepaid"), invoice["totals"]!.Amount("payable")));
        var claim = (await funder.Get($"/programmes/{programme}/claims")).Expect(200)["items"]![0]!;
        Assert.Equal(3_740m, claim.Amount("amount"));
        await StatesItsAccountOnThePage(host, $"/programmes/{programme}/claims/{claim.Text("claimId")}");

        (await funder.Post(
            $"/programmes/{programme}/claims/{claim.Text("claimId")}/decision",
            new { decision = "reject", note = "Out of scope" })).Expect(200);
        Assert.Empty((await sme.Booking(booking.Id()))["obligations"]!.AsArray());
        var settled = (await manager.Post($"/invoices/{invoice.Text("id")}/payment")).Expect(200);
        Assert.Equal("settled", settled.Status());
        var voucher = await sme.Voucher("torino-bio");
        Assert.Equal((0m, 6_260m), (voucher.Amount("redeemed"), voucher.Amount("available")));
        await IsSound(host);
    }

    private static async Task StatesItsAccountOnThePage(ApiHost host, string page)
    {
        var browser = await Bookings.ApprovalTests.Browser(host, "sme.torino-bio");
        async Task<string> Keep(string iban)
        {
            using var answer = await Pages.DemonstrationPages.Post(browser, page, "account", new()
            {
                ["holder"] = "Torino Bio",
                ["iban"] = iban,
            });
            return await answer.Content.ReadAsStringAsync();
        }
        Assert.Contains("Say on which account", await browser.GetStringAsync("/"), StringComparison.Ordinal);
        Assert.Contains("DE00 is no IBAN", await Keep("DE00"), StringComparison.Ordinal);
        Assert.Contains($"<code>{CompanyIban}</code>", await Keep(CompanyIban), StringComparison.Ordinal);
        Assert.DoesNotContain("Say on which account", await browser.GetStringAsync("/"), StringComparison.Ordinal);
    }

    private static async Task<ApiClient> Company(ApiHost host, AccountProfile profile)
    {
        var registered = await host.Service<IGrainFactory>().GetGrain<IAccountGrain>(profile.Id.Value).Register(
            new(new("register"), Actor.System, profile));
        Assert.True(registered.Accepted, registered.Refusal?.Reason);
        Assert.True((await AidScenarios.Declare(
            host.Service<IGrainFactory>(), profile.Id.Value, CatalogueDatabase.Opening.InUtc().Date)).Accepted);
        await host.Service<Facilities.Silo.Identity.People>().Enter(
            [
                new($"sme.{profile.Id}@example.org", "Sara Signs", [new(
                    profile.Id.Value, profile.Name, OrganisationKind.Sme,
                    [Role.Owner, Role.Booker, Role.Signatory, Role.Finance])]),
            ], ApiHost.Password);
        return await host.As($"sme.{profile.Id}");
    }

    /// <summary>A programme that pays back, and one voucher of it.</summary>
    private static async Task<string> Scheme(
        ApiHost host, ApiClient funder, string country, int rate, int cap, string account)
    {
        var id = (await funder.Post("/programmes", new
        {
            name = "Paid back",
            funder = "Agency",
            country,
            timeZone = "Europe/Berlin",
            budget = new { amount = 50_000, currency = "EUR" },
            legalBasis = "EU 2023/2831",
            rate,
            capPerVoucher = new { amount = cap, currency = "EUR" },
            providerScope = new { any = true },
            validityMonths = 12,
            claimDays = 90,
            paymentMode = "reimbursement",
        })).Expect(201).Text("id");
        (await funder.Post($"/programmes/{id}/publication")).Expect(200);
        var officer = People.Of("p-o", OrganisationKind.Funder, id, Role.Officer);
        var awarded = await host.Service<IGrainFactory>().GetGrain<IProgrammeGrain>(id).Award(
            new(new("award"), officer, new(account), Eur(cap), ""));
        Assert.True(awarded.Accepted, awarded.Refusal?.Reason);
        return id;
    }

    private static async Task Priced(ApiClient manager, string platform, string id, Action<JsonNode> change)
    {
        var service = (await manager.Get($"/platforms/{platform}")).Expect(200)["services"]!.AsArray()
            .Single(s => s!.Text("serviceId") == id)!.DeepClone();
        change(service);
        (await manager.Put($"/platforms/{platform}/services/{id}", service)).Expect(200);
    }

    private static JsonObject Prices(int amount)
    {
        JsonObject Price() => new() { ["amount"] = amount, ["currency"] = "EUR" };
        return new JsonObject
        {
            ["home"] = Price(),
            ["partner"] = Price(),
            ["external"] = Price(),
            ["academic"] = Price(),
        };
    }

    /// <summary>Delivers and accepts; the invoice.</summary>
    private static async Task<JsonNode> Delivered(
        ApiHost host, string booking, ApiClient sme, ApiClient manager, Instant at)
    {
        await host.AdvanceTo(at);
        (await manager.Post($"/bookings/{booking}/delivery", new { })).Expect(200);
        (await sme.Post($"/bookings/{booking}/acceptance", new { accepted = true })).Expect(200);
        return (await sme.Get($"/bookings/{booking}/invoices")).Expect(200)["items"]!.AsArray().Single()!;
    }

    private static async Task IsSound(ApiHost host)
    {
        var (faults, output) = await Verified(host);
        Assert.True(faults.Count == 0, output);
    }

    private static async Task<(Faults Faults, string Output)> Verified(ApiHost host)
    {
        using var output = new StringWriter();
        await using var dialect = host.Storage.Open();
        var faults = await new Verifier(dialect, SystemClock.Instance, TimeProvider.System).Check(output);
        return (faults, output.ToString());
    }
}
