using System.Collections.Immutable;
using Facilities.Api.Platforms;
using Facilities.Grains.Availability;
using Facilities.Grains.Closures;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using NodaTime;

namespace Facilities.Api.Closures;

/// <summary>A closure in local times; it repeats by <c>rrule</c>. No resources: the whole platform.</summary>
public sealed record PlannedClosureBody(
    LocalDateTime From, LocalDateTime To, string Reason, string? Rrule = null, LocalDate? ValidUntil = null,
    ImmutableArray<ResourceId> Resources = default, ImmutableArray<BookingId> Acknowledged = default)
{
    public PlannedClosure AsClosure(ClosureId id) => new(id, Resources, From, To, Reason, Rrule, ValidUntil);
}

/// <summary>The public holidays on which a platform is closed; no <c>region</c> switches them off.</summary>
public sealed record HolidaysBody(
    string? Region = null, ImmutableArray<ResourceId> Resources = default, ImmutableArray<LocalDate> OpenOn = default,
    ImmutableArray<BookingId> Acknowledged = default)
{
    public HolidayChoice? AsChoice() =>
        Region is null ? null : new HolidayChoice(Region, Resources, [.. OpenOn.Distinct().Order()]);
}

public sealed record PlannedClosureAnswer(
    ClosureId ClosureId, ImmutableArray<ResourceId> Resources, LocalDateTime From, LocalDateTime To, string Reason,
    string? Rrule, LocalDate? ValidUntil)
{
    public static PlannedClosureAnswer Of(PlannedClosure closure) => new(
        closure.Id, closure.Resources, closure.From, closure.To, closure.Reason, closure.Rrule, closure.ValidUntil);
}

/// <summary>A slot that lies where the platform is, or would be, closed; with free slots near to it.</summary>
public sealed record CollisionAnswer(
    BookingId BookingId, AccountId AccountId, string AccountName, string Status, ItemId ItemId, ServiceId ServiceId,
    string ServiceName, OffsetDateTime Start, OffsetDateTime End, string Reason,
    ImmutableArray<AlternativeSlot> Alternatives);

public sealed record AlternativeSlot(OffsetDateTime Start, OffsetDateTime End, int Free);

public sealed record ClosedTimeAnswer(OffsetDateTime Start, OffsetDateTime End, string Reason);

/// <summary>What a closure would meet: its first times, and the bookings inside.</summary>
public sealed record ClosurePreviewAnswer(
    ImmutableArray<ClosedTimeAnswer> Times, ImmutableArray<CollisionAnswer> Collisions);

/// <summary>A change succeeded. The bookings inside stay, and are to be moved.</summary>
public sealed record ClosureChanged(ClosureId ClosureId, ImmutableArray<BookingId> Collisions);

/// <summary>Which holidays a platform keeps, and which it could.</summary>
/// <param name="Region">The chosen region; null where holidays are not switched on.</param>
/// <param name="Offered">The region that the platform lies in; null where its holidays are not known here.</param>
/// <param name="Source">The law that names the holidays of the region that is chosen, else offered.</param>
/// <param name="Days">The holidays of the next two years.</param>
public sealed record HolidaysAnswer(
    string? Region, string? Offered, string? Source, ImmutableArray<ResourceId> Resources,
    ImmutableArray<LocalDate> OpenOn, ImmutableArray<HolidayDay> Days)
{
    public static HolidaysAnswer Of(PlatformProfile platform, HolidayChoice? choice, LocalDate today)
    {
        var offered = PublicHolidays.Of(platform.Country, platform.Nuts);
        var shown = choice is null ? offered : PublicHolidays.Find(choice.Region);
        return new(choice?.Region, offered?.Code, shown?.Source, choice?.Resources ?? [], choice?.OpenOn ?? [],
        [
            .. from day in PublicHolidays.Between(shown?.Code ?? "", today, today.PlusYears(2))
               select new HolidayDay(
                   day.Date, day.Name, day.LocalName, choice is not null && !choice.OpenOn.Contains(day.Date)),
        ]);
    }
}

public sealed record HolidayDay(LocalDate Date, string Name, string LocalName, bool Closed);
