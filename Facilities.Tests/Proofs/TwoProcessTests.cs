using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Proofs;

/// <summary>Row B1 with real processes.</summary>
public sealed class TwoProcessTests
{
    [Fact]
    public async Task B1_of_fifty_bookings_of_one_slot_through_two_processes_one_succeeds()
    {
        var storage = await CatalogueDatabase.Postgres(today: true);
        var processes = await Task.WhenAll(ApiProcess.Start(storage), ApiProcess.Start(storage));
        await using var first = processes[0];
        await using var second = processes[1];
        ApiClient[] clients = [await first.As("sme.berlin"), await second.As("sme.berlin")];
        foreach (var wish in await FreeSlots(clients[0], 3))
        {
            var quotes = await Task.WhenAll(
                Enumerable.Range(0, 50).Select(async i => (await clients[i % 2].Quote(wish)).Expect(201)));
            var answers = await Task.WhenAll(quotes.Select((quote, i) => clients[(i / 2) % 2].Book(quote)));
            var winner = Assert.Single(answers, a => a.Status == 201).Json;
            foreach (var loser in answers.Where(a => a.Status != 201)) loser.Refused(409, "slotTaken");
            foreach (var client in clients)
            {
                var held = (await client.Get($"/bookings?accountId={ApiClient.Account}&limit=200"))
                    .Expect(200)["items"]!.AsArray()
                    .Where(b => b!["items"]![0]!.Text("start") == wish.Start);
                Assert.Equal(winner.Id(), Assert.Single(held)!.Id());
                Assert.False(await client.IsListed(wish));
            }
        }
        Assert.Equal(3 * 1090.13m, (await clients[1].Voucher()).Amount("reserved"));
    }

    private static async Task<Wish[]> FreeSlots(ApiClient client, int count)
    {
        string Day(int days) => (SystemClock.Instance.GetCurrentInstant().InUtc().Date + Period.FromDays(days))
            .ToString("uuuu-MM-dd", null);
        var slots = await client.Slots(Wish.Mri("2000-01-01"), Day(20), Day(60));
        return [.. slots.Take(count).Select(s => Wish.Mri("2000-01-01") with { Start = s!.Text("start") })];
    }
}
