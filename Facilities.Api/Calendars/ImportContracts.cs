using System.Collections.Immutable;
using System.Text.Json;
using Facilities.Api.Closures;
using Facilities.Api.Platforms;
using Facilities.Grains.ICalendar;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Silo.Calendars;
using NodaTime;

namespace Facilities.Api.Calendars;

/// <summary>A calendar that makes resources busy.</summary>
/// <param name="Name">As the managers call it.</param>
/// <param name="ResourceId">The resource, where it is one.</param>
/// <param name="Resources">The resources, where they are several.</param>
/// <param name="Units">Which units of the one resource, counted from 1; none for all.</param>
/// <param name="Url">The feed to follow; none where a file is given.</param>
public sealed record CalendarBody(
    string Name, ResourceId? ResourceId = null, ImmutableArray<ResourceId> Resources = default,
    ImmutableArray<int> Units = default, string? Url = null)
{
    public ImmutableArray<ResourceId> All =>
        [.. ResourceId is { } one ? [one] : Array.Empty<ResourceId>(), .. Resources.IsDefault ? [] : Resources];
}

/// <param name="Host">Whose server the feed stands on; the rest of the address is a secret and not shown.</param>
/// <param name="State">How the last reading went.</param>
/// <param name="Fault">Why the last reading failed. What was busy by the last good one stays busy.</param>
/// <param name="BusyTimes">How many times it makes busy, joined where they touch.</param>
/// <param name="Problems">Events that are left out, so that they make nothing busy, and warnings.</param>
/// <param name="Collisions">Bookings in its times: they stay, and are to be moved.</param>
public sealed record CalendarAnswer(
    CalendarId CalendarId, string Name, ImmutableArray<ResourceId> Resources, ImmutableArray<int> Units, string? Host,
    CalendarState State, string? Fault, OffsetDateTime TriedAt, OffsetDateTime ReadAt, OffsetDateTime DueAt, int Events,
    int BusyTimes, ImmutableArray<CalendarProblem> Problems, ImmutableArray<BookingId> Collisions)
{
    public static CalendarAnswer Of(
        ImportedCalendar calendar, CalendarRow row, ImmutableArray<Collision> collisions, DateTimeZone zone) => new(
            calendar.Id, calendar.Name, calendar.Resources, [.. calendar.Units.Select(unit => unit + 1)],
            row.Url is { } url ? new Uri(url).Host : null,
            row.Fault is null ? CalendarState.Good : CalendarState.Stale, row.Fault,
            row.TriedAt.InZone(zone).ToOffsetDateTime(), row.ReadAt.InZone(zone).ToOffsetDateTime(),
            row.DueAt.InZone(zone).ToOffsetDateTime(), row.Events, calendar.Times.Length,
            JsonSerializer.Deserialize<ImmutableArray<CalendarProblem>>(row.Problems, Json.Options),
            [.. collisions.Where(c => c.Reason == calendar.BusyWords).Select(c => c.Booking).Distinct()]);
}

/// <summary>What a calendar would make busy, and which bookings lie there.</summary>
/// <param name="Times">The first busy times.</param>
/// <param name="BusyTimes">How many there are in the two years ahead.</param>
public sealed record CalendarPreviewAnswer(
    int Events, int BusyTimes, ImmutableArray<BusyTimeAnswer> Times, ImmutableArray<CalendarProblem> Problems,
    ImmutableArray<CollisionAnswer> Collisions);

public sealed record BusyTimeAnswer(OffsetDateTime Start, OffsetDateTime End);

/// <summary>How the last reading of a calendar went.</summary>
public enum CalendarState
{
    /// <summary>It was read.</summary>
    Good,
    /// <summary>It could not be had; what was busy by the last good reading stays busy.</summary>
    Stale,
}
