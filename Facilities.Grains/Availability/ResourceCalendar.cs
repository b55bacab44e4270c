using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Availability;

/// <summary>The bookkeeping of a resource: one calendar for each of its equal units.</summary>
/// <param name="Count">How many units may be given out; the first ones.</param>
/// <param name="Units">
/// The calendars by number of the unit: more than <paramref name="Count"/> where the resource lost units.
/// </param>
public sealed record ResourceCalendar(int Count, ImmutableArray<UnitCalendar> Units)
{
    /// <summary>What calendars that are kept elsewhere make busy.</summary>
    public ImmutableArray<BusyElsewhere> Elsewhere { get; init; } = [];

    /// <summary>A resource that nobody uses.</summary>
    public static ResourceCalendar Of(int count) => new ResourceCalendar(0, []).Resized(count);

    /// <summary>The same bookings on another number of units. Bookings of units that are gone stay.</summary>
    public ResourceCalendar Resized(int count) => this with { Count = count, Units = Grown(count) };

    /// <summary>How many units can take a use, the uses of one owner left aside.</summary>
    public int FreeUnits(Busy wanted, SlotOwner? ignored = null)
    {
        var free = 0;
        for (var unit = 0; unit < Count; unit++) if (IsFree(unit, wanted, ignored)) free++;
        return free;
    }

    /// <summary>The free units with the lowest numbers; null where there are not so many.</summary>
    public ImmutableArray<int>? Choose(Busy wanted, int count, SlotOwner? ignored = null)
    {
        var chosen = ImmutableArray.CreateBuilder<int>(count);
        for (var unit = 0; unit < Count && chosen.Count < count; unit++)
            if (IsFree(unit, wanted, ignored)) chosen.Add(unit);
        return chosen.Count == count ? chosen.MoveToImmutable() : null;
    }

    /// <summary>Whether at each moment of a use some unit is free, buffers apart.</summary>
    public bool IsFreeByTurns(Busy wanted, SlotOwner? ignored = null)
    {
        // A single unit has nobody to take turns with: only a buffer can stand in its way.
        if (Count < 2) return false;
        var range = new TimeRange(wanted.Start, wanted.End);
        var others = Enumerable.Range(0, Count).Select(unit => Taken(unit, range, ignored).ToArray()).ToArray();
        var moments = others.SelectMany(unit => unit.Select(time => time.Start)).Append(wanted.Start);
        return moments.Where(moment => moment >= wanted.Start).All(moment => others.Any(unit =>
            !unit.Any(time => time.Start <= moment && time.End > moment)));
    }

    private IEnumerable<TimeRange> Taken(int unit, TimeRange range, SlotOwner? ignored) =>
        Units[unit].Entries.Where(entry => entry.Owner != ignored).Select(entry => new TimeRange(
                entry.Busy.Start, entry.Busy.End)).Where(range.Overlaps)
            .Concat(Elsewhere.SelectMany(calendar => calendar.Within(range, unit)));

    /// <summary>Takes a use on some units.</summary>
    /// <exception cref="InvalidOperationException">One of the units is not free.</exception>
    public ResourceCalendar Add(ImmutableArray<int> units, UnitEntry entry)
    {
        if (units.IsDefaultOrEmpty) return this;
        var all = Grown(units.Max() + 1).ToBuilder();
        foreach (var unit in units) all[unit] = all[unit].Add(entry);
        return this with { Units = all.MoveToImmutable() };
    }

    /// <summary>All uses of a resource that nobody uses yet, by number of the unit.</summary>
    /// <exception cref="InvalidOperationException">Two on one unit conflict.</exception>
    internal ResourceCalendar Filled(Dictionary<int, List<UnitEntry>> uses)
    {
        var all = Grown(uses.Keys.Max() + 1).ToBuilder();
        foreach (var (unit, entries) in uses) all[unit] = UnitCalendar.Of(entries);
        return this with { Units = all.MoveToImmutable() };
    }

    /// <summary>Gives back a use of one owner on some units.</summary>
    public ResourceCalendar Remove(ImmutableArray<int> units, Busy busy, SlotOwner owner)
    {
        var all = Units.ToBuilder();
        foreach (var unit in units) all[unit] = all[unit].Remove(owner, busy);
        return this with { Units = all.MoveToImmutable() };
    }

    /// <summary>Forgets uses that end, with their buffers, at or before an instant.</summary>
    public ResourceCalendar PruneBefore(Instant instant) =>
        this with { Units = [.. Units.Select(unit => unit.PruneBefore(instant))] };

    private bool IsFree(int unit, Busy wanted, SlotOwner? ignored)
    {
        if (!Units[unit].IsFree(wanted, ignored)) return false;
        foreach (var calendar in Elsewhere) if (calendar.Blocks(unit, wanted)) return false;
        return true;
    }

    private ImmutableArray<UnitCalendar> Grown(int count) => count <= Units.Length
        ? Units
        : Units.AddRange(Enumerable.Repeat(UnitCalendar.Empty, count - Units.Length));
}
