using System.Collections.Immutable;
using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using NodaTime;
using static Facilities.Tests.Availability.Samples;

namespace Facilities.Tests.Availability;

/// <summary>An instrument that runs overnight, with an operator at the beginning and the end.</summary>
public sealed class PartialUseTests
{
    private static readonly Resource Sequencer = Resource("sequencer", 1, [Hours(AllDays, "00:00", "24:00")]);
    private static readonly Resource Operator = Resource("operator", 1, [Hours(Weekdays, "08:00", "20:00")]);
    private static readonly Instant Now = At("2027-01-04T08:00", Berlin);

    private static readonly Service Night = Service("night-run", [Sequencer, Operator], "PT1H",
        ("PT4H", "PT24H", "PT1H"), "PT1H", ("PT15M", "PT30M"), "PT0M", "P90D") with
    {
        Rules = new(PartialUses: [new(Operator.Id, Length.OfHours(1), Length.OfMinutes(30), true)]),
    };

    private static readonly PlatformCalendar Calendar = PlatformCalendar.Of(Berlin, [Sequencer, Operator]);

    [Fact]
    public void The_operator_is_needed_in_the_hours_of_the_operator_and_the_instrument_runs_on()
    {
        var starts = Slots.List(
            Calendar, Night, Length.OfHours(14), 1, Date("2027-02-01"), Date("2027-02-02"), Now).Starts(Berlin);
        // From 18:30 on the end is 08:30 or later; after 19:00 the first hour would not end by 20:00.
        Assert.Equal(["2027-02-01T19:00+01"], starts);
        // On Friday the end would lie on a Saturday.
        Assert.Empty(Slots.List(
            Calendar, Night, Length.OfHours(14), 1, Date("2027-02-05"), Date("2027-02-06"), Now));
        Assert.Equal(SlotFault.OutsideHours, Slots.Check(
            Calendar, Night, At("2027-02-05T19:00", Berlin), Length.OfHours(14), 1, Now).Refusal!.Code);
    }

    [Fact]
    public void Meanwhile_the_operator_serves_others_and_a_buffer_belongs_to_its_edge_of_the_booking()
    {
        var other = Service("help", [Operator], "PT1H", ("PT1H", "PT10H", "PT1H"), "PT15M", ("PT0M", "PT0M"), "PT0M",
            "P90D");
        var calendar = Calendar.Book(Night, At("2027-02-01T08:00", Berlin), "PT8H", 1, Now);
        var starts = Slots.List(
            calendar, other, Length.OfHours(1), 1, Date("2027-02-01"), Date("2027-02-02"), Now).Starts(Berlin);
        // 09:00 to 15:30 without any buffer, and from 16:30 on, half an hour after the end.
        Assert.Equal("2027-02-01T09:00+01", starts[0]);
        Assert.Contains("2027-02-01T14:30+01", starts);
        Assert.DoesNotContain("2027-02-01T14:45+01", starts);
        Assert.DoesNotContain("2027-02-01T16:15+01", starts);
        Assert.Contains("2027-02-01T16:30+01", starts);
        Assert.Equal(SlotFault.SlotTaken, Slots.Check(
            calendar, other, At("2027-02-01T15:00", Berlin), Length.OfHours(1), 1, Now).Refusal!.Code);
        Assert.Equal(3, calendar.Placements.Values.Single().Units.Length);
        Assert.Equal(calendar.Calendars[Operator.Id].Units[0].Entries, PlatformCalendar.Of(
            Berlin, [Sequencer, Operator], calendar.Placements.Values).Calendars[Operator.Id].Units[0].Entries);
        Assert.Empty(calendar.Remove(Owner(1)).Calendars[Operator.Id].Units[0].Entries);
    }

    [Fact]
    public void Parts_that_meet_are_one_use_and_a_part_may_be_at_one_end_alone()
    {
        var busy = Busy.Around(
            new(At("2027-02-01T08:00", Berlin), At("2027-02-01T12:00", Berlin)), Night.Buffer, Berlin);
        Assert.Equal([busy], Of(2, 2));
        Assert.Equal([busy], Of(5, null));
        Assert.Equal([busy], ResourceUse.Of(null, busy));
        Assert.Equal([("08:00", "09:00")], Times(Of(1, null)));
        Assert.Equal([("11:00", "12:00")], Times(Of(null, 1)));
        Assert.Equal([("08:00", "09:00"), ("11:00", "12:00")], Times(Of(1, 1)));
        Assert.Equal((busy.BlockedFrom, busy.BlockedUntil), (Of(1, 1)[0].BlockedFrom, Of(1, 1)[1].BlockedUntil));

        ImmutableArray<Busy> Of(int? first, int? last) => ResourceUse.Of(new(Operator.Id, Hours(first), Hours(last)),
            busy);

        static Length? Hours(int? hours) => hours is { } many ? Length.OfHours(many) : null;

        static IEnumerable<(string, string)> Times(ImmutableArray<Busy> uses) =>
            uses.Select(use => (Text(use.Start), Text(use.End)));

        static string Text(Instant instant) => instant.InZone(Berlin).ToString("HH:mm", null);
    }

    [Fact]
    public void A_closure_of_the_operator_meets_the_parts_alone()
    {
        var noon = Operator with { Closures = [Closure("2027-02-01T10:00", "2027-02-01T15:00", "training")] };
        var calendar = Calendar.With(noon);
        Assert.NotNull(Check("2027-02-01T08:00").Free);
        Assert.Contains("training", Check("2027-02-01T10:00").Refusal!.Reason, StringComparison.Ordinal);
        Assert.Contains("training", Check("2027-02-01T08:00", "PT6H").Refusal!.Reason, StringComparison.Ordinal);
        Assert.NotNull(Check("2027-02-01T08:00", "PT10H").Free);

        SlotAnswer Check(string start, string duration = "PT8H") =>
            Slots.Check(calendar, Night, At(start, Berlin), Length.Parse(duration), 1, Now);
    }

    [Fact]
    public void A_slot_that_is_ended_early_gives_the_operator_back_and_grows_nowhere()
    {
        var busy = Busy.Around(
            new(At("2027-02-01T08:00", Berlin), At("2027-02-01T16:00", Berlin)), Night.Buffer, Berlin);
        var units = Slots.Check(Calendar, Night, busy.Start, Length.OfHours(8), 1, Now).Free!.Units;
        Assert.Equal(2, Trimmed("2027-02-01T15:00").Length);
        Assert.Equal(3, Trimmed("2027-02-01T15:45").Length);
        Assert.Equal(At("2027-02-01T15:45", Berlin), Trimmed("2027-02-01T15:45")[2].Part!.Value.End);
        var early = Trimmed("2027-02-01T08:45")[1].Part!.Value;
        Assert.Equal((At("2027-02-01T08:45", Berlin), At("2027-02-01T09:00", Berlin)),
            (early.End, early.BlockedUntil));

        ImmutableArray<UnitsUsed> Trimmed(string end) => ResourceUse.Trimmed(units, busy with
        {
            End = At(end, Berlin),
            BlockedUntil = At(end, Berlin) + Duration.FromMinutes(30),
        });
    }

    [Fact]
    public void Units_that_are_free_by_turns_are_said_to_be_so()
    {
        var bench = Resource("bench", 2, [Hours(AllDays, "00:00", "24:00")]);
        var service = Service("bench-hour", [bench], "PT1H", ("PT1H", "PT4H", "PT1H"), "PT1H", ("PT0M", "PT0M"),
            "PT0M", "P90D");
        var calendar = PlatformCalendar.Of(Berlin, [bench])
            .Book(service, At("2027-02-01T08:00", Berlin), "PT1H", 1, Now)
            .Book(service, At("2027-02-01T08:00", Berlin), "PT4H", 2, Now)
            .Book(service, At("2027-02-01T12:00", Berlin), "PT1H", 3, Now)
            .Remove(Owner(1));
        Assert.Contains("free at each moment", Reason("2027-02-01T10:00"), StringComparison.Ordinal);
        var full = calendar.Book(service, At("2027-02-01T12:00", Berlin), "PT1H", 4, Now);
        Assert.DoesNotContain("free at each moment", Slots.Check(
            full, service, At("2027-02-01T10:00", Berlin), Length.OfHours(4), 1, Now).Refusal!.Reason,
            StringComparison.Ordinal);

        string Reason(string start) => Slots.Check(
            calendar, service, At(start, Berlin), Length.OfHours(4), 1, Now).Refusal!.Reason;
    }
}
