using System.Collections.Immutable;
using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Platforms;

/// <summary>What others may read of a platform. Pure.</summary>
public static class PlatformReads
{
    /// <summary>The platform with all that it offers.</summary>
    public static PlatformView? View(PlatformState state) => state.Profile is { } profile
        ? new PlatformView(profile, [.. state.Resources.Values], [.. state.Services.Values], state.Offer, state.Edition)
        : null;

    /// <summary>The free slots of a service; without a duration, of its shortest.</summary>
    public static SlotsAnswer FreeSlots(PlatformState state, SlotsAsked asked, Instant now)
    {
        if (View(state) is not { } view)
            return new SlotsAnswer(null, Length.Zero, [],
                new(PlatformRefusal.PlatformUnknown, "There is no such platform."));
        if (!state.Services.TryGetValue(asked.Service.Value, out var service))
            return new SlotsAnswer(view, Length.Zero, [], new(
                PlatformRefusal.NotOffered, $"{view.Profile.Name} offers no service {asked.Service}."));
        var duration = asked.Duration ?? service.Duration.Min;
        var refusal = SlotRules.DurationRefusal(service, duration)
            ?? SlotRules.QuantityRefusal(service, asked.Quantity);
        return refusal is not null
            ? new SlotsAnswer(view, duration, [],
                new(Enum.Parse<PlatformRefusal>(refusal.Code.ToString()), refusal.Reason, "/duration"))
            : new SlotsAnswer(view, duration, Slots.List(
                asked.Moving is { } moving ? state.Calendar!.Remove(moving) : state.Calendar!,
                service, duration, asked.Quantity, asked.From, asked.To, now,
                asked.Most), null);
    }

    /// <summary>The imported calendars, for managers of the platform and for the marketplace.</summary>
    public static ImmutableArray<ImportedCalendar> Calendars(PlatformState state, Actor by) =>
        state.Profile is { } profile
            && (by.IsSystem || by.Has(OrganisationKind.Facility, profile.Id.Value, Role.Manager))
            ? [.. state.Imported.Values]
            : [];

    /// <summary>Who holds which qualification of the platform's, in the order of account and name.</summary>
    public static ImmutableArray<Qualified>? Qualifications(PlatformState state, Actor by) =>
        state.Profile is { } profile && by.Has(OrganisationKind.Facility, profile.Id.Value, Role.Manager)
            ? [.. state.Qualifications.Values]
            : null;

    /// <summary>The free slots nearest to one that is taken.</summary>
    public static ImmutableArray<Slot> Alternatives(PlatformState state, WantedSlot slot, Instant now) =>
        state.Services.TryGetValue(slot.Service.Value, out var service)
            ? Slots.Nearest(
                state.Calendar!, service, slot.Duration, slot.Quantity, slot.Start, now, Limits.Alternatives)
            : [];
}
