using System.Collections.Immutable;
using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Tests.Availability;

/// <summary>Resources and services with the hours and rules of the demonstration catalogue.</summary>
internal static class Samples
{
    internal const string Weekdays = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR";
    internal const string AllDays = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU";

    internal static readonly DateTimeZone Rome = DateTimeZoneProviders.Tzdb["Europe/Rome"];
    internal static readonly DateTimeZone Paris = DateTimeZoneProviders.Tzdb["Europe/Paris"];
    internal static readonly DateTimeZone Berlin = DateTimeZoneProviders.Tzdb["Europe/Berlin"];

    internal static readonly Resource Mri = Resource("mri-7t", 1, [Hours(Weekdays, "08:00", "20:00")]) with
    {
        Closures = [Closure("2027-02-15T08:00", "2027-02-17T20:00", "helium service")],
    };

    internal static readonly Resource Operators = Resource("imaging-operator", 2, [Hours(Weekdays, "08:00", "20:00")]);
    internal static readonly Resource PetCt =
        Resource("pet-ct", 1, [Hours("FREQ=WEEKLY;BYDAY=MO,WE,FR", "08:00", "16:00")]);
    internal static readonly Resource Optical = Resource("optical", 2, [Hours(Weekdays, "08:00", "20:00")]);
    internal static readonly Resource Bench = Resource("test-bench", 3, [Hours(Weekdays, "08:00", "18:00")]);
    internal static readonly Resource Bed = Resource("ward-bed", 16, [Hours(AllDays, "00:00", "24:00")]);
    internal static readonly Resource StudyRoom = Resource("study-room", 4, [Hours(AllDays, "00:00", "24:00")]);
    internal static readonly Resource Bioreactor =
        Resource("bioreactor-50l", 1, [Hours(AllDays, "00:00", "24:00")]) with
        {
            Closures = [Closure("2026-12-21T00:00", "2027-01-04T00:00", "annual maintenance")],
        };

    internal static readonly Service MriHalfDay = Service("mri-half-day", [Mri, Operators], "PT4H",
        ("PT4H", "PT12H", "PT4H"), "PT4H30M", ("PT30M", "PT30M"), "P3D", "P180D");

    internal static readonly Service PetCtSession = Service("pet-ct-session", [PetCt, Operators], "PT1H",
        ("PT2H", "PT8H", "PT1H"), "PT1H", ("PT1H", "PT1H"), "P10D", "P180D");

    internal static readonly Service OpticalHour = Service("optical-hour", [Optical], "PT1H",
        ("PT30M", "PT6H", "PT30M"), "PT30M", ("PT0M", "PT15M"), "PT12H", "P180D");

    internal static readonly Service BenchDay = Service("bench-day", [Bench], "PT10H",
        ("PT10H", "PT10H", "PT10H"), "PT10H", ("PT0M", "PT0M"), "P4D", "P180D");

    internal static readonly Service WardBedDay = Service("ward-bed-day", [Bed], "P1D",
        ("P1D", "P14D", "P1D"), "P1D", ("PT0M", "PT0M"), "P45D", "P540D") with
    {
        Quantity = new(16, Occupies.PerQuantity),
    };

    internal static readonly Service PkStudy = Service("pk-study", [StudyRoom], null,
        ("P7D", "P7D", "P7D"), "P7D", ("P1D", "P1D"), "P21D", "P365D");

    internal static readonly Service BioreactorCampaign = Service("bioreactor-campaign", [Bioreactor], "P1D",
        ("P5D", "P21D", "P1D"), "P1D", ("PT12H", "PT24H"), "P30D", "P365D");

    internal static Resource Resource(string id, int units, ImmutableArray<HoursRule> hours) =>
        new(new(id), id, units, hours, []);

    internal static HoursRule Hours(string rrule, string from, string to, LocalDate? validFrom = null) =>
        new(rrule, TimeOfDay.Parse(from), TimeOfDay.Parse(to), validFrom ?? HoursRule.DefaultValidFrom);

    internal static Closure Closure(string from, string to, string reason) =>
        new(new("closure-" + from), Local(from), Local(to), reason);

    internal static Service Service(
        string id, Resource[] uses, string? pricePer, (string Min, string Max, string Step) duration, string startStep,
        (string Before, string After) buffer, string leadTime, string horizon)
    {
        var nothing = Money.Zero(Currency.Eur);
        return new(new(id), id, null, "imaging", "unit", pricePer is null ? null : Length.Parse(pricePer),
            new(nothing, nothing, nothing, nothing), nothing, null, [.. uses.Select(resource => resource.Id)],
            new(Length.Parse(duration.Min), Length.Parse(duration.Max), Length.Parse(duration.Step)),
            Length.Parse(startStep), new(Length.Parse(buffer.Before), Length.Parse(buffer.After)),
            Length.Parse(leadTime), Length.Parse(horizon), ApprovalRule.Automatic, null, [], [], null,
            new(1, Occupies.Once));
    }

    internal static LocalDateTime Local(string text) =>
        NodaTime.Text.LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm").Parse(text).Value;

    internal static LocalDate Date(string text) => NodaTime.Text.LocalDatePattern.Iso.Parse(text).Value;

    /// <summary>An instant from platform time that is neither skipped nor doubled.</summary>
    internal static Instant At(string local, DateTimeZone zone) => Local(local).InZoneStrictly(zone).ToInstant();

    internal static SlotOwner Owner(int number) => new(new($"booking-{number}"), new("item-1"));

    internal static string[] Starts(this IEnumerable<Slot> slots, DateTimeZone zone) =>
        [.. slots.Select(slot => slot.Start.InZone(zone).ToString("uuuu-MM-dd'T'HH:mmo<+HH>", null))];

    /// <summary>Books a slot as the platform would, or fails the test.</summary>
    internal static PlatformCalendar Book(
        this PlatformCalendar calendar, Service service, Instant start, string duration, int owner, Instant now,
        int quantity = 1)
    {
        var answer = Slots.Check(calendar, service, start, Length.Parse(duration), quantity, now);
        Assert.Null(answer.Refusal);
        return calendar.Place(Owner(owner), answer.Free!.Units, answer.Free.Busy);
    }
}
