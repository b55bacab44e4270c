using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Facilities.Grains.Runtime;
using Facilities.Silo.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Facilities.Silo.Bench;

/// <summary>
/// The rows of a measurement, written in batches by the same statements with nothing else: no more can be stored on
/// that database by this way of writing, however fast the grains are.
/// </summary>
internal static class BareRows
{
    private static readonly string Hash = new('0', 64);

    /// <summary>How much is stored in a second, as a setting of the figure that it is the limit of.</summary>
    /// <param name="host">Where something was measured before.</param>
    /// <param name="time">For how long.</param>
    /// <param name="perBatch">How many appends share a transaction.</param>
    /// <param name="like">A stream whose last event is written over and over.</param>
    /// <param name="rows">Rows of a batch beside its events, by the number of its first append.</param>
    public static async Task<string> Limit(
        BenchHost host, TimeSpan time, int perBatch, StreamName like, Func<long, ImmutableArray<RowWrite>> rows)
    {
        var stored = (await host.Services.GetRequiredService<IEventStore>().Load(like, "")).Events[^1];
        await using var writer = await host.Services.GetRequiredService<IDialect>().OpenWriter();
        var (stream, last) = (StreamName.Of("bare", $"{Guid.NewGuid():N}"), 0L);
        await For(time / 4);
        var (before, started) = (last, Stopwatch.GetTimestamp());
        await For(time);
        var rate = (last - before) / Stopwatch.GetElapsedTime(started).TotalSeconds;
        return string.Create(CultureInfo.InvariantCulture, $"{rate:#,0} a second, {perBatch:#,0} a batch");

        async Task For(TimeSpan some)
        {
            for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < some; last += perBatch)
            {
                var events = Enumerable.Range(1, perBatch).Select(n => new EventRow(
                    stream, last + n, stored.Event, stored.At, new($"bare-{last + n}"), stored.By)).ToImmutableArray();
                var commands = events.Select(e => new CommandRow(new(stream, e.Command), Hash, e.Version));
                var writes = new BatchWrites(events, [.. commands], [], [], [], [], rows(last), [], []);
                if (await writer.Store(writes) is null) throw new InvalidOperationException("A bare row was there.");
            }
        }
    }
}
