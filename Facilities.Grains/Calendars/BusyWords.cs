using System.Collections.Immutable;
using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Services;
using NodaTime;
using Orleans;

namespace Facilities.Grains.Platforms;

/// <summary>
/// Names the calendar that takes a slot. For the platform's managers alone: others read that it is taken.
/// </summary>
public static class BusyWords
{
    /// <summary>The same, of the platform as it stands; null for those who do not manage it.</summary>
    public static async Task<string?> Of(IGrainFactory grains, Actor by, PlatformId platform, WantedSlot slot)
    {
        if (!by.Has(OrganisationKind.Facility, platform.Value, Role.Manager)) return null;
        var grain = grains.GetGrain<IPlatformGrain>(platform.Value);
        return await grain.View() is { } view ? Of(view, await grain.Calendars(by), slot) : null;
    }

    /// <summary>Why a slot cannot be had, where imported calendars alone leave too few units; null otherwise.</summary>
    /// <param name="platform">The platform.</param>
    /// <param name="calendars">Its imported calendars, as the reader sees them: none for others than managers.</param>
    /// <param name="slot">The slot that was refused as taken.</param>
    public static string? Of(PlatformView platform, ImmutableArray<ImportedCalendar> calendars, WantedSlot slot)
    {
        if (calendars.IsEmpty || platform.Services.FirstOrDefault(s => s.Id == slot.Service) is not { } service)
            return null;
        var zone = DateTimeZoneProviders.Tzdb[platform.Profile.TimeZone];
        var time = new TimeRange(slot.Start, slot.Duration.After(slot.Start, zone));
        var (busy, needed) = (
            Busy.Around(time, service.Buffer, zone), SlotRules.UnitsNeeded(service, slot.Quantity));
        var elsewhere = ImportedCalendar.ByResource(calendars);
        foreach (var resource in platform.Resources.Where(r => service.Uses.Contains(r.Id)))
            foreach (var use in ResourceUse.Of(service, resource.Id, busy))
            {
                var blocking = elsewhere.GetValueOrDefault(resource.Id, []).Where(calendar =>
                    Enumerable.Range(0, resource.Units).Any(unit => calendar.Blocks(unit, use))).ToArray();
                var free = Enumerable.Range(0, resource.Units).Count(unit => !blocking.Any(c => c.Blocks(unit, use)));
                if (free >= needed) continue;
                var words = Words.List([.. blocking.Select(c => ImportedCalendar.WordsOf(c.Name))]);
                return $"{resource.Name} is {words}. Choose another time.";
            }
        return null;
    }
}
