using System.Collections.Immutable;
using Facilities.Grains.Platforms;
using NodaTime;

namespace Facilities.Grains.Search;

/// <summary>What a search knows of a platform: what it offers, and when each service is free. Immutable.</summary>
/// <param name="View">What it offers, without its resources.</param>
/// <param name="Version">The last event of its stream that it includes.</param>
/// <param name="Services">The free starts of each service, in their order.</param>
public sealed record PlatformTimes(PlatformView View, long Version, ImmutableArray<ServiceTimes> Services)
{
    /// <summary>All of a platform; null where nobody registered it.</summary>
    /// <param name="state">The platform, with its calendar.</param>
    /// <param name="version">The last event that it includes.</param>
    /// <param name="now">From when on, and by what the horizons are reckoned.</param>
    public static PlatformTimes? Of(PlatformState state, long version, Instant now) =>
        PlatformReads.View(state) is not { } view ? null : new(view with { Resources = [] }, version,
            [.. view.Services.Select(service => ServiceTimes.Of(state.Calendar!, service, now))]);

    /// <summary>The same after events that changed times but not what is offered.</summary>
    public PlatformTimes? After(PlatformState state, long version, ChangedTimes changed, Instant now)
    {
        if (changed.Everything || state.Edition != View.Edition) return Of(state, version, now);
        return changed.Times.IsEmpty ? this with { Version = version } : this with
        {
            Version = version,
            Services =
            [
                .. View.Services.Select((service, place) =>
                    Services[place].After(state.Calendar!, service, changed.Times)),
            ],
        };
    }

    /// <summary>Whether all that can be booked at an instant is known.</summary>
    public bool Covers(Instant now)
    {
        for (var place = 0; place < Services.Length; place++)
            if (!Services[place].Covers(View.Services[place], now)) return false;
        return true;
    }
}
