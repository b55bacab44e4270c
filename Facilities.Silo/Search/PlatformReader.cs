using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Runtime;
using Facilities.Grains.Search;
using Facilities.Silo.Storage;
using NodaTime;

namespace Facilities.Silo.Search;

/// <summary>
/// Reads when platforms are free from the log, as the platforms' own grains do, without waking them. Those that change
/// often are kept, so that of them only new events are read.
/// </summary>
internal sealed class PlatformReader(IEventStore store, IDatabase database, IClock clock)
{
    // A kept platform takes as much memory as a grain.
    private const int KeptMax = 128;

    private readonly Dictionary<string, Kept> _kept = new(StringComparer.Ordinal);
    private long _turn;

    private sealed record Kept(PlatformState State, long Version, long Turn);

    /// <summary>When a platform is free; null where nobody registered it.</summary>
    /// <param name="platform">Which.</param>
    /// <param name="known">What is known of it; null where it is to be read from the beginning.</param>
    public async Task<PlatformTimes?> Read(string platform, PlatformTimes? known)
    {
        var now = clock.GetCurrentInstant();
        var stream = StreamName.Of("platform", platform);
        if (known is null)
        {
            var (loaded, last, _) = await Load(stream, null);
            return PlatformTimes.Of(loaded, last, now);
        }
        var (state, version, changed) = _kept.TryGetValue(platform, out var kept)
            ? await Follow(stream, kept, known)
            : await Load(stream, known);
        Keep(platform, new(state, version, ++_turn));
        return known.After(state, version, changed, now);
    }

    private async Task<(PlatformState, long, ChangedTimes)> Load(StreamName stream, PlatformTimes? known)
    {
        var loaded = await store.Load(stream, KeptState<PlatformState>.Shape);
        var state = loaded.Snapshot is { } snapshot
            ? System.Text.Json.JsonSerializer
                .Deserialize<KeptState<PlatformState>>(snapshot.Json, Json.Options)!.State
            : PlatformState.Nobody;
        var version = loaded.Snapshot?.Version ?? 0;
        var changed = known is null || version > known.Version ? ChangedTimes.All : ChangedTimes.None;
        foreach (var stored in loaded.Events) (state, version, changed) = After(state, changed, stored, known);
        return (state.WithCalendar(), version, changed);
    }

    private async Task<(PlatformState, long, ChangedTimes)> Follow(StreamName stream, Kept kept, PlatformTimes known)
    {
        var events = await database.Read(async connection => await EventRows.Read(
            connection, database, "where stream = @stream and version > @after order by version",
            [new("stream", stream.Value), new("after", kept.Version)], default).ToImmutableArray(default));
        var (state, version) = (kept.State, kept.Version);
        var changed = kept.Version > known.Version ? ChangedTimes.All : ChangedTimes.None;
        foreach (var stored in events) (state, version, changed) = After(state, changed, stored, known);
        return (state, version, changed);
    }

    private static (PlatformState, long, ChangedTimes) After(
        PlatformState state, ChangedTimes changed, StoredEvent stored, PlatformTimes? known)
    {
        var happened = (PlatformEvent)EventNames.Read(stored.Event);
        if (stored.Version > (known?.Version ?? 0)) changed = changed.And(ChangedTimes.Of(state, happened));
        return (PlatformState.Evolve(state, happened, stored.At), stored.Version, changed);
    }

    private void Keep(string platform, Kept kept)
    {
        _kept[platform] = kept;
        if (_kept.Count > KeptMax) _kept.Remove(_kept.MinBy(k => k.Value.Turn).Key);
    }
}
