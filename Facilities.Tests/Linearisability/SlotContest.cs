using Facilities.Grains.Accounts;
using Facilities.Grains.Bookings;
using Facilities.Grains.Funding;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Tests.TestKit;
using NodaTime;
using Orleans;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Linearisability;

/// <summary>
/// One slot in each round, told by whole bookings. A call that concerns the slot and a booking is recorded once and
/// judged for each: both must have an order of their own.
/// </summary>
internal sealed class SlotContest(TwoHosts hosts) : IContest
{
    private static readonly Length HalfADay = Length.OfHours(4);
    private static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb[Imaging.TimeZone];

    public async Task Prepare(int round)
    {
        if (round == 0) await OpenPlatform();
        // Each round has its own account: what is held at the end of a round counts against the account's limit.
        Assert.True((await hosts.First.Grains.GetGrain<IAccountGrain>(Buyer(round).Id.Value).Register(
            new(new("register"), Actor.System, Buyer(round)))).Accepted);
    }

    public Task Step(int round, Part part)
    {
        var (what, booking) = part.Random.Next(20) switch
        {
            < 7 when part.NextOwn() is > 0 and var own => ("hold", own),
            < 11 => ("look", 0),
            < 14 => ("cancel", part.AnyBooking()),
            < 16 => ("sign", part.AnyBooking()),
            < 18 => ("pay", part.AnyBooking()),
            _ => ("view", part.AnyBooking()),
        };
        return part.Record(what == "look" ? "slot" : $"booking {booking}", what, booking, command =>
            Ask(hosts.Any(part.Random).Grains, round, what, booking, command));
    }

    public string? Judge(History history) =>
        Checker.Fault(history.Operations.SelectMany(OnTheSlot), SequentialModels.Slot)
        ?? Checker.FaultOfAny(history.Operations.SelectMany(OnTheBooking), _ => SequentialModels.Booking);

    private static IEnumerable<Operation> OnTheSlot(Operation operation) => operation switch
    {
        { What: "hold" or "look" } => [operation with { Target = "slot" }],
        { What: "cancel", Answer: null or "done" } => [operation with { Target = "slot", What = "release" }],
        _ => [],
    };

    /// <summary>A hold that was refused for the slot leaves no booking that anybody sees.</summary>
    private static IEnumerable<Operation> OnTheBooking(Operation operation) =>
        operation is { What: "look" } or { What: "hold", Answer: "slotTaken" } ? [] : [operation];

    private static async Task<string> Ask(
        IGrainFactory grains, int round, string what, int number, CommandId command)
    {
        if (what == "look") return await IsFree(grains, round) ? "free" : "taken";
        var id = new BookingId($"b-{round}-{number}");
        var (booking, by, basis) = (grains.GetGrain<IBookingGrain>(id.Value), Person(round), Basis(round));
        if (what == "view")
            return await booking.View(by) is { } seen
                ? System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(seen.Status.ToString())
                : "bookingUnknown";
        var hash = BookingDecisions.ContractOf(id, basis, "").ContentHash;
        var reply = what switch
        {
            "hold" => await booking.Request(new(
                command, by, id, basis, null, "", [new(Imaging.Id, "Mario Campione", new("p-imaging"), Now)])),
            "cancel" => await booking.Cancel(new(command, by, "")),
            "sign" => await booking.Sign(new(command, by, hash, "Jana Krüger")),
            _ => await booking.AgreePayment(new(command, by, PaymentMethod.Invoice)),
        };
        return reply.Refusal is { } refusal ? Refusal.NameOf(refusal.Code) : "done";
    }

    private static async Task<bool> IsFree(IGrainFactory grains, int round)
    {
        var (start, day) = (StartOf(round), StartOf(round).InZone(Zone).Date);
        var answer = await grains.GetGrain<IPlatformGrain>(Imaging.Id.Value)
            .FreeSlots(new(HalfDay.Id, HalfADay, 1, day, day.PlusDays(1)));
        return answer.Slots.Any(slot => slot.Start == start);
    }

    private async Task OpenPlatform()
    {
        HoursRule daily = new(
            "FREQ=DAILY", TimeOfDay.Parse("08:00"), TimeOfDay.Parse("20:00"), HoursRule.DefaultValidFrom);
        Assert.True((await hosts.First.Grains.GetGrain<IPlatformGrain>(Imaging.Id.Value).Register(new(
            new("register"), Actor.System, Imaging,
            [new(HalfDay.Uses[0], "MRI 7 T", 1, [daily], []), new(HalfDay.Uses[1], "Operators", 2, [daily], [])],
            [HalfDay]))).Accepted);
    }

    /// <summary>Two slots a day from the worked example's on.</summary>
    private static Instant StartOf(int round) =>
        Start.InZone(Zone).LocalDateTime.PlusDays(round / 2).PlusMinutes(270 * (round % 2))
            .InZoneStrictly(Zone).ToInstant();

    private static QuoteBasis Basis(int round)
    {
        var request = Request(Buyer(round), [Ordered() with { Start = StartOf(round) }], [], new VoucherChoice.None());
        return new(Quotes.Price(request).Quote!, Buyer(round), [Imaging], [], []);
    }

    private static AccountProfile Buyer(int round) => Seine with { Id = new($"sme-{round}") };

    private static Actor Person(int round) => People.Of(
        "p-sme", OrganisationKind.Sme, Buyer(round).Id.Value, Role.Booker, Role.Signatory, Role.Finance);
}
