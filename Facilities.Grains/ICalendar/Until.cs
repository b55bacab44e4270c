using NodaTime;
using NodaTime.Text;

namespace Facilities.Grains.ICalendar;

/// <summary>
/// UNTIL, the last moment at which an occurrence may start: a date of the rule's zone with all of its day, a local time
/// there, or an instant. One of the three is set.
/// </summary>
/// <param name="Date">Such as <c>20271231</c>.</param>
/// <param name="Local">Such as <c>20271231T220000</c>.</param>
/// <param name="Instant">Such as <c>20271231T220000Z</c>.</param>
public sealed record Until(LocalDate? Date, LocalDateTime? Local, Instant? Instant)
{
    // Written by calendars that mean for ever; such an instant has no local time in some zones.
    private const int ForEver = 9999;

    private static readonly LocalDatePattern DateShape = LocalDatePattern.CreateWithInvariantCulture("uuuuMMdd");

    private static readonly LocalDateTimePattern LocalShape =
        LocalDateTimePattern.CreateWithInvariantCulture("uuuuMMdd'T'HHmmss");

    /// <summary>Reads one of the three forms; null where it is none.</summary>
    internal static Until? Parse(string text)
    {
        if (DateShape.Parse(text) is { Success: true, Value: var date }) return new(date, null, null);
        var utc = text.EndsWith('Z');
        if (LocalShape.Parse(utc ? text[..^1] : text) is not { Success: true, Value: var local }) return null;
        return utc ? new(null, null, local.InUtc().ToInstant()) : new(null, local, null);
    }

    /// <summary>The date as written, for comparing it with the start of the rule.</summary>
    internal LocalDate WrittenDate => Date ?? Local?.Date ?? Instant!.Value.InUtc().Date;

    /// <summary>Whether an occurrence may start at a local time of a zone.</summary>
    internal bool Includes(LocalDateTime start, DateTimeZone zone) => Date is { } date ? start.Date <= date
        : Local is { } local ? start <= local
        : zone.AtLeniently(start).ToInstant() <= Instant!.Value;

    /// <summary>A local time from which on nothing is included; null where that lies too far ahead.</summary>
    internal LocalDateTime? End(DateTimeZone zone)
    {
        if (WrittenDate.Year >= ForEver) return null;
        // A day more than needed, because the clocks may go back in between; Includes has the last word.
        var last = Local ?? (Instant is { } instant ? instant.InZone(zone).LocalDateTime : Date!.Value.AtMidnight());
        return last.Date.PlusDays(2).AtMidnight();
    }

    /// <inheritdoc/>
    public override string ToString() => Date is { } date ? DateShape.Format(date)
        : Local is { } local ? LocalShape.Format(local)
        : LocalShape.Format(Instant!.Value.InUtc().LocalDateTime) + "Z";
}
