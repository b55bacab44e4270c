using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Availability;

/// <summary>A slot that is free, with the units that it would get.</summary>
/// <param name="Time">From the start to the end of the booking.</param>
/// <param name="Busy">The same with the buffers of the service.</param>
/// <param name="Units">The units of each resource, the free ones with the lowest numbers.</param>
public sealed record FreeSlot(TimeRange Time, Busy Busy, ImmutableArray<UnitsUsed> Units);

/// <summary>The answer to whether a slot can be had: one of the two.</summary>
/// <param name="Free">The slot, where it can be had.</param>
/// <param name="Refusal">Why not, where it cannot.</param>
public sealed record SlotAnswer(FreeSlot? Free, SlotRefusal? Refusal);

/// <summary>
/// Slots listed and slots checked, from one grid, one fit and one question to the units: every listed slot is accepted
/// and every other one is refused.
/// </summary>
public static class Slots
{
    /// <summary>How far around a slot others are looked for: two months span the longest steps and closures.</summary>
    public const int NearestDaysMax = 60;

    /// <summary>
    /// The free slots with <paramref name="from"/> ≤ local date of the start &lt; <paramref name="to"/>, in order of
    /// start. None for a duration or quantity that the service is not sold in: see <see cref="SlotRules"/>.
    /// </summary>
    /// <param name="calendar">The platform's calendar.</param>
    /// <param name="service">One of its services.</param>
    /// <param name="duration">How long.</param>
    /// <param name="quantity">How many.</param>
    /// <param name="from">The first local date.</param>
    /// <param name="to">The date after the last; the caller bounds the distance.</param>
    /// <param name="now">For notice and horizon.</param>
    /// <param name="most">How many slots are enough.</param>
    public static ImmutableArray<Slot> List(
        PlatformCalendar calendar, Service service, Length duration, int quantity, LocalDate from, LocalDate to,
        Instant now, int most = int.MaxValue)
    {
        var zone = calendar.Zone;
        // Dates far outside what can be booked must not reach the arithmetic of instants.
        from = LocalDate.Max(from, PlatformClock.DateAt(SlotRules.EarliestStart(service, zone, now), zone));
        to = LocalDate.Min(to, PlatformClock.DateAt(SlotRules.LatestStart(service, zone, now), zone).PlusDays(1));
        if (from >= to) return [];
        var within = new TimeRange(PlatformClock.Midnight(from, zone), PlatformClock.Midnight(to, zone));
        return [.. Free(calendar, service, duration, quantity, within, now).Take(most)];
    }

    /// <summary>Whether a slot can be had: the slot, or the first refusal in their order.</summary>
    /// <param name="calendar">The platform's calendar.</param>
    /// <param name="service">One of its services.</param>
    /// <param name="start">The start that is asked for.</param>
    /// <param name="duration">How long.</param>
    /// <param name="quantity">How many.</param>
    /// <param name="now">For notice and horizon.</param>
    /// <param name="ignored">Whose place counts as free: that of the item that is to be moved.</param>
    public static SlotAnswer Check(
        PlatformCalendar calendar, Service service, Instant start, Length duration, int quantity, Instant now,
        SlotOwner? ignored = null)
    {
        var zone = calendar.Zone;
        if ((SlotRules.DurationRefusal(service, duration) ?? SlotRules.QuantityRefusal(service, quantity)
            ?? SlotRules.NoticeRefusal(service, zone, start, now)) is { } refusal) return new(null, refusal);

        var grid = new StartGrid(calendar, service, duration, new(start, start + Duration.Epsilon));
        // At most one: no instant is shorter than where it looks.
        var (isStart, fits) = (false, false);
        foreach (var one in grid.Starts()) (isStart, fits) = (true, grid.Fits(one));
        if (!isStart)
            return Refused(SlotFault.StartOffGrid, $"{Text(start)} is no start of {service.Name}.");
        if (!fits)
            return Refused(SlotFault.OutsideHours,
                $"{service.Name} for {duration} from {Text(start)} does not lie wholly inside the hours"
                + $"{ClosureReason(calendar, service, start, duration)}.");

        var time = new TimeRange(start, duration.After(start, zone));
        var busy = Busy.Around(time, service.Buffer, zone);
        var needed = SlotRules.UnitsNeeded(service, quantity);
        var units = ImmutableArray.CreateBuilder<UnitsUsed>();
        foreach (var resource in grid.Resources)
        {
            foreach (var use in ResourceUse.Of(service, resource.Id, busy))
            {
                if (calendar.Calendars[resource.Id].Choose(use, needed, ignored) is not { } chosen)
                    return new(null, new(SlotFault.SlotTaken, Taken(
                        calendar, resource, use, use == busy ? duration : null, needed, ignored)));
                units.Add(use == busy && chosen is [var unit]
                    ? WholeUnits.Of(resource, unit)
                    : new(resource.Id, chosen) { Part = use == busy ? null : use });
            }
        }
        return new(new(time, busy, units.DrainToImmutable()), null);

        string Text(Instant instant) => PlatformClock.Text(instant, zone);

        SlotAnswer Refused(SlotFault code, string what) =>
            new(null, new(code, $"{what} {NearestStarts(calendar, service, start, duration, now)}"));
    }

    /// <summary>
    /// The free slots nearest to a start, within <see cref="NearestDaysMax"/> days, notice and horizon: nearest first,
    /// of two equally near the earlier.
    /// </summary>
    public static ImmutableArray<Slot> Nearest(
        PlatformCalendar calendar, Service service, Length duration, int quantity, Instant around, Instant now,
        int count)
    {
        foreach (var days in Reaches(NearestDaysMax))
        {
            var found = Free(calendar, service, duration, quantity, Around(around, days), now)
                .OrderBy(slot => Distance(slot.Start, around)).ThenBy(slot => slot.Start)
                .Take(count).ToImmutableArray();
            if (found.Length == count || days == NearestDaysMax) return found;
        }
        return [];
    }

    private static IEnumerable<Slot> Free(
        PlatformCalendar calendar, Service service, Length duration, int quantity, TimeRange within, Instant now)
    {
        if (SlotRules.QuantityRefusal(service, quantity) is not null) yield break;
        var left = Left(calendar, service, quantity);
        foreach (var time in Offered(calendar, service, duration, within, now))
            if (left(time) is > 0 and var free) yield return new(time.Start, time.End, free);
    }

    /// <summary>
    /// Every start of the shortest booking of one within a time, in order, and whether it is free; whatever notice and
    /// horizon say.
    /// </summary>
    internal static IEnumerable<(Instant Start, bool IsFree)> Starts(
        PlatformCalendar calendar, Service service, TimeRange within)
    {
        var left = Left(calendar, service, 1);
        return new StartGrid(calendar, service, service.Duration.Min, within).Fitting()
            .Select(time => (time.Start, left(time) > 0));
    }

    // How many bookings of a quantity still fit at a time.
    private static Func<TimeRange, int> Left(PlatformCalendar calendar, Service service, int quantity)
    {
        var needed = SlotRules.UnitsNeeded(service, quantity);
        var used = calendar.UsedBy(service).Select(resource =>
            (Calendar: calendar.Calendars[resource.Id], Part: service.Rules?.PartialUseOf(resource.Id))).ToArray();
        return time =>
        {
            var busy = Busy.Around(time, service.Buffer, calendar.Zone);
            var free = int.MaxValue;
            foreach (var (resource, part) in used)
            {
                if (part is null) free = Math.Min(free, resource.FreeUnits(busy) / needed);
                else
                    foreach (var use in ResourceUse.Of(part, busy))
                        free = Math.Min(free, resource.FreeUnits(use) / needed);
                if (free == 0) break;
            }
            return free;
        };
    }

    // All that the service offers, whoever has it.
    private static IEnumerable<TimeRange> Offered(
        PlatformCalendar calendar, Service service, Length duration, TimeRange within, Instant now)
    {
        if (SlotRules.DurationRefusal(service, duration) is not null) return [];
        var allowed = new TimeRange(
            SlotRules.EarliestStart(service, calendar.Zone, now),
            SlotRules.LatestStart(service, calendar.Zone, now) + Duration.Epsilon);
        return allowed.Intersect(within) is { } range
            ? new StartGrid(calendar, service, duration, range).Fitting()
            : [];
    }

    private static string NearestStarts(
        PlatformCalendar calendar, Service service, Instant start, Length duration, Instant now)
    {
        TimeRange? before = null, after = null;
        foreach (var days in Reaches(NearestDaysMax))
        {
            var offered = Offered(calendar, service, duration, Around(start, days), now).ToArray();
            before ??= offered.Where(time => time.Start < start).Select(time => (TimeRange?)time).LastOrDefault();
            after ??= offered.Where(time => time.Start > start).Select(time => (TimeRange?)time).FirstOrDefault();
            if (before is not null && after is not null) break;
        }
        var starts = new[] { before, after }.OfType<TimeRange>()
            .Select(time => PlatformClock.Text(time.Start, calendar.Zone));
        return string.Join(" and ", starts) is { Length: > 0 } text
            ? $"The nearest starts are {text}."
            : $"No start lies within {NearestDaysMax} days of it.";
    }

    private static string ClosureReason(PlatformCalendar calendar, Service service, Instant start, Length duration)
    {
        var time = new TimeRange(start, duration.After(start, calendar.Zone));
        var busy = new Busy(time.Start, time.Start, time.End, time.End);
        var closures = from resource in calendar.UsedBy(service)
                       from closed in calendar.Closed(resource, time)
                       where ResourceUse.Of(service, resource.Id, busy).Any(
                           use => closed.Range.Overlaps(new(use.Start, use.End)))
                       select $"{resource.Name} is closed: {closed.Reason}";
        return string.Concat(closures.Distinct().Select(text => $"; {text}"));
    }

    // Units keep their bookings once given, so several may be free by turns and none for the whole time.
    private static string Taken(
        PlatformCalendar calendar, Resource resource, Busy use, Length? duration, int needed, SlotOwner? ignored) =>
        $"{resource.Name} is taken at some time in the "
        + Words.Length(duration ?? Length.OfMinutes((long)(use.End - use.Start).TotalMinutes))
        + $" from {Words.Time(use.Start, calendar.Zone)}. "
        + (needed == 1 && calendar.Calendars[resource.Id].IsFreeByTurns(use, ignored)
            ? $"One of the {resource.Units} is free at each moment, but none for the whole time: "
                + "choose a shorter or another time."
            : "Choose another time.");

    private static IEnumerable<int> Reaches(int max)
    {
        for (var days = 1; days < max; days *= 4) yield return days;
        yield return max;
    }

    private static TimeRange Around(Instant instant, int days) =>
        new(instant - Duration.FromDays(days), instant + Duration.FromDays(days) + Duration.Epsilon);

    private static Duration Distance(Instant one, Instant other) => one > other ? one - other : other - one;
}
