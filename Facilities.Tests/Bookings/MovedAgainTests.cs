using Facilities.Grains.Bookings;
using Facilities.Grains.Funding;
using Facilities.Grains.Kernel;
using Facilities.Grains.Services;
using Facilities.Silo.Demonstration;
using Facilities.Tests.TestKit;
using NodaTime;
using Orleans;

namespace Facilities.Tests.Bookings;

/// <summary>Several moves of one booking, each asked again later under its own id.</summary>
public sealed class MovedAgainTests
{
    private static readonly Instant First = Instant.FromUtc(2027, 1, 18, 7, 0);

    [Fact]
    public async Task Each_move_that_is_asked_again_gets_its_own_answer()
    {
        await using var process = await GrainProcess.Start(
            await CatalogueDatabase.Sqlite(), new FakeClock(CatalogueDatabase.Opening));
        var mine = await Book(process, "mine", "spree-diagnostics", First);
        await Book(process, "theirs", "seine-therapeutics", First + Duration.FromDays(3));
        Assert.Null(await Move(mine, 1));
        Assert.Null(await Move(mine, 2));
        Assert.Equal(BookingRefusal.SlotTaken, await Move(mine, 3));
        Assert.Null(await Move(mine, 1));
        Assert.Null(await Move(mine, 2));
        Assert.Equal(BookingRefusal.SlotTaken, await Move(mine, 3));
        var booking = await mine.View(DemonstrationPeople.ActorOf("spree-diagnostics"));
        Assert.Equal(First + Duration.FromDays(2), booking!.Items[0].Start);
    }

    [Fact]
    public async Task A_move_that_was_made_after_another_to_the_same_time_was_refused_stays_made()
    {
        await using var process = await GrainProcess.Start(
            await CatalogueDatabase.Sqlite(), new FakeClock(CatalogueDatabase.Opening));
        var mine = await Book(process, "mine", "spree-diagnostics", First);
        var theirs = await Book(process, "theirs", "seine-therapeutics", First + Duration.FromDays(1));
        Assert.Equal(BookingRefusal.SlotTaken, await Move(mine, 1, "first"));
        Assert.True((await theirs.Cancel(
            new(new("away"), DemonstrationPeople.ActorOf("seine-therapeutics"), ""))).Accepted);
        Assert.Null(await Move(mine, 1, "second"));
        Assert.Null(await Move(mine, 2));
        Assert.Null(await Move(mine, 1, "second"));
    }

    private static async Task<BookingRefusal?> Move(IBookingGrain booking, int days, string? id = null) =>
        (await booking.Reschedule(new RescheduleBooking(
            new(id ?? $"move-{days}"), DemonstrationPeople.ActorOf("spree-diagnostics"),
            [new ItemStart(new ItemId("i1"), First + Duration.FromDays(days))]))).Refusal?.Code;

    private static async Task<IBookingGrain> Book(GrainProcess process, string id, string account, Instant start)
    {
        var by = DemonstrationPeople.ActorOf(account);
        Assert.Null((await process.Service<QuoteDesk>().Make(
            new QuoteId($"q-{id}"), by, new AccountId(account),
            [new AskedItem(new("biopmed-imaging"), new("mri-half-day"), $"{start}")],
            new VoucherChoice.None())).Refusal);
        var booked = await process.Service<BookingDesk>().Book(new BookingId(id), by, new($"q-{id}"), null, "");
        Assert.Null(booked.Refusal);
        return process.Service<IGrainFactory>().GetGrain<IBookingGrain>(id);
    }
}
