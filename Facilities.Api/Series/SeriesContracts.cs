using System.Collections.Immutable;
using Facilities.Api.Bookings;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Series;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Api.Series;

/// <summary>The body of <c>POST /quotes/preview</c>.</summary>
public sealed record PreviewBody(AccountId AccountId, ImmutableArray<AskedItem> Items);

/// <summary>Every date of an order as the calendar stands.</summary>
/// <param name="Free">How many can be had.</param>
/// <param name="Colliding">How many cannot.</param>
/// <param name="Dates">Each, in the order that was asked for.</param>
public sealed record DatesAnswer(int Free, int Colliding, ImmutableArray<DateAnswer> Dates)
{
    public static DatesAnswer Of(OrderDates order) => new(
        order.Dates.Count(d => d.Refusal is null), order.Dates.Count(d => d.Refusal is not null),
        [.. order.Dates.Select(DateAnswer.Of)]);
}

/// <summary>One date.</summary>
/// <param name="ItemId">Its id in a quote.</param>
/// <param name="PlatformId">Where.</param>
/// <param name="ServiceId">What.</param>
/// <param name="Date">The platform's local date, as <c>except</c> takes it.</param>
/// <param name="Start">Null where the clocks skip the time, or show it twice.</param>
/// <param name="End">Likewise.</param>
/// <param name="Free">Whether it can be had.</param>
/// <param name="Refusal">Why not: the machine name.</param>
/// <param name="Reason">Why not, in words.</param>
/// <param name="Alternatives">Free slots near to it.</param>
public sealed record DateAnswer(
    ItemId ItemId, PlatformId PlatformId, ServiceId ServiceId, LocalDate Date, OffsetDateTime? Start,
    OffsetDateTime? End, bool Free, string? Refusal, string? Reason, ImmutableArray<Alternative> Alternatives)
{
    public static DateAnswer Of(OrderedDate date)
    {
        var (item, zone) = (date.Item, DateTimeZoneProviders.Tzdb[date.Item.Platform.TimeZone]);
        var known = date.Refusal?.Name != "localTimeInvalid";
        return new(
            item.Id, item.Platform.Id, item.Service.Id, date.Local.Date, known ? At(item.Start) : null,
            known ? At(item.Duration.After(item.Start, zone)) : null, date.Refusal is null, date.Refusal?.Name,
            date.Refusal?.Reason, date.Alternatives);

        OffsetDateTime At(Instant instant) => instant.InZone(zone).ToOffsetDateTime();
    }
}

/// <summary>Items that are dates of one series.</summary>
/// <param name="SeriesId">The part of their ids before the point.</param>
/// <param name="Text">Such as "10 × Tuesdays 09:00–13:00, 2 February to 6 April 2027".</param>
/// <param name="Items">The items in the order of their starts.</param>
public sealed record SeriesAnswer(ItemId SeriesId, string Text, ImmutableArray<ItemId> Items)
{
    public static SeriesAnswer Of(SeriesView series) =>
        new(series.Series, series.Text, [.. series.Dates.Select(d => d.Item)]);
}
