using System.Collections.Immutable;
using NodaTime;

namespace Facilities.Grains.Availability;

/// <summary>One use in the calendar of a unit.</summary>
/// <remarks>No structure: a unit's list is copied at each change, and references are ten times smaller.</remarks>
/// <param name="Busy">The time, with its buffers.</param>
/// <param name="Owner">Whose it is.</param>
public sealed record UnitEntry(Busy Busy, SlotOwner Owner);

/// <summary>The bookkeeping of one unit: uses in order of their start, of which no two conflict.</summary>
/// <param name="Entries">The uses.</param>
public sealed record UnitCalendar(ImmutableArray<UnitEntry> Entries)
{
    /// <summary>A unit that nobody uses.</summary>
    public static readonly UnitCalendar Empty = new([]);

    /// <summary>All uses of a unit at once.</summary>
    /// <exception cref="InvalidOperationException">Two conflict, or one is empty or reversed.</exception>
    public static UnitCalendar Of(IEnumerable<UnitEntry> entries)
    {
        ImmutableArray<UnitEntry> sorted = [.. entries.OrderBy(entry => entry.Busy.Start)];
        for (var place = 0; place < sorted.Length; place++)
        {
            EnsureWhole(sorted[place].Busy);
            if (place > 0 && sorted[place].Busy.ConflictsWith(sorted[place - 1].Busy))
                throw new InvalidOperationException($"The unit is not free for {sorted[place]}.");
        }
        return new(sorted);
    }

    /// <summary>Whether the unit can take a use, the uses of one owner left aside.</summary>
    public bool IsFree(Busy wanted, SlotOwner? ignored = null)
    {
        // No two uses conflict, so only the nearest on each side can stand in the way.
        var after = FirstFrom(wanted.Start);
        var before = after - 1;
        while (before >= 0 && Entries[before].Owner == ignored) before--;
        while (after < Entries.Length && Entries[after].Owner == ignored) after++;
        return (before < 0 || !Entries[before].Busy.ConflictsWith(wanted))
            && (after == Entries.Length || !Entries[after].Busy.ConflictsWith(wanted));
    }

    /// <summary>Takes a use.</summary>
    /// <exception cref="InvalidOperationException">The unit is not free, or the use is empty or reversed.</exception>
    public UnitCalendar Add(Busy busy, SlotOwner owner)
    {
        EnsureWhole(busy);
        if (!IsFree(busy)) throw new InvalidOperationException($"The unit is not free for {busy} of {owner}.");
        return new(Entries.Insert(FirstFrom(busy.Start), new(busy, owner)));
    }

    /// <summary>Gives back all that one owner uses.</summary>
    public UnitCalendar Remove(SlotOwner owner) => new(Entries.RemoveAll(entry => entry.Owner == owner));

    /// <summary>Gives back one use of an owner, which takes no longer the more uses there are.</summary>
    public UnitCalendar Remove(SlotOwner owner, Busy busy)
    {
        var place = FirstFrom(busy.Start);
        return place < Entries.Length && Entries[place].Owner == owner
            ? new(Entries.RemoveAt(place))
            : Remove(owner);
    }

    /// <summary>Forgets uses that end, with their buffers, at or before an instant.</summary>
    public UnitCalendar PruneBefore(Instant instant)
    {
        var past = 0;
        while (past < Entries.Length && Entries[past].Busy.BlockedUntil <= instant) past++;
        return past == 0 ? this : new(Entries.RemoveRange(0, past));
    }

    private static void EnsureWhole(Busy busy)
    {
        if (busy.BlockedFrom > busy.Start || busy.Start >= busy.End || busy.End > busy.BlockedUntil)
            throw new InvalidOperationException($"The use {busy} is empty or reversed.");
    }

    private int FirstFrom(Instant start)
    {
        int low = 0, high = Entries.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Entries[middle].Busy.Start < start) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
