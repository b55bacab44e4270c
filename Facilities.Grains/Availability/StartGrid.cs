using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Availability;

/// <summary>A start on the grid of a service.</summary>
/// <param name="Opening">The opening from which it is counted.</param>
/// <param name="Time">From the start to the end of the booking.</param>
internal readonly record struct GridStart(TimeRange Opening, TimeRange Time);

/// <summary>
/// Where a service may start within a time: at each opening that its resources share, and whole multiples of the step
/// after it; what is counted in calendar days starts at local midnight. A resource that is used at the end alone has no
/// say in where the service starts, and one that is used for a part is open in that part.
/// </summary>
internal sealed class StartGrid
{
    private readonly DateTimeZone _zone;
    private readonly Length _step;
    private readonly Length _duration;
    private readonly TimeRange _within;
    private readonly ImmutableArray<TimeRange> _openings;
    private readonly ImmutableArray<TimeRange> _whole;
    private readonly ImmutableArray<TimeRange> _closures;
    private readonly ImmutableArray<PartHours> _parts;

    /// <summary>Looks up the hours for starts within a time.</summary>
    internal StartGrid(PlatformCalendar calendar, Service service, Length duration, TimeRange within)
    {
        (_zone, _step, _duration, _within) = (calendar.Zone, service.StartStep, duration, within);
        var resources = Resources = calendar.UsedBy(service);
        var end = duration.After(within.End, _zone);
        var (first, last) = (
            PlatformClock.DateAt(within.Start, _zone), PlatformClock.DateAt(end, _zone).PlusDays(1));
        var reached = new TimeRange(within.Start, end);
        var throughout = service.Rules is null
            ? resources
            : resources.RemoveAll(r => service.Rules.PartialUseOf(r.Id) is not null);
        _openings = _whole = Openings.Of(throughout, _zone, first, last);
        _closures = Closures(throughout);
        _parts = throughout.Length == resources.Length ? [] :
        [
            .. from resource in resources
                let part = service.Rules?.PartialUseOf(resource.Id)
                where part is not null
                select new PartHours(part, Openings.Of(resource, _zone, first, last), Closures([resource])),
        ];
        foreach (var part in _parts)
            if (part.Use.First is { IsZero: false }) _openings = Openings.Intersection(_openings, part.Open);

        // No query: each hold asks this.
        ImmutableArray<TimeRange> Closures(ImmutableArray<Resource> of)
        {
            var closed = new List<TimeRange>();
            foreach (var resource in of)
                foreach (var time in calendar.Closed(resource, reached)) closed.Add(time.Range);
            return closed.Count == 0 ? [] : Openings.Merged(closed);
        }
    }

    /// <summary>The resources that the service uses.</summary>
    internal ImmutableArray<Resource> Resources { get; }

    /// <summary>When a resource that is used for a part is open and closed.</summary>
    private sealed record PartHours(
        PartialUse Use, ImmutableArray<TimeRange> Open, ImmutableArray<TimeRange> Closed);

    /// <summary>Starts on the grid, in order, whether or not the booking fits.</summary>
    internal IEnumerable<GridStart> Starts()
    {
        foreach (var opening in _openings)
            foreach (var start in In(opening))
                yield return new(opening, new(start, _duration.After(start, _zone)));
    }

    /// <summary>Starts on the grid at which the whole booking lies inside the hours and outside closures.</summary>
    internal IEnumerable<TimeRange> Fitting() => Starts().Where(Fits).Select(start => start.Time);

    /// <summary>Whether the whole booking lies inside the hours and outside closures.</summary>
    internal bool Fits(GridStart start)
    {
        if (_parts.IsEmpty) return start.Opening.Contains(start.Time) && !Meets(_closures, start.Time);
        if (!IsInside(_whole, start.Time) || Meets(_closures, start.Time)) return false;
        var booking = new Busy(start.Time.Start, start.Time.Start, start.Time.End, start.Time.End);
        foreach (var part in _parts)
            foreach (var use in ResourceUse.Of(part.Use, booking))
                if (new TimeRange(use.Start, use.End) is var time
                    && (!IsInside(part.Open, time) || Meets(part.Closed, time))) return false;
        return true;
    }

    private static bool IsInside(ImmutableArray<TimeRange> open, TimeRange time) =>
        open.FirstAfter(time.Start) is var index && index < open.Length && open[index].Contains(time);

    private static bool Meets(ImmutableArray<TimeRange> closed, TimeRange time) =>
        closed.FirstAfter(time.Start) is var index && index < closed.Length && closed[index].Start < time.End;

    private IEnumerable<Instant> In(TimeRange opening)
    {
        var first = _duration.IsCalendarDays ? MidnightFrom(opening.Start) : opening.Start;
        var from = Instant.Max(first, _within.Start);
        var before = Instant.Min(opening.End, _within.End);
        if (from >= before) yield break;
        foreach (var start in Steps(first, from))
        {
            if (start >= before) yield break;
            if (start >= from && (!_duration.IsCalendarDays || start == MidnightFrom(start))) yield return start;
        }
    }

    private IEnumerable<Instant> Steps(Instant first, Instant from) =>
        _step.IsZero ? [first] : _step.IsCalendarDays ? ByDays(first, from) : ByMinutes(first, from);

    private IEnumerable<Instant> ByMinutes(Instant first, Instant from)
    {
        var step = _step.Elapsed;
        var steps = (from - first).BclCompatibleTicks / step.BclCompatibleTicks;
        for (var start = first + step * steps; ; start += step) yield return start;
    }

    private IEnumerable<Instant> ByDays(Instant first, Instant from)
    {
        var local = first.InZone(_zone).LocalDateTime;
        var days = Period.DaysBetween(local.Date, PlatformClock.DateAt(from, _zone)) / _step.Days * _step.Days;
        for (; ; days += _step.Days) yield return PlatformClock.Begins(local.PlusDays(days), _zone);
    }

    private Instant MidnightFrom(Instant instant)
    {
        var date = PlatformClock.DateAt(instant, _zone);
        var midnight = PlatformClock.Midnight(date, _zone);
        return midnight == instant ? midnight : PlatformClock.Midnight(date.PlusDays(1), _zone);
    }
}
