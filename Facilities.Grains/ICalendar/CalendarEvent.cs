using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.ICalendar;

/// <summary>A time as a calendar states it: a date, a local time, or a local time of a zone.</summary>
/// <param name="Local">Midnight where it is a date.</param>
/// <param name="Zone">Null where it floats or its zone is unknown: then the platform's zone counts.</param>
/// <param name="IsDate">Whether all of a day is meant.</param>
public sealed record CalendarTime(LocalDateTime Local, DateTimeZone? Zone, bool IsDate = false)
{
    /// <summary>The instant, by RFC 5545 (3.3.5) where the clocks change.</summary>
    public Instant ToInstant(DateTimeZone platform) => IsDate
        ? (Zone ?? platform).AtStartOfDay(Local.Date).ToInstant()
        : Recurrence.ToInstant(Local, Zone ?? platform);
}

/// <summary>How long something lasts: calendar days first, then elapsed time (RFC 5545, 3.3.6).</summary>
/// <param name="Days">Calendar days.</param>
/// <param name="Exact">Elapsed time after them.</param>
public readonly record struct CalendarDuration(int Days, Duration Exact)
{
    /// <summary>The end of what starts at a time.</summary>
    public Instant After(CalendarTime start, DateTimeZone platform) =>
        (Days == 0 ? start : start with { Local = start.Local.PlusDays(Days) }).ToInstant(platform) + Exact;
}

/// <summary>STATUS of an event.</summary>
public enum EventStatus
{
    /// <summary>It takes place, as far as anybody says.</summary>
    Confirmed,
    /// <summary>It may take place.</summary>
    Tentative,
    /// <summary>It does not take place.</summary>
    Cancelled,
}

/// <summary>A time that RDATE adds.</summary>
/// <param name="Start">When.</param>
/// <param name="Length">How long, where stated; else as long as the event.</param>
public sealed record AddedTime(CalendarTime Start, CalendarDuration? Length = null);

/// <summary>An event of a calendar: alone, a series, or an override of one occurrence of a series.</summary>
/// <param name="Line">The line of its BEGIN.</param>
/// <param name="Uid">UID; made from the content where the calendar has none.</param>
/// <param name="Sequence">SEQUENCE, which rises with each change.</param>
/// <param name="Summary">SUMMARY; empty where absent.</param>
/// <param name="Class">CLASS, such as <c>PRIVATE</c>; <c>PUBLIC</c> where absent.</param>
/// <param name="Status">STATUS.</param>
/// <param name="IsTransparent">TRANSP:TRANSPARENT, which makes nobody busy.</param>
/// <param name="Start">DTSTART.</param>
/// <param name="End">DTEND, where stated.</param>
/// <param name="Duration">DURATION, where stated instead.</param>
/// <param name="Rules">RRULE; one as a rule.</param>
/// <param name="Added">RDATE.</param>
/// <param name="Removed">EXDATE.</param>
/// <param name="Replaces">RECURRENCE-ID: the original start of the occurrence that this event overrides.</param>
/// <param name="AndLater">RANGE=THISANDFUTURE: all later occurrences are changed alike.</param>
public sealed record CalendarEvent(
    int Line, string Uid, int Sequence, string Summary, string Class, EventStatus Status, bool IsTransparent,
    CalendarTime Start, CalendarTime? End, CalendarDuration? Duration, ImmutableArray<RecurrenceRule> Rules,
    ImmutableArray<AddedTime> Added, ImmutableArray<CalendarTime> Removed, CalendarTime? Replaces, bool AndLater)
{
    /// <summary>Whether the event makes anybody busy.</summary>
    public bool IsBusy => Status != EventStatus.Cancelled && !IsTransparent;

    /// <summary>
    /// How long each occurrence lasts (RFC 5545, 3.6.1 and 3.8.5.3): what DTEND ends has the same elapsed time each
    /// time; without an end a date lasts one day and a time none.
    /// </summary>
    public CalendarDuration Length(DateTimeZone platform)
    {
        if (Duration is { } duration) return duration;
        if (Start.IsDate)
            return new(Math.Max(1, End is { } last ? Period.DaysBetween(Start.Local.Date, last.Local.Date) : 1),
                NodaTime.Duration.Zero);
        return new(0, End is { } end
            ? end.ToInstant(platform) - Start.ToInstant(platform)
            : NodaTime.Duration.Zero);
    }
}

/// <summary>Something in a calendar that cannot be taken as it stands.</summary>
/// <param name="Line">Where, counted from 1.</param>
/// <param name="Property">Which property; empty where it is none.</param>
/// <param name="Reason">What is wrong, in a sentence.</param>
/// <param name="IsLeftOut">Whether its event is left out; otherwise it is a warning.</param>
public sealed record CalendarProblem(int Line, string Property, string Reason, bool IsLeftOut);

/// <summary>What was read from a calendar.</summary>
/// <param name="Events">The good events in the order of the file.</param>
/// <param name="Problems">The bad ones, and warnings, by line.</param>
public sealed record CalendarFile(ImmutableArray<CalendarEvent> Events, ImmutableArray<CalendarProblem> Problems);
