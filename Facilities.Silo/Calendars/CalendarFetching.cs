using System.Collections.Immutable;
using Facilities.Grains.Kernel;

namespace Facilities.Silo.Calendars;

/// <summary>What calendars may be fetched from, and how much of it.</summary>
public sealed record CalendarFetching
{
    /// <summary>
    /// Hosts inside the operator's own network that managers may follow calendars from, by name as it stands in the
    /// address. None unless the operator says so.
    /// </summary>
    public ImmutableArray<string> InternalHosts { get; init; } = [];

    /// <summary>For all hops and the body together; calendars of a few megabytes take a second.</summary>
    public TimeSpan TimeMax { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>After unpacking.</summary>
    public int BytesMax { get; init; } = Limits.CalendarBytes;

    internal bool Allows(string host) => InternalHosts.Contains(host, StringComparer.OrdinalIgnoreCase);
}

/// <summary>What a server said of a calendar.</summary>
public abstract record Fetched
{
    private Fetched()
    {
    }

    /// <summary>The calendar, and what to ask with the next time.</summary>
    public sealed record Content(ReadOnlyMemory<byte> Bytes, string? EntityTag, string? LastModified) : Fetched;

    /// <summary>It is as it was.</summary>
    public sealed record Unchanged : Fetched;

    /// <summary>It cannot be had.</summary>
    /// <param name="Name">The machine name of the refusal.</param>
    /// <param name="Reason">In words for the manager, without the address.</param>
    public sealed record Failed(string Name, string Reason) : Fetched;
}
