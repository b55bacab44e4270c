using System.Collections.Immutable;
using Facilities.Grains.Closures;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Availability;

/// <summary>
/// What a platform's slots are decided on: the resources with their hours, and who uses which unit when. Immutable; it
/// can be made again at any time from the resources and the placements, so nothing else of it need be stored.
/// </summary>
/// <param name="Zone">The platform's time zone.</param>
/// <param name="Resources">The resources.</param>
/// <param name="Calendars">The bookkeeping of each resource.</param>
/// <param name="Placements">What each item of a booking takes.</param>
public sealed record PlatformCalendar(
    DateTimeZone Zone, ImmutableDictionary<ResourceId, Resource> Resources,
    ImmutableDictionary<ResourceId, ResourceCalendar> Calendars, ImmutableDictionary<SlotOwner, Placement> Placements)
{
    /// <summary>What is closed beyond the hours and one-off closures of each resource.</summary>
    public PlatformClosings Closings { get; init; } = PlatformClosings.None;

    /// <summary>A platform's calendar with what was placed in it.</summary>
    /// <exception cref="InvalidOperationException">Two placements conflict.</exception>
    public static PlatformCalendar Of(
        DateTimeZone zone, IEnumerable<Resource> resources, IEnumerable<Placement>? placements = null)
    {
        var empty = new PlatformCalendar(
            zone, ImmutableDictionary<ResourceId, Resource>.Empty,
            ImmutableDictionary<ResourceId, ResourceCalendar>.Empty, ImmutableDictionary<SlotOwner, Placement>.Empty);
        var calendar = resources.Aggregate(empty, (so, resource) => so.With(resource));
        return placements is null ? calendar : calendar.Filled([.. placements]);
    }

    // One by one, each would copy all that its units have already.
    private PlatformCalendar Filled(ImmutableArray<Placement> placements)
    {
        var uses = new Dictionary<ResourceId, Dictionary<int, List<UnitEntry>>>();
        foreach (var placement in placements)
            foreach (var used in placement.Units)
            {
                if (!uses.TryGetValue(used.Resource, out var units)) uses[used.Resource] = units = [];
                var entry = EntryOf(used, placement);
                foreach (var unit in used.Units)
                {
                    if (!units.TryGetValue(unit, out var entries)) units[unit] = entries = [];
                    entries.Add(entry);
                }
            }
        return this with
        {
            Calendars = Calendars.SetItems(uses.Select(used =>
                KeyValuePair.Create(used.Key, Calendars[used.Key].Filled(used.Value)))),
            Placements = placements.ToImmutableDictionary(placement => placement.Owner),
        };
    }

    private static UnitEntry EntryOf(UnitsUsed used, Placement placement) =>
        used.Part is { } part ? new UnitEntry(part, placement.Owner) : placement;

    /// <summary>Adds a resource, or changes its hours, closures or number of units. Bookings stay.</summary>
    public PlatformCalendar With(Resource resource) => this with
    {
        Resources = Resources.SetItem(resource.Id, resource),
        Calendars = Calendars.SetItem(resource.Id, Calendars.TryGetValue(resource.Id, out var known)
            ? known.Resized(resource.Units)
            : ResourceCalendar.Of(resource.Units)),
    };

    /// <summary>Sets what calendars that are kept elsewhere make busy. Bookings stay.</summary>
    public PlatformCalendar WithElsewhere(ImmutableDictionary<ResourceId, ImmutableArray<BusyElsewhere>> busy) =>
        this with
        {
            Calendars = Calendars.ToImmutableDictionary(
                pair => pair.Key, pair => pair.Value with { Elsewhere = busy.GetValueOrDefault(pair.Key, []) }),
        };

    /// <summary>Gives units to an item of a booking.</summary>
    /// <exception cref="InvalidOperationException">The item has its place already, or a unit is not free.</exception>
    public PlatformCalendar Place(SlotOwner owner, ImmutableArray<UnitsUsed> units, Busy busy) =>
        Place(new Placement(owner, units, busy));

    /// <summary>Gives units to an item of a booking.</summary>
    /// <exception cref="InvalidOperationException">The item has its place already, or a unit is not free.</exception>
    public PlatformCalendar Place(Placement placement)
    {
        if (Placements.ContainsKey(placement.Owner))
            throw new InvalidOperationException($"{placement.Owner} has its place already.");
        var calendars = Calendars;
        foreach (var used in placement.Units)
            calendars = calendars.SetItem(used.Resource, calendars[used.Resource].Add(
                used.Units, EntryOf(used, placement)));
        return this with { Calendars = calendars, Placements = Placements.Add(placement.Owner, placement) };
    }

    /// <summary>Gives back all that an item of a booking takes; nothing where it takes nothing.</summary>
    public PlatformCalendar Remove(SlotOwner owner)
    {
        if (!Placements.TryGetValue(owner, out var placement)) return this;
        var calendars = Calendars;
        foreach (var used in placement.Units)
            calendars = calendars.SetItem(used.Resource, calendars[used.Resource].Remove(
                used.Units, used.Part ?? placement.Busy, owner));
        return this with { Calendars = calendars, Placements = Placements.Remove(owner) };
    }

    /// <summary>
    /// Forgets what ended, with its buffers, at or before an instant. A buffer before a later start reaches back, so
    /// the instant lies as far in the past as the longest such buffer.
    /// </summary>
    public PlatformCalendar PruneBefore(Instant instant)
    {
        var past = Placements.Values.Where(p => p.Busy.BlockedUntil <= instant).Select(p => p.Owner).ToArray();
        if (past.Length == 0) return this;
        return this with
        {
            Calendars = Calendars.ToImmutableDictionary(pair => pair.Key, pair => pair.Value.PruneBefore(instant)),
            Placements = Placements.RemoveRange(past),
        };
    }

    /// <summary>All that closes a resource and reaches into a time, unordered.</summary>
    public IEnumerable<ClosedTime> Closed(Resource resource, TimeRange within) =>
        ClosedTimes.Of(Closings, resource, Zone, within);

    /// <summary>The resources that a service uses together, each once.</summary>
    /// <exception cref="InvalidOperationException">The platform lacks one of them.</exception>
    public ImmutableArray<Resource> UsedBy(Service service)
    {
        var used = ImmutableArray.CreateBuilder<Resource>(service.Uses.Length);
        foreach (var id in service.Uses)
        {
            var resource = Resources.GetValueOrDefault(id) ?? throw new InvalidOperationException(
                $"The service {service.Id} uses {id}, which the platform lacks.");
            if (!used.Contains(resource)) used.Add(resource);
        }
        return used.DrainToImmutable();
    }
}
