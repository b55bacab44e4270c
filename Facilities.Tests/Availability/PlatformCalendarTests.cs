using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using NodaTime;
using static Facilities.Tests.Availability.Samples;

namespace Facilities.Tests.Availability;

public sealed class PlatformCalendarTests
{
    private static readonly Instant Now = At("2027-01-20T10:00", Rome);
    private static readonly Instant Monday = At("2027-02-01T08:00", Rome);
    private static readonly PlatformCalendar Imaging = PlatformCalendar.Of(Rome, [Mri, Operators, PetCt, Optical]);

    [Fact]
    public void B13_a_service_with_two_resources_takes_a_unit_of_both()
    {
        var calendar = Imaging.Book(MriHalfDay, Monday, "PT4H", 1, Now);

        Assert.Equal(["mri-7t: 0", "imaging-operator: 0"], Units(calendar, 1));
        Assert.Equal(SlotFault.SlotTaken, Code(calendar, MriHalfDay));
        Assert.Null(Code(calendar, PetCtSession));
    }

    [Fact]
    public void B13_services_that_share_the_operators_run_out_of_them()
    {
        var oneOperator = PlatformCalendar.Of(Rome, [Mri, Operators with { Units = 1 }, PetCt]);

        var calendar = oneOperator.Book(PetCtSession, Monday, "PT4H", 1, Now);

        Assert.Equal(SlotFault.SlotTaken, Code(calendar, MriHalfDay));
        Assert.Null(Code(calendar.Remove(Owner(1)), MriHalfDay));
        // The operator needs an hour after the PET/CT, though the scanner's own buffer is half as long.
        Assert.Equal(SlotFault.SlotTaken,
            Slots.Check(calendar, MriHalfDay, At("2027-02-01T12:30", Rome), Length.OfHours(4), 1, Now).Refusal?.Code);
    }

    [Fact]
    public void B13_several_units_are_given_out_lowest_first_and_each_once()
    {
        var beds = PlatformCalendar.Of(Berlin, [Bed]);
        var start = At("2027-04-01T00:00", Berlin);

        var calendar = beds.Book(WardBedDay, start, "P3D", 1, Now, 5).Book(WardBedDay, start, "P1D", 2, Now, 10);

        Assert.Equal(["ward-bed: 0 1 2 3 4"], Units(calendar, 1));
        Assert.Equal(["ward-bed: 5 6 7 8 9 10 11 12 13 14"], Units(calendar, 2));
        Assert.Equal(
            SlotFault.SlotTaken, Slots.Check(calendar, WardBedDay, start, Length.OfDays(1), 2, Now).Refusal?.Code);
        var again = calendar.Remove(Owner(1)).Book(WardBedDay, start, "P2D", 3, Now, 5);
        Assert.Equal(["ward-bed: 0 1 2 3 4"], Units(again, 3));
    }

    [Fact]
    public void An_item_that_moves_may_take_its_own_place()
    {
        var calendar = Imaging.Book(MriHalfDay, Monday, "PT8H", 1, Now);
        var later = At("2027-02-01T12:30", Rome);

        Assert.Equal(
            SlotFault.SlotTaken, Slots.Check(calendar, MriHalfDay, later, Length.OfHours(4), 1, Now).Refusal?.Code);
        Assert.NotNull(Slots.Check(calendar, MriHalfDay, later, Length.OfHours(4), 1, Now, Owner(1)).Free);
        Assert.NotNull(Slots.Check(calendar, MriHalfDay, later, Length.OfHours(4), 1, Now, Owner(2)).Refusal);
    }

    [Fact]
    public void The_calendar_is_made_again_from_resources_and_placements()
    {
        var calendar = Imaging.Book(MriHalfDay, Monday, "PT4H", 1, Now).Book(OpticalHour, Monday, "PT1H", 2, Now)
            .Book(OpticalHour, Monday, "PT6H", 3, Now).Remove(Owner(2));

        var again = PlatformCalendar.Of(Rome, calendar.Resources.Values, calendar.Placements.Values);

        foreach (var (resource, kept) in calendar.Calendars)
            Assert.Equal(
                kept.Units.Select(unit => unit.Entries.ToArray()),
                again.Calendars[resource].Units.Select(unit => unit.Entries.ToArray()));
    }

    [Fact]
    public void No_owner_is_placed_twice_and_no_unit_given_twice()
    {
        var calendar = Imaging.Book(MriHalfDay, Monday, "PT4H", 1, Now);
        var placed = calendar.Placements[Owner(1)];

        Assert.Throws<InvalidOperationException>(() => calendar.Place(placed));
        Assert.Throws<InvalidOperationException>(() => calendar.Place(placed with { Owner = Owner(2) }));
    }

    [Fact]
    public void A_booked_unit_that_is_taken_away_keeps_its_booking_and_gets_no_other()
    {
        var calendar = Imaging.Book(OpticalHour, Monday, "PT1H", 1, Now).Book(OpticalHour, Monday, "PT1H", 2, Now)
            .Remove(Owner(1)).With(Optical with { Units = 1 });

        var again = calendar.Book(OpticalHour, Monday, "PT1H", 3, Now);

        Assert.Equal(["optical: 1"], Units(again, 2));
        Assert.Equal(["optical: 0"], Units(again, 3));
        Assert.Equal(
            SlotFault.SlotTaken, Slots.Check(again, OpticalHour, Monday, Length.OfHours(1), 1, Now).Refusal?.Code);
    }

    [Fact]
    public void What_is_over_leaves_the_calendar()
    {
        var calendar = Imaging.Book(OpticalHour, Monday, "PT1H", 1, Now)
            .Book(OpticalHour, At("2027-02-02T08:00", Rome), "PT1H", 2, Now);

        // The hour and its quarter of buffer are over at 09:15.
        Assert.Equal(2, calendar.PruneBefore(At("2027-02-01T09:14", Rome)).Placements.Count);
        var left = calendar.PruneBefore(At("2027-02-01T09:15", Rome));
        Assert.Equal([Owner(2)], left.Placements.Keys);
        Assert.Single(left.Calendars[Optical.Id].Units.SelectMany(unit => unit.Entries));
    }

    private static SlotFault? Code(PlatformCalendar calendar, Service service) =>
        Slots.Check(calendar, service, Monday, Length.OfHours(4), 1, Now).Refusal?.Code;

    private static string[] Units(PlatformCalendar calendar, int owner) =>
        [.. calendar.Placements[Owner(owner)].Units.Select(used => $"{used.Resource}: {string.Join(' ', used.Units)}")];
}
