using Facilities.Grains.Accounts;
using Facilities.Grains.Bookings;
using Facilities.Grains.Funding;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Runtime;
using Facilities.Grains.Services;
using Facilities.Tests.StorageContract;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Bookings;

/// <summary>Two processes that bring the parts of one booking after its last decision, at the same time.</summary>
public sealed class FollowedTwiceTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    private static readonly HoursRule Daily = new(
        "FREQ=DAILY", TimeOfDay.Parse("08:00"), TimeOfDay.Parse("20:00"), HoursRule.DefaultValidFrom);

    [Fact]
    public async Task Of_two_processes_that_found_other_outcomes_of_one_step_the_first_to_record_it_counts()
    {
        var storage = await databases.NewDatabase();
        await using var slow =
            await GrainHost.Start(storage, Now, store => new HeldUpStore(store, "booking.notHeld.v1"));
        await using var quick = await GrainHost.Start(storage, Now);
        await Open(quick);
        Assert.True((await Request(quick, "first")).Accepted);
        var heldUp = (HeldUpStore)slow.Service<IEventStore>();
        // One process finds the slot taken, and is held up before it can record that.
        var slowly = Request(slow, "second");
        await heldUp.Reached;
        Assert.True((await Booking(quick, "first").Cancel(new(new("cancel"), People.Seine, ""))).Accepted);
        // The other, asked again meanwhile, finds it free.
        Assert.True((await Request(quick, "second")).Accepted);
        heldUp.GoOn();
        Assert.True((await slowly).Accepted);
        foreach (var host in new[] { slow, quick })
            Assert.Equal(BookingStatus.Held, (await Booking(host, "second").View(People.Seine))!.Status);
    }

    [Theory]
    [InlineData("platform.moveBarred.v1", true)] // the other moves before this one gives the move up
    [InlineData("booking.moveRefused.v1", false)] // it was given up, so the other cannot move any more
    public async Task A_move_that_one_found_taken_and_another_free_ends_the_same_for_booking_and_platform(
        string heldUpAt, bool isMoved)
    {
        var storage = await databases.NewDatabase();
        await using var slow = await GrainHost.Start(storage, Now, store => new HeldUpStore(store, heldUpAt));
        await using var quick = await GrainHost.Start(storage, Now);
        await Open(quick);
        Assert.True((await Request(quick, "first")).Accepted);
        Assert.True((await Request(quick, "second", Duration.FromDays(1))).Accepted);
        var start = (await Booking(quick, "first").View(People.Seine))!.Items[0].Start;
        Task<Reply<BookingRefusal>> Move(GrainHost host) => Booking(host, "second").Reschedule(
            new(new("move"), People.Seine, [new ItemStart(new("item-1"), start)]));

        var heldUp = (HeldUpStore)slow.Service<IEventStore>();
        var slowly = Move(slow);
        await heldUp.Reached;
        Assert.True((await Booking(quick, "first").Cancel(new(new("cancel"), People.Seine, ""))).Accepted);
        var quickly = await Move(quick);
        heldUp.GoOn();
        Assert.Equal((isMoved, isMoved), (quickly.Accepted, (await slowly).Accepted));
        foreach (var host in new[] { slow, quick })
            Assert.Equal(
                isMoved ? start : start + Duration.FromDays(1),
                (await Booking(host, "second").View(People.Seine))!.Items[0].Start);
        Assert.Equal(!isMoved, (await Request(quick, "third")).Accepted);
    }

    private static async Task Open(GrainHost host)
    {
        Assert.True((await host.Grains.GetGrain<IPlatformGrain>(Imaging.Id.Value).Register(new(
            new("register"), Actor.System, Imaging,
            [.. HalfDay.Uses.Select(id => new Resource(id, id.Value, 1, [Daily], []))], [HalfDay]))).Accepted);
        Assert.True((await host.Grains.GetGrain<IAccountGrain>(Seine.Id.Value).Register(
            new(new("register"), Actor.System, Seine))).Accepted);
    }

    private static IBookingGrain Booking(GrainHost host, string id) => host.Grains.GetGrain<IBookingGrain>(id);

    private static Task<Reply<BookingRefusal>> Request(GrainHost host, string id, Duration later = default)
    {
        var quote = Quotes.Price(Order(later)).Quote!;
        return Booking(host, id).Request(new(
            new("request"), People.Seine, new(id), new(quote, Seine, [Imaging], [], []), null, "", []));
    }

    private static QuoteRequest Order(Duration later)
    {
        var item = Ordered();
        return Pricing.PriceSamples.Request(
            Seine, [item with { Start = item.Start + later }], [], new VoucherChoice.None());
    }

    /// <summary>A store that keeps the first event of a name until it is told to go on.</summary>
    private sealed class HeldUpStore(IEventStore inner, string name) : IEventStore
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task.WaitAsync(TimeSpan.FromMinutes(1));

        public void GoOn() => _goOn.SetResult();

        public Task<LoadedStream> Load(StreamName stream, string snapshotShape, CancellationToken cancel = default) =>
            inner.Load(stream, snapshotShape, cancel);

        public Task<StreamCheck> Check(StreamName stream, CommandId? command) => inner.Check(stream, command);

        public async Task<AppendAnswer> Append(Append append)
        {
            if (append.Events[0].Name == name && !_reached.Task.IsCompleted)
            {
                _reached.SetResult();
                await _goOn.Task;
            }
            return await inner.Append(append);
        }
    }
}
