using System.Collections.Immutable;
using NodaTime;

namespace Facilities.Grains.Availability;

/// <summary>One use in the calendar of a unit.</summary>
/// <remarks>No structure: lists of uses are copied at each change, and references are ten times smaller.</remarks>
/// <param name="Busy">The time, with its buffers.</param>
/// <param name="Owner">Whose it is.</param>
public record UnitEntry(Busy Busy, SlotOwner Owner);

/// <summary>
/// The bookkeeping of one unit: uses in order of their start, of which no two conflict. They lie in pages, so that a
/// change copies one page and not all that is booked for half a year.
/// </summary>
public sealed record UnitCalendar
{
    /// <summary>A unit that nobody uses.</summary>
    public static readonly UnitCalendar Empty = new([]);

    // About as long as the list of pages of a busy unit.
    private const int PageMax = 48;

    // None is empty.
    private readonly ImmutableArray<ImmutableArray<UnitEntry>> _pages;

    private UnitCalendar(ImmutableArray<ImmutableArray<UnitEntry>> pages) => _pages = pages;

    /// <summary>The uses.</summary>
    public ImmutableArray<UnitEntry> Entries => [.. _pages.SelectMany(page => page)];

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
        return InPages(sorted);
    }

    /// <summary>Whether the unit can take a use, the uses of one owner left aside.</summary>
    public bool IsFree(Busy wanted, SlotOwner? ignored = null)
    {
        // No two uses conflict, so only the nearest on each side can stand in the way.
        var place = FirstFrom(wanted.Start);
        return NearestBefore(place, ignored)?.Busy.ConflictsWith(wanted) is not true
            && NearestFrom(place, ignored)?.Busy.ConflictsWith(wanted) is not true;
    }

    /// <summary>Takes a use.</summary>
    /// <exception cref="InvalidOperationException">The unit is not free, or the use is empty or reversed.</exception>
    public UnitCalendar Add(Busy busy, SlotOwner owner) => Add(new UnitEntry(busy, owner));

    /// <summary>Takes a use.</summary>
    /// <exception cref="InvalidOperationException">The unit is not free, or the use is empty or reversed.</exception>
    public UnitCalendar Add(UnitEntry entry)
    {
        EnsureWhole(entry.Busy);
        if (!IsFree(entry.Busy))
            throw new InvalidOperationException($"The unit is not free for {entry.Busy} of {entry.Owner}.");
        if (_pages.IsEmpty) return new([[entry]]);
        var place = FirstFrom(entry.Busy.Start);
        var page = _pages[place.Page].Insert(place.Index, entry);
        return page.Length <= PageMax
            ? new(_pages.SetItem(place.Page, page))
            : new(_pages.SetItem(place.Page, page[..(PageMax / 2)]).Insert(place.Page + 1, page[(PageMax / 2)..]));
    }

    /// <summary>Gives back all that one owner uses.</summary>
    public UnitCalendar Remove(SlotOwner owner) => InPages(Entries.Where(entry => entry.Owner != owner));

    /// <summary>Gives back one use of an owner, which takes no longer the more uses there are.</summary>
    public UnitCalendar Remove(SlotOwner owner, Busy busy)
    {
        var place = FirstFrom(busy.Start);
        if (At(place)?.Owner != owner) return Remove(owner);
        var page = _pages[place.Page].RemoveAt(place.Index);
        return new(page.IsEmpty ? _pages.RemoveAt(place.Page) : _pages.SetItem(place.Page, page));
    }

    /// <summary>Forgets uses that end, with their buffers, at or before an instant.</summary>
    public UnitCalendar PruneBefore(Instant instant) =>
        _pages.IsEmpty || _pages[0][0].Busy.BlockedUntil > instant
            ? this
            : InPages(Entries.SkipWhile(entry => entry.Busy.BlockedUntil <= instant));

    private static UnitCalendar InPages(IEnumerable<UnitEntry> sorted) =>
        new([.. sorted.Chunk(PageMax).Select(page => page.ToImmutableArray())]);

    private static void EnsureWhole(Busy busy)
    {
        if (busy.BlockedFrom > busy.Start || busy.Start >= busy.End || busy.End > busy.BlockedUntil)
            throw new InvalidOperationException($"The use {busy} is empty or reversed.");
    }

    private readonly record struct Place(int Page, int Index);

    private UnitEntry? At(Place place) =>
        place.Page < _pages.Length && place.Index < _pages[place.Page].Length ? _pages[place.Page][place.Index] : null;

    // The place of the first that does not start before an instant; behind the last where there is none.
    private Place FirstFrom(Instant start)
    {
        int low = 0, high = _pages.Length - 1;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_pages[middle][^1].Busy.Start < start) low = middle + 1;
            else high = middle;
        }
        var page = low;
        (low, high) = (0, _pages.IsEmpty ? 0 : _pages[page].Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_pages[page][middle].Busy.Start < start) low = middle + 1;
            else high = middle;
        }
        return new(page, low);
    }

    private UnitEntry? NearestFrom(Place place, SlotOwner? ignored)
    {
        var index = place.Index;
        for (var page = place.Page; page < _pages.Length; page++, index = 0)
            for (; index < _pages[page].Length; index++)
                if (_pages[page][index] is var entry && entry.Owner != ignored) return entry;
        return null;
    }

    private UnitEntry? NearestBefore(Place place, SlotOwner? ignored)
    {
        var index = place.Index;
        for (var page = place.Page; ; index = _pages[page].Length)
        {
            while (--index >= 0)
                if (_pages[page][index] is var entry && entry.Owner != ignored) return entry;
            if (--page < 0) return null;
        }
    }
}
