using System.Text.Json;
using System.Text.Json.Nodes;
using Facilities.Grains.Runtime;
using Facilities.Silo.Rebuilding;
using NodaTime;

namespace Facilities.Silo.Verification;

/// <summary>Compares each kept state with the one that replay comes to.</summary>
internal sealed class SnapshotCheck(StillView view, Faults faults)
{
    // A platform's state may be large.
    private const int Page = 10;

    private readonly SortedRows<Row> rows = new(
        async last => [.. await view.Query<Row>($"""
            select stream, version, shape, data from snapshots where stream > @after order by stream limit {Page}
            """, new { after = last?.Stream ?? "" })],
        row => row.Stream);

    /// <summary>The state that is kept of a stream; null where none is.</summary>
    public async Task<Snapshot?> Of(StreamName stream)
    {
        Strays(await rows.Before(stream.Value));
        var row = (await rows.Of(stream.Value)).SingleOrDefault();
        return row is null ? null : new(row.Version, row.Shape, row.Data);
    }

    public async Task Finish() => Strays(await rows.Rest());

    private void Strays(IReadOnlyList<Row> strays)
    {
        foreach (var row in strays)
            faults.Add("snapshotStray", $"snapshots/{row.Stream}", "the stream has no event.");
    }

    /// <summary>Says where a kept state is not the one that replay came to.</summary>
    public static void Compare<TState>(
        StreamName stream, Snapshot snapshot, TState state, Instant at, Faults faults) where TState : class
    {
        var wanted = new KeptState<TState>(at, state).ToJson();
        if (wanted == snapshot.Json) return;
        if (Difference(JsonNode.Parse(snapshot.Json), JsonNode.Parse(wanted), "") is { } difference)
            faults.Add("snapshotDiffers", $"{stream}#{snapshot.Version}", difference);
    }

    /// <summary>The first place where two differ, in words; null where they say the same.</summary>
    private static string? Difference(JsonNode? kept, JsonNode? replayed, string path)
    {
        if (JsonNode.DeepEquals(kept, replayed)) return null;
        if (kept is JsonObject one && replayed is JsonObject other)
            return one.Select(member => member.Key).Union(other.Select(member => member.Key))
                .Select(name => Difference(one[name], other[name], $"{path}/{name}"))
                .FirstOrDefault(d => d is not null);
        if (kept is JsonArray first && replayed is JsonArray second && first.Count == second.Count)
            return first.Select((element, index) => Difference(element, second[index], $"{path}/{index}"))
                .FirstOrDefault(d => d is not null);
        return $"{path} is {Short(kept)}; by replay it is {Short(replayed)}.";
    }

    private static string Short(JsonNode? node) =>
        node?.ToJsonString(Options) is { } text ? text.Length <= 80 ? text : $"{text[..77]}..." : "nothing";

    private static readonly JsonSerializerOptions Options = Grains.Kernel.Json.Options;

    private sealed record Row(string Stream, long Version, string Shape, string Data);
}
