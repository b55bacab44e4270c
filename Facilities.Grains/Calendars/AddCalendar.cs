using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Platforms;

/// <summary>
/// Lets a calendar that is kept elsewhere make resources busy. Bookings in its times stay, and are listed as
/// collisions until somebody moves them.
/// </summary>
/// <param name="Id">The command.</param>
/// <param name="By">Who adds it.</param>
/// <param name="Calendar">The calendar with its times, joined where they touch.</param>
public sealed record AddCalendar(CommandId Id, Actor By, ImportedCalendar Calendar) : Command(Id, By);

/// <summary>Takes over what a reading of a calendar found; nothing happens where it found what is known.</summary>
/// <param name="Id">The command.</param>
/// <param name="By">The marketplace, or the manager who replaced a file.</param>
/// <param name="Calendar">Which calendar.</param>
/// <param name="Times">Every busy time, in order, joined where they touch.</param>
/// <param name="Window">The time that was looked at.</param>
public sealed record SyncCalendar(
    CommandId Id, Actor By, CalendarId Calendar, ImmutableArray<TimeRange> Times, TimeRange Window) : Command(Id, By);

/// <summary>Takes a calendar away: what it made busy is free again.</summary>
public sealed record RemoveCalendar(CommandId Id, Actor By, CalendarId Calendar) : Command(Id, By);

/// <summary>What a calendar would meet.</summary>
/// <param name="Collisions">The bookings in its times, in order of start.</param>
/// <param name="Refusal">Why it cannot be added; null where it can.</param>
public sealed record CalendarPreview(ImmutableArray<Collision> Collisions, Refused<PlatformRefusal>? Refusal);

public static partial class PlatformDecisions
{
    /// <summary>Decides <see cref="AddCalendar"/>.</summary>
    public static Decision<PlatformEvent, PlatformRefusal> Decide(
        PlatformState platform, AddCalendar command, Instant now)
    {
        if (Fault(platform, command) is { } refusal) return refusal;

        // From here on it must succeed.
        var calendar = command.Calendar with { Times = [] };
        return (PlatformEvent[])[new CalendarAdded(calendar), .. Synced(calendar.Id, [], command.Calendar.Times)];
    }

    /// <summary>Decides <see cref="SyncCalendar"/>.</summary>
    public static Decision<PlatformEvent, PlatformRefusal> Decide(
        PlatformState platform, SyncCalendar command, Instant now)
    {
        if (platform.Profile is null) return Unknown();
        if (!command.By.IsSystem && NotCalendarManager(platform, command.By) is { } refusal) return refusal;
        if (!platform.Imported.TryGetValue(command.Calendar.Value, out var calendar))
            return NoCalendar(command.Calendar);
        var (removed, added) = calendar.Changes(command.Times, command.Window);
        if (removed.IsEmpty && added.IsEmpty) return Decision<PlatformEvent, PlatformRefusal>.Nothing;
        if (TooMany(platform, calendar.Id, command.Times.Length) is { } tooMany) return tooMany;

        // From here on it must succeed.
        return (PlatformEvent[])[.. Synced(calendar.Id, removed, added)];
    }

    /// <summary>Decides <see cref="RemoveCalendar"/>.</summary>
    public static Decision<PlatformEvent, PlatformRefusal> Decide(
        PlatformState platform, RemoveCalendar command, Instant now)
    {
        if (platform.Profile is null) return Unknown();
        if (NotCalendarManager(platform, command.By) is { } refusal) return refusal;
        return platform.Imported.ContainsKey(command.Calendar.Value)
            ? new CalendarRemoved(command.Calendar)
            : NoCalendar(command.Calendar);
    }

    /// <summary>What <see cref="AddCalendar"/> would meet, without doing it.</summary>
    public static CalendarPreview Preview(PlatformState platform, AddCalendar command, Instant now)
    {
        if (Fault(platform, command) is { } refusal) return new([], refusal);
        var after = PlatformState.Evolve(platform, new CalendarAdded(command.Calendar), now);
        return new(PlatformCollisions.With(after, command.Calendar, now), null);
    }

    // What goes is told before what comes, so that no two times overlap in between.
    private static IEnumerable<PlatformEvent> Synced(
        CalendarId calendar, ImmutableArray<TimeRange> removed, ImmutableArray<TimeRange> added)
    {
        if (removed.Length + added.Length <= Limits.ImportedTimesPerEvent)
        {
            if (removed.Length + added.Length > 0) yield return new CalendarSynced(calendar, removed, added);
            yield break;
        }
        foreach (var some in removed.Chunk(Limits.ImportedTimesPerEvent))
            yield return new CalendarSynced(calendar, [.. some], []);
        foreach (var some in added.Chunk(Limits.ImportedTimesPerEvent))
            yield return new CalendarSynced(calendar, [], [.. some]);
    }

    private static Refused<PlatformRefusal>? Fault(PlatformState platform, AddCalendar command)
    {
        var calendar = command.Calendar;
        if (platform.Profile is null) return Unknown();
        if (NotCalendarManager(platform, command.By) is { } refusal) return refusal;
        if (calendar.Resources.IsDefaultOrEmpty)
            return No(PlatformRefusal.NotValid, "Name the resources that the calendar makes busy.", "/resources");
        if (NoSuch(platform, calendar.Resources) is { } missing) return missing;
        if (NameFault(calendar.Name) is { } fault) return fault;
        if (UnitsFault(platform, calendar) is { } units) return units;
        if (platform.Imported.ContainsKey(calendar.Id.Value))
            return No(PlatformRefusal.NotValid, "This calendar was added before.");
        if (platform.Imported.Count >= Limits.PlatformCalendars)
            return No(PlatformRefusal.TooManyCalendars,
                $"A platform has at most {Limits.PlatformCalendars} calendars. Remove one first.");
        return TooMany(platform, calendar.Id, calendar.Times.Length);
    }

    private static Refused<PlatformRefusal>? NameFault(string name) =>
        string.IsNullOrWhiteSpace(name) || name.Length > Limits.CalendarName
            ? No(PlatformRefusal.NotValid,
                $"Give the calendar a name of at most {Limits.CalendarName} characters.", "/name")
            : null;

    private static Refused<PlatformRefusal>? UnitsFault(PlatformState platform, ImportedCalendar calendar)
    {
        if (calendar.Units.IsEmpty) return null;
        if (calendar.Resources.Length > 1)
            return No(PlatformRefusal.NotValid, "Units can be named for one resource at a time.", "/units");
        var resource = platform.Resources[calendar.Resources[0].Value];
        return calendar.Units.All(unit => unit >= 0 && unit < resource.Units)
            && calendar.Units.Distinct().Count() == calendar.Units.Length
            ? null
            : No(PlatformRefusal.NotValid,
                $"{resource.Name} has {Words.Count(resource.Units, "unit")}: name each once.", "/units");
    }

    private static Refused<PlatformRefusal>? TooMany(PlatformState platform, CalendarId calendar, int times) =>
        platform.Imported.Values.Where(c => c.Id != calendar).Sum(c => c.Times.Length) + times > Limits.ImportedTimes
            ? No(PlatformRefusal.TooManyBusyTimes,
                $"The calendars of a platform are busy at most {Limits.ImportedTimes} times. Export a shorter time, "
                + "or remove a calendar.")
            : null;

    private static Refused<PlatformRefusal>? NotCalendarManager(PlatformState platform, Actor by) =>
        by.Has(OrganisationKind.Facility, platform.Profile!.Id.Value, Role.Manager)
            ? null
            : No(PlatformRefusal.NotAllowed, "Only a manager of the facility changes its calendars.");

    private static Refused<PlatformRefusal> NoCalendar(CalendarId calendar) =>
        No(PlatformRefusal.CalendarUnknown, $"The platform has no calendar {calendar}.");
}
