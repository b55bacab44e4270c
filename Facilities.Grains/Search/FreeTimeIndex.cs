using System.Collections.Immutable;
using NodaTime;

namespace Facilities.Grains.Search;

/// <summary>
/// When every service of every platform is free: what a search looks through instead of asking each platform. One
/// writer keeps it up to date; readers never wait. Everything in it follows from the platforms' events.
/// </summary>
public sealed class FreeTimeIndex
{
    private readonly Lock _writing = new();
    private readonly Dictionary<string, PlatformTimes> _platforms = new(StringComparer.Ordinal);
    private Shelf _shelf = new([], Instant.MinValue);

    /// <summary>How many platforms it knows.</summary>
    public int Count
    {
        get
        {
            lock (_writing) return _platforms.Count;
        }
    }

    /// <summary>The memory of all that it keeps beside the catalogue, in bytes.</summary>
    public long Bytes
    {
        get
        {
            lock (_writing)
                return _platforms.Values.Sum(p => p.Services.Sum(times => (long)times.Bytes)) + _shelf.Days.Bytes;
        }
    }

    /// <summary>What it knows of a platform; null where nothing.</summary>
    public PlatformTimes? Find(string platform)
    {
        lock (_writing) return _platforms.GetValueOrDefault(platform);
    }

    /// <summary>Takes up platforms as they are now; what is older than what is known is passed over.</summary>
    public void Take(IReadOnlyCollection<PlatformTimes> platforms, Instant now)
    {
        lock (_writing)
        {
            var isOffered = true;
            foreach (var platform in platforms)
            {
                var id = platform.View.Profile.Id.Value;
                if (_platforms.TryGetValue(id, out var known) && known.Version > platform.Version) continue;
                _platforms[id] = platform;
                isOffered = isOffered && _shelf.Take(platform);
            }
            // Whoever searches meanwhile reads the shelf as it was.
            if (!isOffered) Volatile.Write(ref _shelf, new Shelf(_platforms.Values, now));
        }
    }

    /// <summary>Forgets a platform.</summary>
    public void Leave(string platform, Instant now)
    {
        lock (_writing)
            if (_platforms.Remove(platform)) Volatile.Write(ref _shelf, new Shelf(_platforms.Values, now));
    }

    /// <summary>The platforms that have to be read anew, because a day has come that is not known of them.</summary>
    public ImmutableArray<string> Outgrown(Instant now)
    {
        lock (_writing) return [.. _platforms.Where(p => !p.Value.Covers(now)).Select(p => p.Key)];
    }

    /// <summary>Looks for one request; what it finds belongs to one state of the catalogue.</summary>
    public FreeTimeLook Look(SearchRequest request, Instant now)
    {
        var shelf = Volatile.Read(ref _shelf);
        if (shelf.IsDue(now))
            lock (_writing)
            {
                if (shelf.IsDue(now)) shelf.Count(now);
            }
        return new FreeTimeLook(shelf, request, now);
    }
}
