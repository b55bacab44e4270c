using System.Collections.Concurrent;
using System.Collections.Immutable;
using Dapper;
using Facilities.Grains.Services;
using Facilities.Silo.Storage;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Recovery;

/// <summary>
/// People who book and cancel without a pause, each at a platform of their own, and remember what was acknowledged.
/// </summary>
internal sealed class BookingLoad : IAsyncDisposable
{
    private static readonly (string Login, string Account, Wish Service)[] People =
    [
        ("sme.berlin", "spree-diagnostics", Wish.Mri("2027-01-01")),
        ("sme.potsdam", "havel-biologics", new("biopmed-imaging", "optical-hour", "", "PT2H")),
        ("sme.cuneo", "langhe-biotech", new("biotop-proteomics", "ms-session", "", "PT3H")),
    ];

    private const int HeldUntilTurn = 60;

    private readonly ConcurrentDictionary<string, string> acknowledged = new();
    private readonly CancellationTokenSource ended = new();
    private Task[] running = [];

    private BookingLoad()
    {
    }

    /// <summary>What was acknowledged so far: bookings and their status.</summary>
    public ImmutableDictionary<string, string> Acknowledged => acknowledged.ToImmutableDictionary();

    public static async Task<BookingLoad> Start(ApiHost host)
    {
        var load = new BookingLoad();
        var people = await Task.WhenAll(People.Select(async person =>
        {
            var client = await host.As(person.Login);
            var slots = await client.Slots(person.Service, "2027-01-04", "2027-02-20");
            return (Client: client, person.Account,
                Wishes: slots.Select(s => person.Service with { Start = s!.Text("start") }).ToArray());
        }));
        load.running = [.. people.Select(p => Task.Run(() => load.Book(p.Client, p.Account, p.Wishes)))];
        return load;
    }

    /// <summary>Waits until so many more are acknowledged.</summary>
    public async Task Pass(int bookings)
    {
        for (var until = acknowledged.Count + bookings; acknowledged.Count < until;)
        {
            // Nothing would come any more where they fell over.
            if (running.FirstOrDefault(r => r.IsCompleted) is { } over) await over;
            await Task.Delay(10);
        }
    }

    /// <summary>Every acknowledged booking stands there as acknowledged, or as what became of it later.</summary>
    public async Task IsAllIn(IDatabase database, ImmutableDictionary<string, string> before)
    {
        var found = (await database.Read(
            c => c.QueryAsync<(string Key, string Status)>("select key, status from bookings")))
            .ToDictionary(b => b.Key, b => b.Status);
        Assert.NotEmpty(before);
        foreach (var (booking, status) in before)
        {
            Assert.True(found.TryGetValue(booking, out var restored), $"{booking} is lost.");
            Assert.True(
                restored == status || restored == acknowledged[booking], $"{booking}: {restored}, not {status}");
        }
    }

    public async Task Stop()
    {
        await ended.CancelAsync();
        await Task.WhenAll(running);
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        ended.Dispose();
    }

    // Most are cancelled again, and later all, so that there is always something free.
    private async Task Book(ApiClient client, string account, Wish[] wishes)
    {
        for (var turn = 0; !ended.IsCancellationRequested; turn++)
        {
            var quote = await client.Quote(wishes[turn * 4 % wishes.Length], account);
            if (quote.Status == 409) continue;
            var booked = await client.Book(quote.Expect(201));
            if (booked.Status == 409) continue;
            var booking = booked.Expect(201).Id();
            acknowledged[booking] = booked.Json.Status();
            if (turn % 3 == 0 && turn < HeldUntilTurn) continue;
            (await client.Post($"/bookings/{booking}/cancellation", new { reason = "" })).Expect(200);
            acknowledged[booking] = "cancelled";
        }
    }
}
