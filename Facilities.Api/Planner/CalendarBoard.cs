using System.Collections.Immutable;
using Facilities.Grains.Availability;
using Facilities.Grains.Bookings;
using Facilities.Grains.Closures;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using NodaTime;

namespace Facilities.Api.Planner;

/// <summary>Some days of a platform as its manager reads them: every resource, every day.</summary>
/// <param name="FromHour">The first hour shown of each day, 0 to 23.</param>
/// <param name="ToHour">The last hour shown of each day, up to 24.</param>
/// <param name="Entries">Everything on these days, in order of start; rows refer to them by their place.</param>
public sealed record CalendarBoard(
    DateTimeZone Zone, ImmutableArray<LocalDate> Days, int FromHour, int ToHour, ImmutableArray<BoardRow> Rows,
    ImmutableArray<BoardEntry> Entries)
{
    /// <summary>What the days look like. Bookings that ended without being used do not stand in them.</summary>
    /// <param name="days">What the platform knows of these days.</param>
    /// <param name="bookings">The bookings that reach into them.</param>
    /// <param name="from">The first day.</param>
    /// <param name="count">How many days.</param>
    /// <param name="only">The one resource to show; all where it is null.</param>
    /// <param name="names">What the companies are called that something is offered to.</param>
    public static CalendarBoard Of(
        PlatformDays days, IEnumerable<BookingState> bookings, LocalDate from, int count, ResourceId? only = null,
        IReadOnlyDictionary<AccountId, string>? names = null)
    {
        var zone = DateTimeZoneProviders.Tzdb[days.Platform.Profile.TimeZone];
        var within = new TimeRange(Midnight(from, zone), Midnight(from.PlusDays(count), zone));
        ImmutableArray<LocalDate> dates = [.. Enumerable.Range(0, count).Select(from.PlusDays)];
        var resources = days.Platform.Resources.Where(r => only is null || r.Id == only).ToArray();
        var entries = EntriesOf(days, bookings, within, names)
            .Where(e => e.Units.Any(u => resources.Any(r => r.Id == u.Resource))).ToImmutableArray();
        var open = resources.ToDictionary(r => r.Id, r => Openings.Of(r, zone, from, from.PlusDays(count)));
        var clockChanges = count == 1 && within.Duration != Duration.FromHours(24);
        var (first, last) = clockChanges
            ? (0, 24)
            : HoursShown(open.Values.SelectMany(r => r).Concat(entries.Select(e => e.Range)), dates, zone);
        return new CalendarBoard(zone, dates, first, last,
            [.. resources.Select(r => BoardRow.Of(r, days.Closings, open[r.Id], entries, dates, zone))], entries);
    }

    internal static Instant Midnight(LocalDate date, DateTimeZone zone) => date.AtStartOfDayInZone(zone).ToInstant();

    private static IEnumerable<BoardEntry> EntriesOf(
        PlatformDays days, IEnumerable<BookingState> bookings, TimeRange within,
        IReadOnlyDictionary<AccountId, string>? names)
    {
        var known = bookings.DistinctBy(b => b.Id).ToDictionary(b => b.Id!.Value);
        var placed = days.Slots.Select(s => (s.Booking, s.Slot.Item)).ToHashSet();
        var forgotten = from booking in known.Values
                        let look = BoardEntry.LookOf(booking)
                        where look is not null
                        from item in booking.Items
                        where item.Platform == days.Platform.Profile.Id
                            && !placed.Contains((booking.Id!.Value, item.Id))
                        select BoardEntry.Of(days.Platform, booking, item, look.Value);
        return days.Slots.Select(s => BoardEntry.Of(days.Platform, s, known.GetValueOrDefault(s.Booking)))
            .Concat(forgotten)
            .Concat(days.Offers.Select(offer => BoardEntry.Of(
                days.Platform, offer, names?.GetValueOrDefault(offer.Account) ?? offer.Account.Value)))
            .Concat(days.Imported.SelectMany(calendar => BoardEntry.Of(days.Platform, calendar)))
            .Where(e => e.Range.Overlaps(within))
            .OrderBy(e => e.Range.Start).ThenBy(e => e.Booking?.Value, StringComparer.Ordinal);
    }

    private static (int From, int To) HoursShown(
        IEnumerable<TimeRange> ranges, ImmutableArray<LocalDate> dates, DateTimeZone zone)
    {
        var (from, to) = (24 * 60, 0);
        var days = dates.Select(d => new TimeRange(Midnight(d, zone), Midnight(d.PlusDays(1), zone))).ToArray();
        foreach (var range in ranges)
            foreach (var day in days)
            {
                if (range.Intersect(day) is not { } inside) continue;
                from = Math.Min(from, MinuteOf(inside.Start, zone));
                to = Math.Max(to, inside.End == day.End ? 24 * 60 : MinuteOf(inside.End, zone));
            }
        return from < to ? (from / 60, (to + 59) / 60) : (8, 18);
    }

    private static int MinuteOf(Instant instant, DateTimeZone zone) =>
        instant.InZone(zone).TimeOfDay is var time ? time.Hour * 60 + time.Minute : 0;
}

/// <summary>One resource through the days.</summary>
public sealed record BoardRow(Resource Resource, ImmutableArray<BoardDay> Days, Utilisation Used)
{
    internal static BoardRow Of(
        Resource resource, PlatformClosings closings, ImmutableArray<TimeRange> open,
        ImmutableArray<BoardEntry> entries, ImmutableArray<LocalDate> dates, DateTimeZone zone)
    {
        var within = new TimeRange(
            CalendarBoard.Midnight(dates[0], zone), CalendarBoard.Midnight(dates[^1].PlusDays(1), zone));
        ImmutableArray<ClosedTime> closed = [.. ClosedTimes.Of(closings, resource, zone, within)];
        ImmutableArray<BoardEntry> own =
            [.. entries.Where(e => e.Units.Any(u => u.Resource == resource.Id))];
        return new BoardRow(resource,
            [.. dates.Select(date => BoardDay.Of(resource, open, closed, own, date, zone))],
            Utilisation.Of(
                resource.Units, open, closed.Select(c => c.Range),
                from entry in own
                where entry.Look != EntryLook.Imported
                from use in entry.UsesOf(resource.Id)
                select new UnitUse(use.Range, Math.Max(1, use.Units.Length), entry.IsFirm),
                within));
    }
}

/// <summary>One resource on one day of the platform.</summary>
/// <param name="Range">From midnight to midnight: 23, 24 or 25 hours.</param>
/// <param name="Open">When it is open, cut to the day.</param>
/// <param name="Closed">Closures and public holidays that reach into the day.</param>
/// <param name="Entries">Who uses it, in order of start.</param>
public sealed record BoardDay(
    LocalDate Date, TimeRange Range, ImmutableArray<TimeRange> Open, ImmutableArray<ClosedTime> Closed,
    ImmutableArray<BoardEntry> Entries)
{
    internal static BoardDay Of(
        Resource resource, ImmutableArray<TimeRange> open, ImmutableArray<ClosedTime> closed,
        ImmutableArray<BoardEntry> entries, LocalDate date, DateTimeZone zone)
    {
        var day = new TimeRange(CalendarBoard.Midnight(date, zone), CalendarBoard.Midnight(date.PlusDays(1), zone));
        return new BoardDay(date, day,
            [.. open.Select(range => range.Intersect(day)).OfType<TimeRange>()],
            [.. closed.Where(c => c.Range.Overlaps(day))],
            [.. entries.Where(e => e.UsesOf(resource.Id).Any(use => use.Blocked.Overlaps(day)))]);
    }

    /// <summary>Whether somebody has it at a time when it is not open: the hours changed after the booking.</summary>
    public bool IsOutside(BoardEntry entry, ResourceId resource) =>
        entry.Look is EntryLook.Held or EntryLook.Approval or EntryLook.Firm or EntryLook.Offer
        && entry.UsesOf(resource).Any(use => use.Range.Intersect(Range) is { } inside
            && (!Open.Any(o => o.Contains(inside)) || Closed.Any(c => c.Range.Overlaps(inside))));
}
