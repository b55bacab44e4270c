using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using NodaTime;
using Orleans;

namespace Facilities.Silo.Demonstration;

/// <summary>
/// Finds the slot of a planned booking: the free one nearest to its day, within what its course allows.
/// </summary>
internal sealed class HistorySlots(IGrainFactory grains, HistoryDays days)
{
    private const int SearchDays = 14;
    private static readonly LocalDate KeptFree = new(2027, 2, 1);
    private static readonly PlatformId Imaging = new("biopmed-imaging");

    /// <summary>The start; null where nothing fits, so that the booking does not come about.</summary>
    public async Task<OffsetDateTime?> Find(PlannedBooking plan)
    {
        var platform = new PlatformId(plan.Platform);
        var day = days.Date(plan.Slot);
        // A service that is sold by the month starts once a month.
        var reach = Math.Max(SearchDays, plan.Lasting.Days + 1);
        var answer = await grains.GetGrain<IPlatformGrain>(plan.Platform).FreeSlots(new SlotsAsked(
            new ServiceId(plan.Service), plan.Lasting, plan.Quantity, day.PlusDays(-reach), day.PlusDays(reach)));
        var zone = DateTimeZoneProviders.Tzdb[answer.Platform!.Profile.TimeZone];
        var wanted = day.At(new LocalTime(9 + plan.Number % 6, 0)).InZoneLeniently(zone).ToInstant();
        var slot = answer.Slots.Where(s => Allows(plan, s) && !IsKeptFree(platform, plan, s, zone))
            .OrderBy(s => Distance(s.Start, wanted)).ThenBy(s => s.Start).FirstOrDefault();
        return slot?.Start.InZone(zone).ToOffsetDateTime();
    }

    /// <summary>A start near the slot of a booking that is to be moved.</summary>
    public async Task<Instant?> Another(PlannedBooking plan, Instant start)
    {
        var answer = await grains.GetGrain<IPlatformGrain>(plan.Platform).FreeSlots(new SlotsAsked(
            new ServiceId(plan.Service), plan.Lasting, plan.Quantity,
            days.Date(plan.Slot), days.Date(plan.Slot + SearchDays)));
        return answer.Slots.Where(s => s.Start > start && Allows(plan, s))
            .Select(s => (Instant?)s.Start).FirstOrDefault();
    }

    private bool Allows(PlannedBooking plan, Slot slot)
    {
        var day = Duration.FromDays(1);
        if (slot.End > days.End) return false;
        return plan.Course switch
        {
            Course.Started => slot.Start < days.LoadedAt - Duration.FromHours(1)
                && (plan.Lasting.Days > 7 || slot.End < days.LoadedAt - Duration.FromHours(1)),
            Course.Delivered or Course.Disputed or Course.Accepted or Course.Deemed or Course.ClaimApproved
                or Course.ClaimRejected or Course.Settled or Course.NoShow => slot.End < days.At(plan.DeliveryDay, 0),
            Course.CancelledWithFee => slot.Start > days.At(plan.CancellationDay, 0) + day
                && slot.Start < days.At(plan.CancellationDay, 0) + 12 * day,
            Course.CancelledFree => slot.Start > days.At(plan.CancellationDay, 0) + 16 * day,
            Course.Rejected or Course.Withdrawn or Course.HoldLapsed or Course.ApprovalLapsed
                or Course.SignatureLapsed =>
                slot.Start > days.At(plan.Booked, 0) + 8 * day || plan.Course == Course.HoldLapsed,
            _ => slot.Start > days.LoadedAt + 2 * day,
        };
    }

    /// <summary>The scanner stays free for whoever follows the worked example, which is set in February 2027.</summary>
    private bool IsKeptFree(PlatformId platform, PlannedBooking plan, Slot slot, DateTimeZone zone) =>
        platform == Imaging && plan.Service != "optical-hour" && slot.Start > days.LoadedAt
        && slot.End.InZone(zone).Date >= KeptFree;

    private static Duration Distance(Instant one, Instant other) => one > other ? one - other : other - one;
}
