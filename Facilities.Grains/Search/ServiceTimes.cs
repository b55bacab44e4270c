using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Search;

/// <summary>
/// When the shortest booking of a service may start and is free: one bit for each step of each local day, from
/// yesterday to some days beyond the horizon. Notice and horizon, which move with the clock, are left to the reader.
/// Made by the very function that lists slots. Immutable.
/// </summary>
public sealed class ServiceTimes
{
    /// <summary>How many days beyond the horizon are kept, so that it need not be made anew every day.</summary>
    public const int SpareDays = 8;

    /// <summary>How many days ahead are kept at most, however far a service can be booked: two years.</summary>
    public const int DaysMax = 732;

    private readonly ZoneDays _zone;
    private readonly int _first;
    private readonly int _days;
    private readonly long _offset;
    private readonly long _unit;
    private readonly int _width;
    private readonly ulong[] _bits;

    private ServiceTimes(ZoneDays zone, int first, int days, long offset, long unit, int width, ulong[] bits) =>
        (_zone, _first, _days, _offset, _unit, _width, _bits) = (zone, first, days, offset, unit, width, bits);

    /// <summary>The first day that is kept.</summary>
    public int First => _first;

    /// <summary>The day after the last one that is kept.</summary>
    public int End => _first + _days;

    /// <summary>The zone's days.</summary>
    public ZoneDays Zone => _zone;

    /// <summary>How much memory the bits take.</summary>
    public int Bytes => _bits.Length * sizeof(ulong);

    /// <summary>All free starts of a service.</summary>
    public static ServiceTimes Of(PlatformCalendar calendar, Service service, Instant now)
    {
        var zone = ZoneDays.Of(calendar.Zone, now);
        var first = zone.DayOf(now.ToUnixTimeSeconds()) - 1;
        var end = LastDay(zone, service, now) + 1 + SpareDays;
        var starts = Starts(calendar, service, zone, first, end);
        if (starts.Count == 0) return new(zone, first, end - first, 0, 1, 0, []);
        var (least, most, unit) = (long.MaxValue, 0L, 0L);
        foreach (var (second, day, _) in starts)
        {
            var offset = second - zone.Midnight(day);
            (least, most) = (Math.Min(least, offset), Math.Max(most, offset));
        }
        foreach (var (second, day, _) in starts)
            unit = GreatestDivisor(unit, second - zone.Midnight(day) - least);
        unit = Math.Max(unit, 1);
        var width = (int)((most - least) / unit) + 1;
        var times = new ServiceTimes(
            zone, first, end - first, least, unit, width, new ulong[((long)width * (end - first) + 63) / 64]);
        foreach (var (second, day, isFree) in starts) if (isFree) Bits.Set(times._bits, times.Place(day, second));
        return times;
    }

    /// <summary>The same after something changed within times; only the days that these reach are reckoned.</summary>
    public ServiceTimes After(PlatformCalendar calendar, Service service, IEnumerable<TimeRange> changed)
    {
        if (_width == 0) return this;
        var bits = _bits.ToArray();
        foreach (var (from, end) in Touched(calendar.Zone, service, changed))
        {
            Bits.Clear(bits, (from - _first) * (long)_width, (end - _first) * (long)_width);
            foreach (var (second, day, isFree) in Starts(calendar, service, _zone, from, end))
                if (isFree) Bits.Set(bits, Place(day, second));
        }
        return new(_zone, _first, _days, _offset, _unit, _width, bits);
    }

    /// <summary>Whether all that can be booked at an instant, in at most two years, is kept.</summary>
    public bool Covers(Service service, Instant now) =>
        _zone.DayOf(now.ToUnixTimeSeconds()) >= _first && LastDay(_zone, service, now) < End;

    /// <summary>The first free start on a day, not before an instant; null where there is none.</summary>
    /// <param name="day">Which day.</param>
    /// <param name="from">The instant.</param>
    public long? On(int day, long from)
    {
        if (day < _first || day >= End || _width == 0) return null;
        var row = (day - _first) * (long)_width;
        var midnight = _zone.Midnight(day);
        var skipped = from - midnight - _offset;
        var column = skipped <= 0 ? 0 : (skipped + _unit - 1) / _unit;
        if (column >= _width) return null;
        var place = Bits.Next(_bits, row + column, row + _width);
        return place < 0 ? null : midnight + _offset + (place - row) * _unit;
    }

    /// <summary>The first day from one to before another on which something is free; null where none is.</summary>
    public int? DayFrom(int day, int before)
    {
        (day, before) = (Math.Max(day, _first), Math.Min(before, End));
        if (day >= before || _width == 0) return null;
        var place = Bits.Next(_bits, (day - _first) * (long)_width, (before - _first) * (long)_width);
        return place < 0 ? null : _first + (int)(place / _width);
    }

    /// <summary>Whether a start is free.</summary>
    public bool IsFree(long second)
    {
        var day = _zone.DayOf(second);
        var offset = second - _zone.Midnight(day) - _offset;
        return _width > 0 && day >= _first && day < End && offset >= 0 && offset % _unit == 0
            && offset / _unit < _width && Bits.IsSet(_bits, Place(day, second));
    }

    private static int LastDay(ZoneDays zone, Service service, Instant now) => Math.Min(
        zone.DayOf(now.ToUnixTimeSeconds()) + DaysMax,
        zone.DayOf(SlotRules.LatestStart(service, zone.Zone, now).ToUnixTimeSeconds()));

    // A start sees a change where the booking or a buffer of either reaches it; the times are those with buffers.
    private List<(int From, int End)> Touched(DateTimeZone zone, Service service, IEnumerable<TimeRange> changed)
    {
        var touched = new List<(int From, int End)>();
        foreach (var range in changed)
        {
            var start = service.Buffer.After.Before(service.Duration.Min.Before(range.Start, zone), zone);
            var end = service.Buffer.Before.After(range.End, zone);
            var from = Math.Max(_first, _zone.DayOf(start.ToUnixTimeSeconds()) - 1);
            var until = Math.Min(End, _zone.DayOf(end.ToUnixTimeSeconds()) + 2);
            if (from < until) touched.Add((from, until));
        }
        return touched;
    }

    private long Place(int day, long second) =>
        (day - _first) * (long)_width + (second - _zone.Midnight(day) - _offset) / _unit;

    private static List<(long Second, int Day, bool IsFree)> Starts(
        PlatformCalendar calendar, Service service, ZoneDays zone, int first, int end)
    {
        var starts = new List<(long, int, bool)>();
        var within = new TimeRange(
            Instant.FromUnixTimeSeconds(zone.Midnight(first)), Instant.FromUnixTimeSeconds(zone.Midnight(end)));
        var day = first;
        foreach (var (start, isFree) in Slots.Starts(calendar, service, within))
        {
            var second = start.ToUnixTimeSeconds();
            while (zone.Midnight(day + 1) <= second) day++;
            starts.Add((second, day, isFree));
        }
        return starts;
    }

    private static long GreatestDivisor(long one, long other)
    {
        while (other != 0) (one, other) = (other, one % other);
        return one;
    }
}
