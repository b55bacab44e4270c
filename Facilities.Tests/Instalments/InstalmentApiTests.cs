using System.Text.Json.Nodes;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
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

namespace Facilities.Tests.Instalments;

/// <summary>
/// A programme that pays in two instalments, over HTTP: of a cost of 400,000 CZK it funds 75 %, half of that within 30
/// days of the contract and the rest after the approved claim.
/// </summary>
public sealed class InstalmentApiTests
{
    private const string CompanyIban = "DE75512108001245126199";

    private static readonly Currency Koruna = new("CZK");

    [Theory]
    [InlineData(StorageProvider.Sqlite)]
    [InlineData(StorageProvider.Postgres)]
    public async Task Half_comes_in_advance_the_rest_after_the_claim_and_what_is_not_due_goes_back(
        StorageProvider provider)
    {
        using var host = ApiHost.Start(await CatalogueDatabase.On(provider));
        var stage = await Stage.Open(host);
        await Everything_delivered(stage);
        await Three_of_four_delivered(stage);
        await One_of_four_delivered(stage);
        await Cancelled(stage);
        using var output = new StringWriter();
        await using var dialect = host.Storage.Open();
        var faults = await new Verifier(dialect, SystemClock.Instance, TimeProvider.System).Check(output);
        Assert.True(faults.Count == 0, output.ToString());
    }

    private static async Task Everything_delivered(Stage stage)
    {
        var (booking, advance) = await stage.Booked("2027-01-12", payBy: "2026-12-31");
        // Asked for the same by two officers at once, the funder decides and pays once.
        (await stage.Funder.Post($"{advance}/decision", new { decision = "approve" })).Refused(409, "accountMissing");
        var stated = (await stage.Funder.Get(advance)).Expect(200)["checks"]!.AsArray()
            .Single(c => c!.Text("rule") == "payoutAccount")!;
        Assert.Equal("Brno Bio did not say on which account it is paid.", stated.Text("reason"));
        Assert.Equal("instalments: an advance is paid before the delivery", stated.Text("clause"));
        (await stage.Sme.Put($"{advance}/account", new { name = "Brno Bio", iban = CompanyIban })).Expect(200);
        var decided = await Task.WhenAll(Enumerable.Range(0, 2).Select(
            _ => stage.Funder.Post($"{advance}/decision", new { decision = "approve" })));
        Assert.Equal([200, 409], decided.Select(d => d.Status).Order());
        var made = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => stage.Funder.Post(
            $"/programmes/{stage.Programme}/payment-batches",
            new { requestedOn = "2026-12-10", debtorIban = BankSamples.FunderIban })));
        Assert.Equal([201, 409], made.Select(d => d.Status).Order());
        var payment = made.Single(m => m.Status == 201).Json["batch"]!["payments"]![0]!;
        (await stage.Funder.Post($"{advance}/payment", new { reference = "by hand" })).Refused(409, "claimInBatch");
        var entry = BankSamples.Entry("E-1", payment.Text("endToEndId"), Czk(150_000));
        await stage.Bank("S-1", entry, "pays");
        await stage.Bank("S-1", entry, "known");
        Assert.Equal("paid", (await stage.Sme.Get(advance)).Expect(200).Status());
        Assert.Equal((150_000m, 150_000m, 0m), await stage.Ledger("advanced", "reserved", "paid"));
        var claim = await stage.Delivered(booking, "2027-01-12", 4);
        Assert.Equal((150_000m, 150_000m), (claim.Amount("amount"), claim.Amount("advanced")));
        await stage.Pays(claim);
        Assert.Equal("settled", (await stage.Sme.Booking(booking)).Status());
        Assert.Equal((0m, 0m, 300_000m), await stage.Ledger("advanced", "reserved", "paid"));
        await Credited(stage, booking, advance, $"/programmes/{stage.Programme}/claims/{claim.Text("claimId")}");
    }

    /// <summary>
    /// Of 300,000 that were paid 225,000 are credited; 150,000 of the claim and 75,000 of the advance come back.
    /// </summary>
    private static async Task Credited(Stage stage, string booking, string advance, string claim)
    {
        var before = await stage.Available();
        var credit = new { platformId = "brno-lab", percent = 75, reason = "Late." };
        var would = (await stage.Manager.Post($"/bookings/{booking}/credits/preview", credit)).Expect(200);
        Assert.Equal([150_000m, 75_000m], would["funding"]![0]!["owed"]!.AsArray().Select(o => o!.Amount("amount")));
        (await stage.Manager.Post($"/bookings/{booking}/credits", credit)).Expect(200);
        Assert.Equal((0m, 225_000m, 75_000m), await stage.Ledger("advanced", "owed", "paid"));
        foreach (var (door, amount) in new[] { (claim, 150_000m), (advance, 75_000m) })
        {
            var owed = (await stage.Sme.Get(door)).Expect(200)["owed"]!.AsArray().Single()!;
            Assert.Equal((amount, "company"), (owed.Amount("open"), owed.Text("owedBy")));
            (await stage.Funder.Post($"{door}/owed/1/repayment", new { reference = "SEPA-5" })).Expect(200);
        }
        Assert.Equal((0m, 0m, 75_000m), await stage.Ledger("advanced", "owed", "paid"));
        Assert.Equal(before + 225_000m, await stage.Available());
        (await stage.Manager.Post($"/bookings/{booking}/credits/1/transfer")).Expect(200);
        Assert.Equal("settled", (await stage.Sme.Booking(booking)).Status());
    }

    private static async Task Three_of_four_delivered(Stage stage)
    {
        var (booking, advance) = await stage.Booked("2027-02-09", "2027-02-11");
        await stage.Advanced(advance);
        var claim = await stage.Delivered(booking, "2027-02-09", 3);
        Assert.Equal((75_000m, 150_000m), (claim.Amount("amount"), claim.Amount("advanced")));
        await stage.Pays(claim);
        Assert.Empty((await stage.Funder.Get(advance)).Expect(200)["owed"]!.AsArray());
        Assert.Equal((0m, 0m, 300_000m), await stage.Ledger("advanced", "reserved", "paid"));
    }

    private static async Task One_of_four_delivered(Stage stage)
    {
        var (booking, advance) = await stage.Booked("2027-03-09", "2027-03-11");
        await stage.Advanced(advance);
        var claim = await stage.Delivered(booking, "2027-03-09", 1);
        Assert.Equal((0m, 75_000m), (claim.Amount("amount"), claim.Amount("advanced")));
        await stage.Pays(claim);
        Assert.Equal("settled", (await stage.Sme.Booking(booking)).Status());
        Assert.Equal(
            75_000m, (await stage.Sme.Get(advance)).Expect(200)["owed"]![0]!.Amount("open"));
        (await stage.Funder.Post($"{advance}/owed/1/repayment", new { reference = "" })).Refused(422, "notValid");
        (await stage.Funder.Post($"{advance}/owed/1/repayment", new { reference = "SEPA-9" })).Expect(200);
        (await stage.Funder.Post($"{advance}/owed/1/repayment", new { reference = "SEPA-9" }))
            .Refused(409, "nothingOwed");
        Assert.Equal((0m, 0m, 375_000m), await stage.Ledger("advanced", "reserved", "paid"));
    }

    private static async Task Cancelled(Stage stage)
    {
        var (booking, advance) = await stage.Booked("2027-05-11", "2027-04-08");
        await stage.Advanced(advance);
        Assert.Equal((150_000m, 150_000m, 375_000m), await stage.Ledger("advanced", "reserved", "paid"));
        var before = await stage.Available();
        await AdvancePages.SeesTheAdvance(stage.Host, booking);
        (await stage.Sme.Post($"/bookings/{booking}/cancellation", new { reason = "No samples" })).Expect(200);
        var owed = (await stage.Sme.Get(advance)).Expect(200)["owed"]![0]!;
        Assert.Equal((150_000m, 150_000m), (owed.Amount("amount"), owed.Amount("open")));
        Assert.Equal("2027-04-08", owed.Text("dueOn"));
        Assert.Equal((150_000m, 0m, 375_000m), await stage.Ledger("owed", "reserved", "paid"));
        // Only what never left the funder can be booked again before the rest is paid back.
        Assert.Equal(before + 150_000m, await stage.Available());
        await AdvancePages.SeesWhatItOwes(
            stage.Host, stage.Programme, booking, advance, owed.Text("reference"));
        Assert.Equal("application/zip", (await stage.Funder.Get($"{advance}/evidence")).Type);
        await stage.Bank("S-2", BankSamples.Entry(
            "E-1", null, Czk(150_000), direction: "CRDT",
            extra: $"<RmtInf><Ustrd>{owed.Text("reference")}</Ustrd></RmtInf>"), "paysBack");
        Assert.Equal(0m, (await stage.Sme.Get(advance)).Expect(200)["owed"]![0]!.Amount("open"));
        Assert.Equal((0m, 0m, 375_000m), await stage.Ledger("advanced", "reserved", "paid"));
        Assert.Equal(before + 300_000m, await stage.Available());
    }

    private static Money Czk(decimal amount) => Money.Of(amount, Koruna);

    private sealed record Stage(ApiHost Host, ApiClient Funder, ApiClient Sme, ApiClient Manager, string Programme)
    {
        public static async Task<Stage> Open(ApiHost host)
        {
            var grains = host.Service<IGrainFactory>();
            var profile = Account("brno-bio", "Brno Bio", "genopole", "CZ", Checked("CZ25123891"));
            Accepted(await grains.GetGrain<IAccountGrain>("brno-bio").Register(new(new("r"), Actor.System, profile)));
            Accepted(await AidScenarios.Declare(grains, "brno-bio", CatalogueDatabase.Opening.InUtc().Date));
            var lab = Platform("brno-lab", "biocat", "CZ", "CZ064", "Europe/Prague", "CZK");
            var service = HalfDay with
            {
                Prices = new(Czk(100_000), Czk(100_000), Czk(100_000), Czk(100_000)),
                SetupFee = Czk(0),
                OperatorPerHour = null,
                Options = [],
                Quantity = new(4, Occupies.Once),
                PricePer = null,
            };
            var grain = grains.GetGrain<IPlatformGrain>("brno-lab");
            Accepted(await grain.Register(new(
                new("r"), Actor.System, lab,
                [.. service.Uses.Select(use => new Resource(use, use.Value, 1, [new HoursRule(
                    "FREQ=DAILY", TimeOfDay.Parse("08:00"), TimeOfDay.Parse("20:00"), new(2026, 1, 1))], []))],
                [service])));
            var lead = People.Of("p-lab", OrganisationKind.Facility, "brno-lab", Role.Manager, Role.Signatory);
            Accepted(await grain.SignStandingOffer(new(new("offer"), lead, "Milan Manager")));
            await host.Service<Facilities.Silo.Identity.People>().Enter(
                [
                    new("sme.brno-bio@example.org", "Sara Signs", [new(
                        "brno-bio", "Brno Bio", OrganisationKind.Sme,
                        [Role.Owner, Role.Booker, Role.Signatory, Role.Finance])]),
                    new("manager.brno-lab@example.org", "Milan Manager", [new(
                        "brno-lab", "Brno Lab", OrganisationKind.Facility, [Role.Manager, Role.Signatory])]),
                ], ApiHost.Password);
            var funder = await host.As("funder.berlin");
            var id = (await funder.Post("/programmes", new
            {
                name = "Stredocesky II",
                funder = "Region",
                country = "CZ",
                timeZone = "Europe/Prague",
                budget = new { amount = 2_000_000, currency = "CZK" },
                legalBasis = "EU 2023/2831",
                rate = 75,
                capPerVoucher = new { amount = 300_000, currency = "CZK" },
                providerScope = new { any = true },
                validityMonths = 12,
                claimDays = 90,
                paymentMode = "instalments",
                instalments = new { advance = 50, paidWithinDays = 30 },
            })).Expect(201).Text("id");
            (await funder.Post($"/programmes/{id}/publication")).Expect(200);
            return new(host, funder, await host.As("sme.brno-bio"), await host.As("manager.brno-lab"), id);
        }

        /// <summary>A voucher, and a booking that is confirmed with it; the booking and its advance.</summary>
        public async Task<(string Booking, string Advance)> Booked(string day, string payBy)
        {
            var officer = People.Of("p-o", OrganisationKind.Funder, Programme, Role.Officer);
            Accepted(await Host.Service<IGrainFactory>().GetGrain<IProgrammeGrain>(Programme).Award(new(
                new($"award-{day}"), officer, new("brno-bio"), Czk(300_000), "", 25)));
            var offset = day.StartsWith("2027-05", StringComparison.Ordinal) ? "+02:00" : "+01:00";
            var wish = new Wish("brno-lab", "mri-half-day", $"{day}T08:00:00{offset}", "PT4H") { Quantity = 4 };
            var quote = (await Sme.Quote(wish, "brno-bio", new[] { $"v-award-{day}" })).Expect(201);
            Assert.Equal((400_000m, 300_000m), (quote.Amount("net"), quote.Amount("paidBack")));
            var booking = (await Sme.Book(quote)).Expect(201);
            await Sme.Confirm(booking);
            var claim = Assert.Single(
                (await Funder.Get($"/programmes/{Programme}/claims?status=open")).Expect(200)["items"]!.AsArray())!;
            Assert.Equal((150_000m, payBy), (claim.Amount("amount"), claim["advance"]!.Text("payBy")));
            return (booking.Id(), $"/programmes/{Programme}/claims/{claim.Text("claimId")}");
        }

        /// <summary>The advance is paid by hand.</summary>
        public async Task Advanced(string advance)
        {
            (await Sme.Put($"{advance}/account", new { name = "Brno Bio", iban = CompanyIban })).Expect(200);
            (await Funder.Post($"{advance}/decision", new { decision = "approve" })).Expect(200);
            (await Funder.Post($"{advance}/payment", new { reference = "SEPA-1" })).Expect(200);
        }

        /// <summary>So many of four are delivered and accepted, and the company pays the invoice; the claim.</summary>
        public async Task<JsonNode> Delivered(string booking, string day, int quantity)
        {
            await Host.AdvanceTo(NodaTime.Text.LocalDatePattern.Iso.Parse(day).Value.At(new(18, 0))
                .InUtc().ToInstant());
            var item = (await Sme.Booking(booking))["items"]![0]!.Text("itemId");
            var used = new { items = new[] { new { itemId = item, quantity } } };
            (await Manager.Post($"/bookings/{booking}/delivery", used)).Expect(200);
            (await Sme.Post($"/bookings/{booking}/acceptance", new { accepted = true })).Expect(200);
            var invoice = (await Sme.Get($"/bookings/{booking}/invoices")).Expect(200)["items"]!.AsArray().Single()!;
            (await Manager.Post($"/invoices/{invoice.Text("id")}/payment")).Expect(200);
            return Assert.Single(
                (await Funder.Get($"/programmes/{Programme}/claims?status=open")).Expect(200)["items"]!.AsArray())!;
        }

        /// <summary>The funder approves the claim and pays it, on the account of the advance.</summary>
        public async Task Pays(JsonNode claim)
        {
            var here = $"/programmes/{Programme}/claims/{claim.Text("claimId")}";
            Assert.Equal(CompanyIban, (await Sme.Get(here)).Expect(200)["account"]!.Text("iban"));
            var approved = (await Funder.Post($"{here}/decision", new { decision = "approve" })).Expect(200);
            if (approved.Amount("amount") == 0) Assert.Equal("paid", approved.Status());
            else (await Funder.Post($"{here}/payment", new { reference = "SEPA-2" })).Expect(200);
        }

        /// <summary>Takes in a statement; the one entry means this.</summary>
        public async Task Bank(string id, string entry, string meaning)
        {
            using var statement = new ByteArrayContent(BankSamples.Statement(id, entry));
            statement.Headers.ContentType = new("application/xml");
            var taken = (await Funder.Send(
                HttpMethod.Post, $"/programmes/{Programme}/bank-statements", statement)).Expect(200);
            Assert.Equal(meaning, taken["entries"]![0]!.Text("meaning"));
        }

        /// <summary>Three accounts of the ledger; the budget is the sum of all.</summary>
        public async Task<(decimal, decimal, decimal)> Ledger(string first, string second, string third)
        {
            var accounts = (await Funder.Get($"/programmes/{Programme}/ledger/balance")).Expect(200)["accounts"]!
                .AsArray().ToDictionary(a => a!.Text("account"), a => a!.Amount("balance"));
            Assert.Equal(2_000_000m, accounts.Where(a => a.Key != "grant").Sum(a => a.Value));
            Assert.All(accounts.Where(a => a.Key != "grant"), a => Assert.True(a.Value >= 0, $"{a.Key} is {a.Value}"));
            return (
                accounts.GetValueOrDefault(first), accounts.GetValueOrDefault(second),
                accounts.GetValueOrDefault(third));
        }

        /// <summary>What can still be reserved of all vouchers.</summary>
        public async Task<decimal> Available() => (await Sme.Get("/accounts/brno-bio/vouchers")).Expect(200)["items"]!
            .AsArray().Sum(v => v!.Amount("available"));

        private static void Accepted<TRefusal>(Facilities.Grains.Kernel.Reply<TRefusal> reply)
            where TRefusal : struct, Enum => Assert.True(reply.Accepted, reply.Refusal?.Reason);
    }
}
