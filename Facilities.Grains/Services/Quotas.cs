using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using NodaTime;

namespace Facilities.Grains.Services;

/// <summary>
/// Counts what one account has of a service. The platform alone knows every slot of an account, and decides on one
/// command after another, so two at once cannot both take the last of a quota.
/// </summary>
internal static class Quotas
{
    private const int WeeksAhead = 520;

    /// <summary>
    /// Why the newest of some slots goes beyond the quota; null where it does not. A slot that is moved counts where it
    /// goes, not where it was, and may always stay within what its week had of it before.
    /// </summary>
    /// <param name="platform">The platform, with the slots that are to be moved.</param>
    /// <param name="service">The service of the newest slot.</param>
    /// <param name="account">Whose slots.</param>
    /// <param name="booking">The booking that asks.</param>
    /// <param name="held">What it would get so far, the newest last.</param>
    /// <param name="wanted">All that it asks for.</param>
    /// <param name="now">Slots that are over count in their week alone.</param>
    internal static string? Refusal(
        PlatformState platform, Service service, AccountId account, BookingId booking, IReadOnlyList<HeldSlot> held,
        IReadOnlyList<WantedSlot> wanted, Instant now)
    {
        if (service.Rules?.Quota is not { } quota) return null;
        var (others, before) = (new List<HeldSlot>(), new List<HeldSlot>());
        foreach (var known in platform.Bookings.Values)
            if (known.Account == account)
                foreach (var slot in known.Slots.Concat(known.Aside?.Slots ?? []))
                    if (slot.Service == service.Id)
                        (known.Booking == booking && wanted.Any(w => w.Item == slot.Item) ? before : others).Add(slot);
        var ours = held.Where(slot => slot.Service == service.Id).ToArray();
        var count = new Count(platform, service, others, ours, before, held[^1]);
        return (quota.TimePerWeek is { } time ? BeyondTime(count, time) : null)
            ?? (quota.SlotsPerWeek is { } perWeek ? BeyondSlots(count, perWeek) : null)
            ?? (quota.SlotsAhead is { } ahead ? BeyondAhead(count, ahead, now) : null);
    }

    private static string? BeyondTime(Count count, Length limit)
    {
        var most = limit.IsCalendarDays ? limit.Days : limit.Minutes;
        foreach (var monday in count.Weeks(count.Newest))
        {
            var (others, ours) = (count.Time(count.Others, monday), count.Time(count.Ours, monday));
            if (others + ours <= most || ours <= count.Time(count.Before, monday)) continue;
            var alone = count.Alone(count.Newest);
            return $"{count.Limited($"{Words.Length(limit)} in one week")} has {Text(others)} in the week from "
                + $"Monday {Words.Day(monday)}, and with this it would be {Text(others + ours)}. "
                + (alone > most
                    ? $"{Text(alone)} is more than fits into any week of one account."
                    : count.Next(monday, week => count.Time(count.Others, week) + alone <= most));
        }
        return null;

        string Text(long amount) =>
            Words.Length(limit.IsCalendarDays ? Length.OfDays((int)amount) : Length.OfMinutes(amount));
    }

    private static string? BeyondSlots(Count count, int most)
    {
        var monday = count.Monday(count.Newest.Busy.Start);
        var (others, ours) = (count.Starting(count.Others, monday), count.Starting(count.Ours, monday));
        return others + ours <= most || ours <= count.Starting(count.Before, monday) ? null
            : $"{count.Limited($"{Words.Count(most, "slot")} in one week")} has {others + ours - 1} in the week from "
                + $"Monday {Words.Day(monday)}. "
                + count.Next(monday, week => count.Starting(count.Others, week) < most);
    }

    private static string? BeyondAhead(Count count, int most, Instant now)
    {
        if (count.Ours.Length <= count.Before.Count) return null;
        var ends = count.Others.Concat(count.Ours).Select(slot => slot.Busy.End).Where(end => end > now).Order()
            .ToArray();
        return ends.Length <= most ? null
            : $"{count.Limited($"{Words.Count(most, "slot")} ahead")} has {ends.Length - 1}. From "
                + $"{Words.Time(ends[ends.Length - most - 1], count.Zone)} on, when the next is over, there is room "
                + "for another.";
    }

    private sealed record Count(
        PlatformState Platform, Service Service, List<HeldSlot> Others, HeldSlot[] Ours, List<HeldSlot> Before,
        HeldSlot Newest)
    {
        internal DateTimeZone Zone => Platform.Zone;

        internal string Limited(string most) => $"One account may have {most} of {Service.Name}. Yours";

        internal LocalDate Monday(Instant instant) =>
            PlatformClock.DateAt(instant, Zone).With(DateAdjusters.PreviousOrSame(IsoDayOfWeek.Monday));

        internal IEnumerable<LocalDate> Weeks(HeldSlot slot)
        {
            var last = Monday(slot.Busy.End - Duration.Epsilon);
            for (var week = Monday(slot.Busy.Start); week <= last; week = week.PlusWeeks(1)) yield return week;
        }

        internal int Starting(IEnumerable<HeldSlot> slots, LocalDate monday) =>
            slots.Count(slot => Monday(slot.Busy.Start) == monday);

        /// <summary>Minutes, or days where the service is counted in these, within one week.</summary>
        internal long Time(IEnumerable<HeldSlot> slots, LocalDate monday)
        {
            var week = new TimeRange(
                PlatformClock.Midnight(monday, Zone), PlatformClock.Midnight(monday.PlusWeeks(1), Zone));
            return slots.Sum(slot => new TimeRange(slot.Busy.Start, slot.Busy.End).Intersect(week) is { } inside
                ? Amount(inside) * Units(slot)
                : 0);
        }

        internal long Alone(HeldSlot slot) => Amount(new(slot.Busy.Start, slot.Busy.End)) * Units(slot);

        internal string Next(LocalDate after, Func<LocalDate, bool> hasRoom)
        {
            for (var week = 1; week <= WeeksAhead; week++)
                if (hasRoom(after.PlusWeeks(week)))
                    return $"The next week with room for it begins on Monday {Words.Day(after.PlusWeeks(week))}.";
            return "No week after it has room for it.";
        }

        private long Amount(TimeRange time) => Service.Duration.Min.IsCalendarDays
            ? Period.DaysBetween(
                PlatformClock.DateAt(time.Start, Zone), PlatformClock.DateAt(time.End - Duration.Epsilon, Zone)) + 1
            : (long)(time.End - time.Start).TotalMinutes;

        private static int Units(HeldSlot slot) => slot.Units[0].Units.Length;
    }
}
