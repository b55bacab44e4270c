using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Tests.Availability;

/// <summary>
/// The rules of slots in the plainest way: one entry for each minute of some days and for each unit, and nothing shared
/// with the code under test but the records that state the rules. Hours must be weekly and begin with the first day.
/// </summary>
internal sealed class MinuteModel
{
    private readonly LocalDateTime[] _local;
    private readonly Instant _origin;
    private readonly Dictionary<ResourceId, bool[]> _open;
    private readonly Dictionary<ResourceId, bool[]> _closed;
    private readonly Dictionary<ResourceId, int[][]> _used;
    private readonly Dictionary<ResourceId, int[][]> _blocked;
    private readonly Dictionary<(int Now, Length Length), int> _shifted = [];
    private readonly Dictionary<(int Start, Length Length), int?> _ends = [];

    internal MinuteModel(DateTimeZone zone, LocalDate first, int days, IReadOnlyCollection<Resource> resources)
    {
        _origin = zone.AtStartOfDay(first).ToInstant();
        Minutes = (int)(zone.AtStartOfDay(first.PlusDays(days)).ToInstant() - _origin).TotalMinutes;
        _local = [.. Enumerable.Range(0, Minutes).Select(minute => At(minute).InZone(zone).LocalDateTime)];
        _open = resources.ToDictionary(r => r.Id, Open);
        _closed = resources.ToDictionary(r => r.Id, Closed);
        _used = resources.ToDictionary(r => r.Id, Units);
        _blocked = resources.ToDictionary(r => r.Id, Units);
    }

    internal int Minutes { get; }

    internal Instant At(int minute) => _origin + Duration.FromMinutes(minute);

    internal int MinuteOf(Instant instant) => (int)(instant - _origin).TotalMinutes;

    /// <summary>The last minute at which a use may begin so that it and its buffers stay inside the model.</summary>
    internal bool Knows(int start, Service service, Length duration) =>
        start - service.Buffer.Before.Minutes >= 0 && End(start, duration) is { } end
        && end + service.Buffer.After.Minutes < Minutes;

    /// <summary>The free units of each resource that the service would get, or null where it is refused.</summary>
    internal Dictionary<(ResourceId, int Start), int[]>? Choose(
        int start, Service service, Length duration, int units, int now)
    {
        if (start < Shifted(now, service.LeadTime) || start > Shifted(now, service.Horizon)) return null;
        if (!IsStart(start, service, duration.IsCalendarDays)) return null;
        var chosen = new Dictionary<(ResourceId, int), int[]>();
        foreach (var resource in service.Uses)
            foreach (var part in Parts(resource, start, End(start, duration)!.Value, service))
            {
                var free = Free(resource, part, service);
                if (free.Length < units) return null;
                chosen[(resource, part.Start)] = free[..units];
            }
        return chosen;
    }

    /// <summary>How many such bookings a resource could still take at a start, for one unit each.</summary>
    internal int Free(ResourceId resource, int start, Service service, Length duration) =>
        Parts(resource, start, End(start, duration)!.Value, service).Min(part => Free(resource, part, service).Length);

    // Minute by minute: which minutes of the booking need the resource.
    private static List<(int Start, int End, bool Begins, bool Ends)> Parts(
        ResourceId resource, int start, int end, Service service)
    {
        var rule = service.Rules?.PartialUses?.FirstOrDefault(part => part.Resource == resource);
        var parts = new List<(int Start, int End, bool, bool)>();
        for (var minute = start; minute < end; minute++)
        {
            if (rule is not null && minute - start >= (rule.First?.Minutes ?? 0)
                && end - minute > (rule.Last?.Minutes ?? 0)) continue;
            if (parts.Count > 0 && parts[^1].End == minute)
                parts[^1] = (parts[^1].Start, minute + 1, parts[^1].Start == start, minute + 1 == end);
            else parts.Add((minute, minute + 1, minute == start, minute + 1 == end));
        }
        return parts;
    }

    private int[] Free(ResourceId resource, (int Start, int End, bool Begins, bool Ends) part, Service service)
    {
        for (var minute = part.Start; minute < part.End; minute++)
            if (!_open[resource][minute] || _closed[resource][minute]) return [];
        return [.. Enumerable.Range(0, _used[resource].Length)
            .Where(unit => IsFree(resource, unit, part, service))];
    }

    /// <summary>Gives (+1) or takes back (−1) units.</summary>
    internal void Use(
        Dictionary<(ResourceId Resource, int Start), int[]> units, int start, Service service, Length duration,
        int change)
    {
        foreach (var ((resource, begin), numbers) in units)
        {
            var part = Parts(resource, start, End(start, duration)!.Value, service).Single(p => p.Start == begin);
            var (from, until) = Blocked(part, service);
            foreach (var unit in numbers)
            {
                for (var minute = part.Start; minute < part.End; minute++) _used[resource][unit][minute] += change;
                for (var minute = from; minute < until; minute++) _blocked[resource][unit][minute] += change;
            }
        }
    }

    /// <summary>The most uses that any minute of a unit has; above 1 is a double booking.</summary>
    internal int MostUsed => _used.Values.SelectMany(units => units).Max(minutes => minutes.Max());

    private bool IsFree(
        ResourceId resource, int unit, (int Start, int End, bool Begins, bool Ends) part, Service service)
    {
        var (from, until) = Blocked(part, service);
        for (var minute = from; minute < until; minute++)
        {
            if (_used[resource][unit][minute] > 0) return false;
            if (minute >= part.Start && minute < part.End && _blocked[resource][unit][minute] > 0) return false;
        }
        return true;
    }

    private static (int From, int Until) Blocked(
        (int Start, int End, bool Begins, bool Ends) part, Service service) =>
        (part.Start - (part.Begins ? (int)service.Buffer.Before.Minutes : 0),
            part.End + (part.Ends ? (int)service.Buffer.After.Minutes : 0));

    private bool IsStart(int minute, Service service, bool inDays)
    {
        if (inDays && _local[minute].TimeOfDay != LocalTime.Midnight) return false;
        var begins = service.Uses.Where(resource =>
            service.Rules?.PartialUses?.FirstOrDefault(part => part.Resource == resource) is not { First: null })
            .ToArray();
        if (!begins.All(resource => _open[resource][minute])) return false;
        var opening = minute;
        while (opening > 0 && begins.All(resource => _open[resource][opening - 1])) opening--;
        if (!inDays) return (minute - opening) % service.StartStep.Minutes == 0;
        while (_local[opening].TimeOfDay != LocalTime.Midnight) opening++;
        return Period.DaysBetween(_local[opening].Date, _local[minute].Date) % service.StartStep.Days == 0;
    }

    private int? End(int start, Length duration)
    {
        if (!duration.IsCalendarDays) return start + (int)duration.Minutes;
        if (_ends.TryGetValue((start, duration), out var known)) return known;
        var end = Array.IndexOf(_local, _local[start].PlusDays(duration.Days), start);
        return _ends[(start, duration)] = end >= 0 ? end : null;
    }

    private int Shifted(int now, Length length)
    {
        if (!length.IsCalendarDays) return now + (int)length.Minutes;
        if (_shifted.TryGetValue((now, length), out var known)) return known;
        var at = Array.IndexOf(_local, _local[now].PlusDays(length.Days));
        return _shifted[(now, length)] = at >= 0 ? at : Minutes;
    }

    private bool[] Open(Resource resource)
    {
        var open = new bool[Minutes];
        foreach (var rule in resource.Hours)
        {
            var weekdays = rule.Rrule[(rule.Rrule.IndexOf("BYDAY=", StringComparison.Ordinal) + 6)..].Split(',');
            foreach (var day in Enumerable.Range(0, Minutes).GroupBy(minute => _local[minute].Date))
            {
                if (!weekdays.Contains(day.Key.DayOfWeek.ToString()[..2].ToUpperInvariant())) continue;
                var from = day.First(minute => OfDay(minute) >= rule.From.Minutes);
                var last = day.Last(minute => OfDay(minute) < rule.To.Minutes);
                for (var minute = from; minute <= last; minute++) open[minute] = true;
            }
        }
        return open;
    }

    private bool[] Closed(Resource resource)
    {
        var closed = new bool[Minutes];
        foreach (var closure in resource.Closures)
        {
            var from = Array.FindIndex(_local, local => local >= closure.From);
            var last = Array.FindLastIndex(_local, local => local < closure.To);
            for (var minute = from; minute >= 0 && minute <= last; minute++) closed[minute] = true;
        }
        return closed;
    }

    private int[][] Units(Resource resource) =>
        [.. Enumerable.Range(0, resource.Units).Select(_ => new int[Minutes])];

    private int OfDay(int minute) => _local[minute].Hour * 60 + _local[minute].Minute;
}
