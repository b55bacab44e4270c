using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Tax;

namespace Facilities.Grains.Services;

/// <summary>Rules that not every service has. All are optional.</summary>
/// <param name="Quota">How much of it one account may have; null where there is no limit.</param>
/// <param name="SpecialHours">Hours at another price; null where every hour costs the same.</param>
/// <param name="PartialUses">
/// The resources that are used for a part of the booking only; null or empty where all are used throughout.
/// </param>
public sealed record ServiceRules(
    Quota? Quota = null, SpecialHours? SpecialHours = null, ImmutableArray<PartialUse>? PartialUses = null)
{
    /// <summary>In which days the notice of the cancellation ladder is counted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public NoticeIn NoticeIn { get; init; }

    /// <summary>Which rule of VAT says where the service is taxed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public VatClass VatClass { get; init; }

    /// <summary>How a resource is used for a part of a booking; null where throughout.</summary>
    public PartialUse? PartialUseOf(ResourceId resource)
    {
        foreach (var part in PartialUses ?? []) if (part.Resource == resource) return part;
        return null;
    }
}

/// <summary>
/// The days that notice is counted in, from the day of the cancellation up to the day before the start.
/// </summary>
public enum NoticeIn
{
    /// <summary>Every day.</summary>
    CalendarDays,
    /// <summary>Monday to Friday without the public holidays of the place where the platform stands.</summary>
    WorkingDays,
}

/// <summary>
/// The most that one account may have of a service; at least one of the three. A week goes from Monday to Sunday of the
/// platform. Held and confirmed slots count alike, buffers do not.
/// </summary>
/// <param name="TimePerWeek">
/// Time in one week, of the kind that the durations are of; of a slot that lies in two weeks each counts its own. As
/// many times as the slot takes units.
/// </param>
/// <param name="SlotsPerWeek">Slots that start in one week; at least 1.</param>
/// <param name="SlotsAhead">Slots that are not over yet; at least 1.</param>
public sealed record Quota(Length? TimePerWeek = null, int? SlotsPerWeek = null, int? SlotsAhead = null);

/// <summary>Hours in which the time of a service costs less or more.</summary>
/// <param name="Kind">Less or more.</param>
/// <param name="Percent">By how much of the time's price.</param>
/// <param name="Hours">Which hours: rules like opening hours, in the platform's local time; at least one.</param>
public sealed record SpecialHours(SpecialHoursKind Kind, Percentage Percent, ImmutableArray<HoursRule> Hours);

/// <summary>Whether hours cost less or more.</summary>
public enum SpecialHoursKind
{
    /// <summary>Off-peak: they cost less.</summary>
    Discount,
    /// <summary>Peak: they cost more.</summary>
    Surcharge,
}

/// <summary>
/// The use of a resource at the beginning of a booking, at its end, or both. Where the two parts meet, the resource is
/// used throughout. The buffer before belongs to what begins with the booking, the buffer after to what ends with it.
/// </summary>
/// <param name="Resource">One of the resources that the service uses; another is used throughout.</param>
/// <param name="First">Elapsed time from the start; null where it is not used then.</param>
/// <param name="Last">Elapsed time up to the end; null where it is not used then.</param>
/// <param name="IsOperator">Whether it is the operator, whose price goes by this time.</param>
public sealed record PartialUse(
    ResourceId Resource, Length? First = null, Length? Last = null, bool IsOperator = false)
{
    /// <summary>How long it is used in a booking: never longer than that.</summary>
    public Length Within(Length duration)
    {
        var minutes = (First?.Minutes ?? 0) + (Last?.Minutes ?? 0);
        return minutes >= (long)(duration.Hours * 60) ? duration : Length.OfMinutes(minutes);
    }
}
