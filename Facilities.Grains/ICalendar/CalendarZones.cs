using System.Collections.Frozen;
using Facilities.Grains.Kernel;
using NodaTime;
using NodaTime.TimeZones;

namespace Facilities.Grains.ICalendar;

/// <summary>
/// What a TZID means: a zone of the IANA database, a Windows name, one of them behind a prefix such as
/// <c>/mozilla.org/20050126_1/</c>, or else the calendar's own VTIMEZONE. A known name is taken at its word, because
/// the VTIMEZONE that stands beside it is often older than the database.
/// </summary>
internal sealed class CalendarZones
{
    private static readonly FrozenDictionary<string, DateTimeZone> Known = Names();

    private readonly Dictionary<string, DateTimeZone?> _zones = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Component> _declared = new(StringComparer.Ordinal);
    private readonly List<CalendarProblem> _problems;

    // Shared, so that many declarations with rules that explode cost no more than one.
    private readonly RecurrenceEffort _effort = new(Limits.CalendarSteps);

    internal CalendarZones(IEnumerable<Component> declared, List<CalendarProblem> problems)
    {
        _problems = problems;
        foreach (var component in declared)
            if (component.Line("TZID")?.Value.Trim() is { } name)
            {
                // It is text here and a parameter in events, so commas in it may or may not be escaped.
                _declared.TryAdd(name, component);
                _declared.TryAdd(CalendarText.Unescape(name), component);
            }
    }

    /// <summary>A zone; null where nobody knows it, which is warned of once: then the platform's zone counts.</summary>
    internal DateTimeZone? Of(string name, ContentLine line)
    {
        name = name.Trim();
        if (_zones.TryGetValue(name, out var zone)) return zone;
        zone = ByName(name) ?? Declared(name);
        if (zone is null)
            _problems.Add(new(line.Number, line.Name, $"The zone '{name}' is unknown and the calendar does not declare "
                + "it: its times are taken as those of the platform.", IsLeftOut: false));
        return _zones[name] = zone;
    }

    /// <summary>A zone that needs no declaration.</summary>
    internal static DateTimeZone? ByName(string name)
    {
        for (var rest = name; ; rest = rest[(rest.IndexOf('/', StringComparison.Ordinal) + 1)..])
        {
            if (Known.TryGetValue(rest, out var zone)) return zone;
            if (!rest.Contains('/', StringComparison.Ordinal)) return null;
        }
    }

    private DateTimeZone? Declared(string name)
    {
        if (!_declared.TryGetValue(name, out var component)) return null;
        if (component.Line("X-LIC-LOCATION") is { } location && ByName(location.Value.Trim()) is { } zone) return zone;
        return DeclaredZone.Of(name, component, _effort, _problems);
    }

    private static FrozenDictionary<string, DateTimeZone> Names()
    {
        var source = TzdbDateTimeZoneSource.Default;
        var names = source.WindowsMapping.PrimaryMapping
            .Select(pair => (Name: pair.Key, Id: pair.Value))
            .Concat(source.GetIds().Select(id => (Name: id, Id: id)));
        var zones = new Dictionary<string, DateTimeZone>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, id) in names) zones[name] = DateTimeZoneProviders.Tzdb[id];
        return zones.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }
}
