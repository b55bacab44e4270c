using System.Diagnostics;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Crashes;

/// <summary>
/// Kills processes and the database, cuts connections and stalls them, in an order that a seed gives.
/// </summary>
internal sealed class Tormentor(Marketplace market, Random random, Action<string> say)
{
    private Replica? stalled;
    private Task stalling = Task.CompletedTask;

    /// <summary>Goes on for a while; at the end everything is whole, but perhaps still starting.</summary>
    public async Task Run(TimeSpan time)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < time)
        {
            foreach (var act in Acts().OrderBy(_ => random.Next()))
            {
                if (watch.Elapsed > time) break;
                await Task.Delay(random.Next(200, 2500));
                await act();
            }
        }
        await stalling;
    }

    private List<Func<Task>> Acts()
    {
        if (market.Server is not { } server) return [KillTheOnlyOne];
        List<Func<Task>> acts =
        [
            () => Kill(1), () => Kill(1), () => Kill(random.Next(1, market.Replicas.Length + 1)),
            () => KillDatabase(server),
        ];
        if (market.Network is { } network) return [.. acts, () => Unplug(network), () => Worsen(network)];
        return
        [
            .. acts,
            () => Interrupt("cut off", [.. Free()], link => link.Cut(), random.Next(100, 1500)),
            () => Interrupt("cut off", [.. Free().Take(1)], link => link.Cut(), random.Next(100, 3000)),
            () => Interrupt("stalled", [.. Free()], link => link.Stall(), random.Next(300, 3000)),
            StallOne,
        ];
    }

    /// <summary>In any order; without the one that is stalled just now.</summary>
    private IEnumerable<Replica> Free() => market.Replicas.Where(r => r != stalled).OrderBy(_ => random.Next());

    /// <summary>For longer than others wait before they take over what a process has begun.</summary>
    private async Task StallOne()
    {
        await stalling;
        stalled = market.Replicas[random.Next(market.Replicas.Length)];
        stalling = Interrupt("stalled", [stalled], link => link.Stall(), random.Next(11_000, 13_000));
    }

    private async Task KillTheOnlyOne()
    {
        // One that never gets ready has nothing to lose.
        await market.Up();
        await Task.Delay(random.Next(200, 2500));
        await Kill(1);
    }

    private async Task Kill(int count)
    {
        say($"kills {count} of the processes");
        await Task.WhenAll(market.Replicas.OrderBy(_ => random.Next()).Take(count).Select(r => r.Kill()));
    }

    private async Task KillDatabase(PostgresServer server)
    {
        say("kills the database");
        server.Kill();
        await Task.Delay(random.Next(0, 1500));
        server.StartAgain();
    }

    private async Task Unplug(NetworkNamespace network)
    {
        var time = random.Next(500, 12_000);
        say($"pulls the database's cable for {time} ms");
        network.Unplug();
        await Task.Delay(time);
        network.Plug();
    }

    private async Task Worsen(NetworkNamespace network)
    {
        var time = random.Next(1_000, 8_000);
        say($"loses and delays packets to the database for {time} ms"
            + (network.Worsen() ? "" : ", which this system cannot do"));
        await Task.Delay(time);
        network.Mend();
    }

    private async Task Interrupt(
        string what, IReadOnlyCollection<Replica> replicas, Action<TcpProxy> interrupt, int time)
    {
        say($"{what} from the database for {time} ms: {replicas.Count} of the processes");
        foreach (var replica in replicas) interrupt(replica.Link!);
        await Task.Delay(time);
        foreach (var replica in replicas) replica.Link!.Restore();
    }
}
