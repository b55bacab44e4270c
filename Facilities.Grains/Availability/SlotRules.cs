using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Availability;

/// <summary>Why a slot cannot be had.</summary>
public enum SlotFault
{
    /// <summary>The service is not sold for this duration.</summary>
    DurationNotAllowed,
    /// <summary>The service is not sold in this quantity.</summary>
    QuantityNotAllowed,
    /// <summary>The start is past or nearer than the notice that the service needs.</summary>
    InsideLeadTime,
    /// <summary>The start lies further ahead than the service can be booked.</summary>
    BeyondHorizon,
    /// <summary>No opening, and no whole number of steps after one, lies at this start.</summary>
    StartOffGrid,
    /// <summary>The booking would last beyond the hours or into a closure.</summary>
    OutsideHours,
    /// <summary>Others have the units.</summary>
    SlotTaken,
}

/// <summary>A slot that cannot be had.</summary>
/// <param name="Code">Which refusal.</param>
/// <param name="Reason">In words, with what would be accepted.</param>
public sealed record SlotRefusal(SlotFault Code, string Reason);

/// <summary>The rules of slots that need no calendar: durations, quantities, notice and horizon.</summary>
public static class SlotRules
{
    /// <summary>The durations that a service is sold for, shortest first: <c>min + k × step ≤ max</c>.</summary>
    public static IEnumerable<Length> Durations(Service service)
    {
        for (var duration = service.Duration.Min; Allows(service.Duration, duration);)
        {
            yield return duration;
            var step = service.Duration.Step;
            if (step.IsZero) yield break;
            duration = new(duration.Days + step.Days, duration.Minutes + step.Minutes);
        }
    }

    /// <summary>Whether a service is not sold for a duration; null where it is.</summary>
    public static SlotRefusal? DurationRefusal(Service service, Length duration)
    {
        if (Allows(service.Duration, duration)) return null;
        var (min, max, step) = service.Duration;
        return new(SlotFault.DurationNotAllowed, min == max
            ? $"{service.Name} lasts {min}, not {duration}."
            : $"{service.Name} lasts from {min} to {max} in steps of {step}, not {duration}.");
    }

    /// <summary>Whether a service is not sold in a quantity; null where it is.</summary>
    public static SlotRefusal? QuantityRefusal(Service service, int quantity)
    {
        var max = QuantityMax(service);
        if (quantity >= 1 && quantity <= max) return null;
        return new(SlotFault.QuantityNotAllowed, max == 1
            ? $"{service.Name} is booked one at a time: the quantity is 1, not {quantity}."
            : $"{service.Name} is booked in quantities from 1 to {max}, not {quantity}.");
    }

    /// <summary>The most in one item. What is priced by time and occupies one unit comes one at a time.</summary>
    public static int QuantityMax(Service service) =>
        service.Quantity.Occupies == Occupies.PerQuantity || service.PricePer is null ? service.Quantity.Max : 1;

    /// <summary>The units of each resource that a quantity occupies.</summary>
    public static int UnitsNeeded(Service service, int quantity) =>
        service.Quantity.Occupies == Occupies.PerQuantity ? quantity : 1;

    /// <summary>
    /// The first instant at which a service may start, itself allowed: now and the lead time. Of a lead time in days it
    /// is the same local time of the platform so many days later.
    /// </summary>
    public static Instant EarliestStart(Service service, DateTimeZone zone, Instant now) =>
        service.LeadTime.After(now, zone);

    /// <summary>The last instant at which a service may start, itself allowed: now and the horizon, likewise.</summary>
    public static Instant LatestStart(Service service, DateTimeZone zone, Instant now) =>
        service.Horizon.After(now, zone);

    /// <summary>Whether a start is past, too near or too far ahead; null where it is not.</summary>
    public static SlotRefusal? NoticeRefusal(Service service, DateTimeZone zone, Instant start, Instant now)
    {
        var earliest = EarliestStart(service, zone, now);
        var latest = LatestStart(service, zone, now);
        if (start < now)
            return new(SlotFault.InsideLeadTime,
                $"{Text(start)} is past; {service.Name} can start from {Text(earliest)}.");
        if (start < earliest)
            return new(SlotFault.InsideLeadTime, $"{Text(start)} is too near: {service.Name} needs "
                + $"{service.LeadTime} of notice and can start from {Text(earliest)}.");
        return start <= latest ? null : new(SlotFault.BeyondHorizon, $"{Text(start)} is too far ahead: "
            + $"{service.Name} can be booked {service.Horizon} ahead, up to {Text(latest)}.");

        string Text(Instant instant) => PlatformClock.Text(instant, zone);
    }

    internal static bool Allows(DurationRule rule, Length duration)
    {
        if (duration.IsZero || duration.IsCalendarDays != rule.Min.IsCalendarDays) return false;
        var (asked, min, max, step) = duration.IsCalendarDays
            ? (duration.Days, rule.Min.Days, rule.Max.Days, rule.Step.Days)
            : (duration.Minutes, rule.Min.Minutes, rule.Max.Minutes, rule.Step.Minutes);
        return asked == min || (asked > min && asked <= max && step > 0 && (asked - min) % step == 0);
    }
}
