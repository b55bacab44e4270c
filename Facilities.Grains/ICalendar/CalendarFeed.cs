using System.Collections.Immutable;
using NodaTime;

namespace Facilities.Grains.ICalendar;

/// <summary>A calendar that we write.</summary>
/// <param name="Name">As a calendar program shows it.</param>
/// <param name="Entries">In the order in which they are to stand.</param>
/// <param name="Refresh">How often a program should ask again.</param>
public sealed record CalendarFeed(string Name, ImmutableArray<CalendarEntry> Entries, Duration Refresh)
{
    /// <summary>What its readers have to know of it as a whole; null for nothing.</summary>
    public string? Note { get; init; }
}

/// <summary>When an entry takes place: one of the closed set below.</summary>
public abstract record EntryTime
{
    private EntryTime()
    {
    }

    /// <summary>Once, written in UTC, which no program can shift.</summary>
    /// <param name="Start">The first instant.</param>
    /// <param name="End">The first instant after it.</param>
    public sealed record Once(Instant Start, Instant End) : EntryTime;

    /// <summary>Whole days.</summary>
    /// <param name="First">The first day.</param>
    /// <param name="End">The day after the last.</param>
    public sealed record Days(LocalDate First, LocalDate End) : EntryTime;

    /// <summary>Again and again at a local time, written with the zone's VTIMEZONE.</summary>
    /// <param name="Start">The first start.</param>
    /// <param name="End">The first end.</param>
    /// <param name="Zone">A zone of the IANA database.</param>
    /// <param name="Rule">How it repeats.</param>
    /// <param name="Removed">Starts that do not take place.</param>
    public sealed record Series(
        LocalDateTime Start, LocalDateTime End, DateTimeZone Zone, RecurrenceRule Rule,
        ImmutableArray<LocalDateTime> Removed) : EntryTime;
}

/// <summary>An event of a feed.</summary>
/// <param name="Uid">The same for ever, whatever happens to what it stands for.</param>
/// <param name="Sequence">Higher with each change of time or status.</param>
/// <param name="Changed">DTSTAMP and LAST-MODIFIED: the last change, so that what is unchanged reads alike.</param>
/// <param name="Status">Cancelled ones stay in the feed as cancelled.</param>
/// <param name="Time">When.</param>
/// <param name="Summary">What.</param>
public sealed record CalendarEntry(
    string Uid, int Sequence, Instant Changed, EventStatus Status, EntryTime Time, string Summary)
{
    /// <summary>More about it.</summary>
    public string? Description { get; init; }

    /// <summary>Where.</summary>
    public string? Location { get; init; }

    /// <summary>The page of it.</summary>
    public Uri? Page { get; init; }

    /// <summary>Whether it makes nobody busy.</summary>
    public bool IsTransparent { get; init; }

    /// <summary>CLASS:PRIVATE, which programs that share a calendar keep to its owner.</summary>
    public bool IsPrivate { get; init; }
}
