using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Dapper;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Proofs;

/// <summary>Row B1, and what a kill leaves behind: with real processes.</summary>
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

    [Fact]
    public async Task A_killed_process_loses_nothing_it_acknowledged_and_leaves_no_hold_for_ever()
    {
        var storage = await CatalogueDatabase.Sqlite(today: true);
        var acknowledged = new ConcurrentQueue<JsonNode>();
        for (var kill = 0; kill < 3; kill++)
        {
            await using var process = await ApiProcess.Start(storage);
            var sme = await process.As("sme.potsdam");
            foreach (var before in acknowledged)
                Assert.Equal("held", (await sme.Booking(before.Id())).Status());
            var stream = BookUntilItDies(sme, acknowledged, await FreeSlots(sme, 30));
            var enough = acknowledged.Count + 3;
            await Until(() => Task.FromResult(
                acknowledged.Count >= enough ? null : $"{acknowledged.Count} of {enough}"), 5);
            await Task.Delay(Random.Shared.Next(60));
            await process.Kill();
            await stream;
        }
        Assert.NotEmpty(acknowledged);
        // An hour later every hold has run out.
        await using var dialect = storage.Open();
        await dialect.Read(connection => connection.ExecuteAsync(
            "insert into settings (key, value) values ('demonstration.clockOffsetMinutes', '60')"));
        await using var last = await ApiProcess.Start(storage);
        var client = await last.As("sme.potsdam");
        await Until(async () =>
        {
            var bookings = await Task.WhenAll(acknowledged.Select(b => client.Booking(b.Id())));
            return bookings.FirstOrDefault(b => b.Status() != "expired") is { } live
                ? live["history"]!.ToJsonString() : null;
        });
        foreach (var booking in acknowledged)
        {
            var item = booking["items"]![0]!;
            Assert.True(await client.IsListed(new Wish(
                item.Text("platformId"), item.Text("serviceId"), item.Text("start"), "PT4H")));
        }
    }

    private static async Task BookUntilItDies(ApiClient sme, ConcurrentQueue<JsonNode> acknowledged, Wish[] wishes)
    {
        foreach (var wish in wishes)
        {
            try
            {
                var quote = await sme.Quote(wish, "havel-biologics", "none");
                if (quote.Status != 201) continue;
                var booked = await sme.Book(quote.Json);
                if (booked.Status == 201) acknowledged.Enqueue(booked.Json);
            }
            catch (HttpRequestException)
            {
                return;
            }
        }
    }

    private static async Task<Wish[]> FreeSlots(ApiClient client, int count)
    {
        string Day(int days) => (SystemClock.Instance.GetCurrentInstant().InUtc().Date + Period.FromDays(days))
            .ToString("uuuu-MM-dd", null);
        var slots = await client.Slots(Wish.Mri("2000-01-01"), Day(20), Day(60));
        return [.. slots.Take(count).Select(s => Wish.Mri("2000-01-01") with { Start = s!.Text("start") })];
    }

    /// <summary>Waits until nothing is missing any more.</summary>
    private static async Task Until(Func<Task<string?>> missing, int pause = 200)
    {
        var watch = Stopwatch.StartNew();
        while (await missing() is { } what)
        {
            Assert.True(
                watch.Elapsed < TimeSpan.FromSeconds(90), $"It did not come about within a minute and a half: {what}");
            await Task.Delay(pause);
        }
    }
}
