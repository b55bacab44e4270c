using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Silo.Calendars;

/// <summary>
/// Where a calendar comes from and how its last readings went. The content is kept, so that a later day's busy times
/// can be found in it; what follows from it stands with the platform.
/// </summary>
public sealed class CalendarRow
{
    public required string Id { get; init; }
    public required string PlatformId { get; init; }

    /// <summary>Null where a file was given.</summary>
    public string? Url { get; init; }

    /// <summary>The last one that could be read.</summary>
    public required byte[] Content { get; set; }
    public string? EntityTag { get; set; }
    public string? LastModified { get; set; }

    /// <summary>When it was last tried.</summary>
    public required Instant TriedAt { get; set; }

    /// <summary>When the content was last known to be the newest.</summary>
    public required Instant ReadAt { get; set; }

    /// <summary>How often in a row it could not be had.</summary>
    public int Failures { get; set; }

    /// <summary>Why it could not be had or taken over the last time, in words; null where it was.</summary>
    public string? Fault { get; set; }

    /// <summary>Events that make busy, left-out ones not counted.</summary>
    public int Events { get; set; }

    /// <summary>What is wrong in the content, as JSON.</summary>
    public required string Problems { get; set; }

    /// <summary>When it is to be read again.</summary>
    public required Instant DueAt { get; set; }

    public CalendarId Calendar => new(Id);
    public PlatformId Platform => new(PlatformId);
}
