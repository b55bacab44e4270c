using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;
using Catalogue = Facilities.Tests.Availability.Samples;

namespace Facilities.Tests.Models;

/// <summary>The platform's calendar against a list of bookings on a grid of minutes.</summary>
public sealed class CalendarModelTests
{
    [Fact]
    public void The_calendar_answers_like_a_list_that_is_looked_through_minute_by_minute() =>
        ModelRuns.Play(runs: 30, steps: 90, (draws, tally) => new Play(tally).All(draws),
            least: 3, "HoldSlots: done", "HoldSlots: nothing", "HoldSlots: SlotTaken", "HoldSlots: BookingEnded",
            "HoldSlots: StartOffGrid", "HoldSlots: OutsideHours", "HoldSlots: InsideLeadTime",
            "HoldSlots: BeyondHorizon", "HoldSlots: DurationNotAllowed", "HoldSlots: QuantityNotAllowed",
            "HoldSlots: NotOffered", "MoveSlots: done", "MoveSlots: nothing", "MoveSlots: SlotTaken",
            "MoveSlots: BookingEnded", "SplitSlot: done", "SplitSlot: nothing", "SplitSlot: BookingEnded",
            "SplitSlot: NotValid", "SplitSlot: StartOffGrid",
            "FirmSlots: done", "FirmSlots: nothing", "ReleaseSlots: done",
            "ReleaseSlots: nothing", "AddClosure: done", "AddClosure: NotValid", "AddClosure: Stale",
            "AddClosure: ResourceUnknown", "RemoveClosure: done", "RemoveClosure: ClosureUnknown", "listed: some");

    private sealed class Play
    {
        private static readonly LocalDate Monday = new(2027, 1, 11);
        private static readonly Instant Origin = Monday.AtMidnight().InZoneStrictly(Catalogue.Rome).ToInstant();

        private static readonly Resource[] Resources =
        [
            Catalogue.Resource("scanner", 1, [Catalogue.Hours(Catalogue.AllDays, "08:00", "20:00")]),
            Catalogue.Resource("bench", 3, [Catalogue.Hours(Catalogue.AllDays, "06:00", "13:00"),
                Catalogue.Hours(Catalogue.AllDays, "13:00", "22:00")]),
        ];

        private static readonly Service[] Services =
        [
            Catalogue.Service("scan", Resources, "PT1H", ("PT1H", "PT3H", "PT1H"), "PT45M", ("PT20M", "PT30M"), "PT2H",
                "PT60H"),
            Catalogue.Service("work", Resources[1..], "PT1H", ("PT30M", "PT2H", "PT30M"), "PT30M", ("PT0M", "PT10M"),
                "PT0M", "PT72H") with { Quantity = new(2, Occupies.PerQuantity) },
        ];

        private readonly Real<PlatformState, PlatformEvent, PlatformRefusal> _real =
            new(PlatformState.Nobody, PlatformState.Evolve, state => state.WithCalendar());
        private readonly CalendarModel _model = new(
            new Dictionary<string, NaiveService>
            {
                ["scan"] = new(["scanner", "bench"], [60, 120, 180], 45, 20, 30, 120, 3_600, 1),
                ["work"] = new(["bench"], [30, 60, 90, 120], 30, 0, 10, 0, 4_320, 2),
            },
            new Dictionary<string, (int, (int, int)[])>
            {
                ["scanner"] = (1, [(480, 1_200)]),
                ["bench"] = (3, [(360, 780), (780, 1_320)]),
            });
        private readonly Tally _tally;
        private int _now = 400;
        private int _commands;

        public Play(Tally tally)
        {
            _tally = tally;
            Tell(new RegisterPlatform(new("r"), Actor.System, Imaging, [.. Resources], [.. Services]),
                PlatformDecisions.Decide, "done");
        }

        public void All(Draw[] draws)
        {
            foreach (var draw in draws)
            {
                if (draw.B % 5 == 0) _now += draw.B % 120;
                Step(draw, new($"c-{++_commands}"), new(BookingFor(draw)));
                _real.Same(_model.Shown, Shown(), "calendar");
                _real.Same(_model.Edition, (int)_real.State.Edition, "edition");
                if (draw.C % 9 == 0) _real.Restart();
                if (draw.C % 10 == 0) List(draw);
            }
        }

        /// <summary>Any booking; for a move, mostly one that has slots.</summary>
        private string BookingFor(Draw draw)
        {
            var held = _real.State.Bookings.Keys.ToArray();
            return draw.Kind % 16 is < 3 or 6 or 7 && draw.B % 5 > 0 && held.Length > 0
                ? draw.Pick(held)
                : $"b-{draw.A % 20}";
        }

        private void Step(Draw draw, CommandId id, BookingId booking)
        {
            var edition = draw.C % 3 == 0 ? _model.Edition - draw.B % 2 : (long?)null;
            var (by, resource) = (draw.C % 11 == 0 ? People.Spree : People.Imaging, $"{Resource(draw)}");
            switch (draw.Kind % 16)
            {
                case 0 or 1:
                    var number = 1 + draw.C % 8;
                    var moved = Slots(draw);
                    Tell(new MoveSlots(id, Actor.System, booking, Wanted(moved), number), PlatformDecisions.Decide,
                        _model.Move(booking.Value, moved, number, _now));
                    break;
                case 2:
                    Tell(new FirmSlots(id, Actor.System, booking), PlatformDecisions.Decide,
                        _model.Firm(booking.Value));
                    break;
                case 3:
                    Tell(new ReleaseSlots(id, Actor.System, booking), PlatformDecisions.Decide,
                        _model.Release(booking.Value, _now));
                    break;
                case 4 when draw.A % 3 > 0:
                    var (from, to) = (_now + draw.A % 3_000, _now + draw.A % 3_000 + draw.B % 240 - 60);
                    Tell(new AddClosure(id, by, new(resource), new(new($"k-{_commands}"), Local(from), Local(to), "x"),
                        edition), PlatformDecisions.Decide, _model.Close(
                            $"k-{_commands}", resource, from, to, by == People.Imaging, edition));
                    break;
                case 4 or 5:
                    var closure = _model.Closures.ElementAtOrDefault(draw.A % 3) ?? "k-0";
                    Tell(new RemoveClosure(id, by, new(resource), new(closure), edition), PlatformDecisions.Decide,
                        _model.Reopen(closure, resource, by == People.Imaging, edition));
                    break;
                case 6 or 7:
                    Split(draw, id, booking);
                    break;
                default:
                    var slots = Slots(draw);
                    Tell(new HoldSlots(id, Actor.System, booking, Seine.Id, Wanted(slots)), PlatformDecisions.Decide,
                        _model.Hold(booking.Value, slots, _now));
                    break;
            }
        }

        /// <summary>Two slots of one, the second at once or wherever it falls.</summary>
        private void Split(Draw draw, CommandId id, BookingId booking)
        {
            var (item, other, number) = ($"i{draw.A % 9 / 8}", Slots(draw)[0], 2 + draw.C % 12);
            var whole = _model.Find(booking.Value, item) ?? other with { Service = "scan", Quantity = 1 };
            var shortest = whole.Service == "scan" ? 60 : 30;
            var first = shortest * (1 + draw.A % 7 / 5) + (draw.A % 29 == 0 ? 15 : 0);
            var second = whole with
            {
                Item = $"s{_commands}",
                Start = draw.C % 4 == 0 ? whole.Start + first : other.Start,
                Duration = Math.Max(whole.Duration - first, shortest),
            };
            Tell(new SplitSlot(
                id, Actor.System, booking, new(item), Length.OfMinutes(first), Wanted([second])[0], number),
                PlatformDecisions.Decide, _model.Split(booking.Value, item, first, second, number, _now));
        }

        private static string Resource(Draw draw) => draw.B % 9 == 0 ? "roof" : draw.B % 2 == 0 ? "scanner" : "bench";

        private void List(Draw draw)
        {
            var like = Slots(draw)[0];
            if (like.Service == "roof") return;
            var day = _now / 1_440 + draw.B % 3;
            var date = Monday.PlusDays(day);
            var answer = PlatformReads.FreeSlots(_real.State, new(
                new(like.Service), Length.OfMinutes(like.Duration), like.Quantity, date, date.PlusDays(1)), At(_now));
            var listed = string.Join(' ', answer.Slots.Select(s => Minute(s.Start)));
            _real.Same(_model.Free(like, day, _now), listed, $"list of {like} on {date}");
            _tally.Count("listed", listed.Length == 0 ? "none" : "some");
        }

        /// <summary>One or two items, mostly at starts of the grid in the next two days.</summary>
        private NaiveSlot[] Slots(Draw draw) => [.. Enumerable.Range(0, 1 + draw.A % 4 / 3).Select(i =>
        {
            var service = (draw.B + i) % 30 == 0 ? "roof" : (draw.A / 20 + i) % 2 == 0 ? "scan" : "work";
            var (opening, step) = service == "scan" ? (480, 45) : (360, 30);
            var start = _now / 1_440 * 1_440 + opening + 1_440 * (draw.C % 17 / 6 + (draw.B % 25 == 0 ? 2 : 0))
                + step * ((draw.B + 3 * i) % 24) + (draw.C % 13 == 0 ? 10 : 0);
            var duration = service == "scan" ? 60 * (1 + draw.C % 3) : 30 * (1 + draw.C % 4);
            return new NaiveSlot($"i{i}", service, start, duration + (draw.A % 31 == 0 ? 15 : 0),
                service == "work" ? 1 + draw.A % 5 / 3 + (draw.C % 20 == 0 ? 2 : 0) : 1);
        })];

        private static ImmutableArray<WantedSlot> Wanted(NaiveSlot[] slots) =>
            [.. slots.Select(s => new WantedSlot(
                new(s.Item), new(s.Service), At(s.Start), Length.OfMinutes(s.Duration), s.Quantity))];

        private string Shown() => string.Join("; ", _real.State.Bookings.Values
            .OrderBy(b => b.Booking.Value, StringComparer.Ordinal)
            .Select(b => $"{b.Booking} {b.Firm} {b.MoveNumber}: " + string.Join(", ", b.Slots.SelectMany(s => s.Units
                .Select(u => $"{s.Item} {Minute(s.Busy.Start)}-{Minute(s.Busy.End)} {u.Resource} "
                    + string.Join('+', u.Units))).Order(StringComparer.Ordinal))));

        private static Instant At(int minute) => Origin + Duration.FromMinutes(minute);

        private static int Minute(Instant instant) => (int)(instant - Origin).TotalMinutes;

        private static LocalDateTime Local(int minute) => Monday.AtMidnight().PlusMinutes(minute);

        private void Tell<TCommand>(
            TCommand command, Func<PlatformState, TCommand, Instant, Decision<PlatformEvent, PlatformRefusal>> decide,
            string expected) => _real.Tell(command, decide, At(_now), expected, _tally);
    }
}
