using Facilities.Tests.TestKit;

namespace Facilities.Tests.Proofs;

/// <summary>
/// Rows B2, B8 and B12: many ask for the same at once, through two hosts that share nothing but PostgreSQL.
/// </summary>
public sealed class ContentionTests
{
    // Below the holds that an account may have at once, even where none is answered yet.
    private const int SlotsAtOnce = 4;
    private const int RequestsPerSlot = 50;

    private static readonly (string Login, string Account)[] Companies =
    [
        ("sme.berlin", "spree-diagnostics"), ("sme.potsdam", "havel-biologics"), ("sme.paris", "seine-therapeutics"),
        ("sme.cuneo", "langhe-biotech"), ("sme.debrecen", "tisza-devices"),
    ];

    private static readonly Wish PetCt = new("biopmed-imaging", "pet-ct-session", "", "PT4H");

    [Fact]
    public async Task B2_of_two_requests_for_one_slot_one_alone_can_be_approved()
    {
        await using var hosts = await TwoHosts.Start();
        var (berlin, paris) = (await hosts.First.As("sme.berlin"), await hosts.Second.As("sme.paris"));
        ApiClient[] managers =
            [await hosts.First.As("manager.biopmed-imaging"), await hosts.Second.As("manager.biopmed-imaging")];
        foreach (var start in await Mornings(berlin, 5))
        {
            var wish = PetCt with { Start = start };
            var ours = (await berlin.Quote(wish, vouchers: "none")).Expect(201);
            var theirs = (await paris.Quote(wish, "seine-therapeutics")).Expect(201);
            var asked = await Task.WhenAll(berlin.Book(ours), paris.Book(theirs));
            // The first request holds the slot, so there is never a second one to approve.
            Assert.Equal([201, 409], asked.Select(a => a.Status).Order());
            var held = asked.Single(a => a.Status == 201).Json;
            var decisions = await Task.WhenAll(
                managers[0].Post($"/bookings/{held.Id()}/approval", new { decision = "approve" }),
                managers[1].Post($"/bookings/{held.Id()}/approval", new { decision = "reject", note = "No tracer" }));
            var won = Assert.Single(decisions, d => d.Status == 200);
            Assert.Equal(409, decisions.Single(d => d != won).Status);
            var rejected = won.Json.Status() == "rejected";
            foreach (var manager in managers)
                Assert.Equal(rejected, (await manager.Booking(held.Id())).Status() == "rejected");
            Assert.Equal(rejected, await berlin.IsListed(wish));
        }
    }

    [Fact]
    public async Task B8_each_of_two_hundred_slots_asked_for_fifty_times_at_once_is_had_by_exactly_one()
    {
        await using var hosts = await TwoHosts.Start();
        var clients = await Task.WhenAll(Companies.Select(c => hosts.First.As(c.Login)));
        var others = await Task.WhenAll(Companies.Select(c => hosts.Second.As(c.Login)));
        var starts = await Starts(clients[0], Wish.Mri("2000-01-01"), 200);
        foreach (var together in starts.Take(200).Chunk(SlotsAtOnce))
        {
            var answers = await Task.WhenAll(together.SelectMany(start => Enumerable.Range(0, RequestsPerSlot)
                .Select(async i =>
                {
                    var (company, wish) = (i % Companies.Length, Wish.Mri("2000-01-01") with { Start = start });
                    var client = (i % 2 == 0 ? clients : others)[company];
                    var quote = await client.Quote(wish, Companies[company].Account, "none");
                    return (Start: start, Client: client, Answer: quote.Status == 201 ? await client.Book(quote.Json)
                        : quote);
                })));
            foreach (var start in together)
            {
                var mine = answers.Where(a => a.Start == start).ToArray();
                var winner = Assert.Single(mine, a => a.Answer.Status == 201);
                foreach (var loser in mine.Where(a => a.Answer != winner.Answer))
                    loser.Answer.Refused(409, "slotTaken");
                // Another slot tomorrow: who won gives it back, so that nobody runs into the limit of holds.
                (await winner.Client.Post(
                    $"/bookings/{winner.Answer.Json.Id()}/cancellation", new { reason = "" })).Expect(200);
            }
        }
    }

    [Fact]
    public async Task B12_a_thousand_contested_bookings_of_several_things_give_no_error()
    {
        await using var hosts = await TwoHosts.Start();
        var clients = await Task.WhenAll(Companies.Select(c => hosts.First.As(c.Login)));
        var others = await Task.WhenAll(Companies.Select(c => hosts.Second.As(c.Login)));
        foreach (var start in await Mornings(clients[0], 20))
        {
            // The two scanners share the operators. Half ask for them in one order, half in the other.
            object[] items =
                [(PetCt with { Start = start }).Item(), (Wish.Mri("2000-01-01") with { Start = start }).Item()];
            object[] reversed = [.. items.Reverse()];
            var answers = await Task.WhenAll(Enumerable.Range(0, RequestsPerSlot).Select(async i =>
            {
                var company = i % Companies.Length;
                var client = (i % 2 == 0 ? clients : others)[company];
                var quote = await client.Post("/quotes", new
                {
                    accountId = Companies[company].Account,
                    items = i % 4 < 2 ? items : reversed,
                    vouchers = "none",
                });
                return (Client: client, Answer: quote.Status == 201 ? await client.Book(quote.Json) : quote);
            }));
            var (client, won) = Assert.Single(answers, a => a.Answer.Status == 201);
            Assert.All(answers.Where(a => a.Answer != won), a => a.Answer.Refused(409, "slotTaken"));
            (await client.Post($"/bookings/{won.Json.Id()}/cancellation", new { reason = "" })).Expect(200);
        }
    }

    /// <summary>Days on which both scanners are free from eight in the morning.</summary>
    private static async Task<string[]> Mornings(ApiClient client, int count)
    {
        var (mri, petCt) =
            (await Starts(client, Wish.Mri("2000-01-01"), count), await Starts(client, PetCt, count));
        string[] both =
            [.. mri.Intersect(petCt).Where(s => s.Contains("T08:00", StringComparison.Ordinal)).Take(count)];
        Assert.Equal(count, both.Length);
        return both;
    }

    private static async Task<string[]> Starts(ApiClient client, Wish wish, int count)
    {
        var slots = await client.Slots(wish, "2026-12-14", "2027-06-30");
        Assert.True(slots.Count >= count, $"only {slots.Count} slots are free");
        return [.. slots.Select(s => s!.Text("start"))];
    }

    private sealed class TwoHosts(ApiHost first, ApiHost second) : IAsyncDisposable
    {
        public ApiHost First => first;

        public ApiHost Second => second;

        public static async Task<TwoHosts> Start()
        {
            var storage = await CatalogueDatabase.Postgres();
            var clock = new FakeClock(CatalogueDatabase.Opening);
            return new TwoHosts(ApiHost.Start(storage, clock), ApiHost.Start(storage, clock));
        }

        public async ValueTask DisposeAsync()
        {
            await first.DisposeAsync();
            await second.DisposeAsync();
        }
    }
}
