using System.Text.Json.Serialization;
using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Pricing;

/// <summary>What the price of an item depends on beside its unit prices, as it stood when quoted.</summary>
/// <param name="SpecialHours">Hours that cost less or more; null where none.</param>
/// <param name="Operator">When the operator is there; null where throughout, or where there is none.</param>
/// <param name="TimeZone">The platform's zone, in which the hours are meant.</param>
public sealed record QuotedTerms(SpecialHours? SpecialHours, PartialUse? Operator, string TimeZone)
{
    /// <summary>The terms of a service; null where its price depends on nothing more.</summary>
    public static QuotedTerms? Of(Service service, string timeZone, string? holidays = null)
    {
        var (hours, part) = (service.Rules?.SpecialHours, OperatorOf(service));
        var region = service.Rules?.NoticeIn == NoticeIn.WorkingDays ? holidays ?? "" : null;
        return (hours ?? part ?? (object?)region) is null
            ? null
            : new QuotedTerms(hours, part, timeZone) { WorkingDaysOf = region };
    }

    /// <summary>
    /// The region whose working days the notice of a cancellation is counted in, empty where its holidays are not
    /// known; null where calendar days count.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? WorkingDaysOf { get; init; }

    /// <summary>How long the operator works in a booking.</summary>
    public Length OperatorTime(Length duration) => Operator?.Within(duration) ?? duration;

    /// <summary>The platform's zone.</summary>
    [JsonIgnore]
    public DateTimeZone Zone => DateTimeZoneProviders.Tzdb[TimeZone];

    private static PartialUse? OperatorOf(Service service)
    {
        if (service.OperatorPerHour is not null)
            foreach (var part in service.Rules?.PartialUses ?? []) if (part.IsOperator) return part;
        return null;
    }
}

/// <summary>
/// What off-peak hours take off the price of the time, and what peak hours add: the time is split to the minute by the
/// platform's clock, also on the days the clocks change, and each minute of a booking costs the same before that.
/// </summary>
public static class SpecialPrices
{
    /// <summary>How many minutes of a time lie in the hours.</summary>
    public static long Minutes(SpecialHours special, DateTimeZone zone, TimeRange time)
    {
        var hours = new Resource(new("special"), "special hours", 1, special.Hours, []);
        return Openings.Of(hours, zone, PlatformClock.DateAt(time.Start, zone),
                PlatformClock.DateAt(time.End, zone).PlusDays(1))
            .Sum(range => range.Intersect(time) is { } inside ? (long)(inside.End - inside.Start).TotalMinutes : 0);
    }

    /// <summary>The line of an item; null where none of its time lies in the hours.</summary>
    /// <param name="terms">The terms of the item.</param>
    /// <param name="time">When it takes place.</param>
    /// <param name="unit">Net price of one unit.</param>
    /// <param name="booked">Units as a fraction, above.</param>
    /// <param name="per">Units as a fraction, below.</param>
    internal static PriceLine? Line(QuotedTerms? terms, TimeRange time, Money unit, long booked, long per)
    {
        if (terms?.SpecialHours is not { } special) return null;
        var (inside, all) = (Minutes(special, terms.Zone, time), (long)(time.End - time.Start).TotalMinutes);
        if (inside == 0) return null;
        var sign = special.Kind == SpecialHoursKind.Discount ? -1 : 1;
        // Multiplied before divided, so that a half cent is exact; it rounds up in size, whichever the sign.
        var size = Money.Rounded(
            unit.Amount * booked * inside * special.Percent.Value / ((decimal)per * all * 100), unit.Currency);
        if (size.IsZero) return null;
        return new PriceLine(
            special.Kind == SpecialHoursKind.Discount ? PriceLineKind.Discount : PriceLineKind.Surcharge,
            $"{Words.Length(Length.OfMinutes(inside))} of {Words.Length(Length.OfMinutes(all))} in "
                + $"{(sign < 0 ? "off-peak" : "peak")} hours ({Hours(special)}): {special.Percent} "
                + $"{(sign < 0 ? "less" : "more")} for these",
            sign * booked * inside * special.Percent.Value / ((decimal)per * all * 100), unit,
            sign < 0 ? -size : size);
    }

    /// <summary>How much more, or less, the hours make of an item at another time of the same length.</summary>
    public static Money Change(QuotedItem item, TimeRange time)
    {
        var unit = item.Lines.First(line => line.Kind == PriceLineKind.Time).UnitPrice;
        var (booked, per) = item.PricePer is not { } one ? (1L, 1L)
            : one.IsCalendarDays ? ((long)item.Duration.Days, (long)one.Days) : (item.Duration.Minutes, one.Minutes);
        var then = Line(item.Terms, time, unit, booked * item.Quantity, per)?.Amount ?? Money.Zero(unit.Currency);
        return then - Money.Sum(
            item.Lines.Where(line => line.Kind is PriceLineKind.Discount or PriceLineKind.Surcharge)
                .Select(line => line.Amount),
            unit.Currency);
    }

    /// <summary>The hours in words.</summary>
    public static string Hours(SpecialHours special) =>
        Words.List([.. special.Hours.Select(ShortHours.Of)]);
}
