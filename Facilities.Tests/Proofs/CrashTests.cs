using Dapper;
using Facilities.Grains.Accounts;
using Facilities.Grains.Bookings;
using Facilities.Grains.Funding;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Programmes;
using Facilities.Grains.Runtime;
using Facilities.Grains.Services;
using Facilities.Silo.Demonstration;
using Facilities.Silo.Storage;
using Facilities.Tests.TestKit;
using NodaTime;
using Orleans;

namespace Facilities.Tests.Proofs;

/// <summary>
/// A process dies at any append of a booking's life, with that append stored or not. Another process on the same
/// database brings it to a consistent end, whether the person tries again or walks away.
/// </summary>
public sealed class CrashTests
{
    private static readonly Instant Start = Instant.FromUtc(2027, 1, 18, 7, 0);
    private static readonly Instant OtherStart = Instant.FromUtc(2027, 1, 19, 7, 0);
    private static readonly BookingId Booking = new("b-crash");
    private static readonly QuoteId Quote = new("q-crash");
    private static readonly Actor Sme = DemonstrationPeople.ActorOf("spree-diagnostics");
    private static readonly Actor Manager = DemonstrationPeople.ActorOf("biopmed-imaging");
    private static readonly Actor Funder = DemonstrationPeople.ActorOf("berlin-abroad");

    private static readonly RecordInvoicePaid PaidInvoice =
        new(new("invoice"), Manager, IssueInvoice.InvoiceOf(new PlatformId("biopmed-imaging"), Booking));

    public static TheoryData<string> Jobs => ["settled", "cancelled", "moved", "noShow"];

    [Theory]
    [MemberData(nameof(Jobs))]
    public async Task Killed_at_any_append_a_booking_is_carried_to_its_end_by_trying_again(string job) =>
        await AtEveryAppend(job, async (storage, clock, what) =>
        {
            clock.Advance(Limits.Resume + Duration.FromSeconds(1));
            await using var host = await GrainProcess.Start(storage, clock);
            await host.RunDueWork();
            await Run(host, clock, job);
            var booking = await BookingOf(host);
            Assert.True(
                job == "moved" ? booking!.Items[0].Start == OtherStart : job == Refusal.NameOf(booking!.Status),
                $"{what}: {booking.Status}");
            await IsConsistent(host, what);
            if (job != "settled") return;
            var voucher = await Voucher(host);
            Assert.True(voucher.Redeemed.Amount == 1090.13m && voucher.Reserved.IsZero, what);
            Assert.Equal(1, await Count(host, "select count(*) from claims"));
            Assert.Equal(1, await Count(host, "select count(*) from invoices"));
            Assert.Equal(0, await Count(host, "select count(*) from due where name <> 'voucher'"));
        });

    [Theory]
    [MemberData(nameof(Jobs))]
    public async Task Killed_at_any_append_and_left_alone_a_booking_ends_and_nothing_is_held_for_ever(string job) =>
        await AtEveryAppend(job, async (storage, clock, what) =>
        {
            await using var host = await GrainProcess.Start(storage, clock);
            clock.Advance(Limits.Resume + Duration.FromSeconds(1));
            await host.RunDueWork();
            await IsConsistent(host, what);
            clock.Advance(Duration.FromDays(9));
            await host.RunDueWork();
            await IsConsistent(host, what);
            var booking = await BookingOf(host);
            Assert.True(booking is null or { IsBeforeConfirmation: false }, $"{what}: {booking?.Status} for ever");
            Assert.True(booking is null or { Pending: PendingWork.None }, $"{what}: {booking?.Pending} for ever");
        });

    [Fact]
    public async Task Killed_while_it_holds_a_booking_is_not_in_its_own_way_when_it_is_tried_again() =>
        await AtEveryAppend("held", async (storage, clock, what) =>
        {
            await using var host = await GrainProcess.Start(storage, clock);
            var again = await host.Service<BookingDesk>().Book(Booking, Sme, Quote, null, "A trial");
            Assert.True(again.Value?.Status == BookingStatus.Held, $"{what}: {again.Refusal}");
            await IsConsistent(host, what);
        }, least: 4);

    [Fact]
    public async Task An_invoice_paid_before_the_interrupted_acceptance_is_taken_up_still_settles_the_booking()
    {
        var counted = await Dies(
            await CatalogueDatabase.Sqlite(), new FakeClock(CatalogueDatabase.Opening), "accepted", int.MaxValue, false,
            new VoucherChoice.None());
        var (storage, clock) = (await CatalogueDatabase.Sqlite(), new FakeClock(CatalogueDatabase.Opening));
        await Dies(storage, clock, "accepted", counted, false, new VoucherChoice.None());
        await using var process = await GrainProcess.Start(storage, clock);
        Ok(await process.Service<IGrainFactory>().GetGrain<IBookingGrain>(Booking.Value)
            .RecordInvoicePaid(PaidInvoice));
        clock.Advance(Limits.Resume + Duration.FromSeconds(1));
        await process.RunDueWork();
        Assert.Equal(BookingStatus.Settled, (await BookingOf(process))!.Status);
    }

    /// <summary>
    /// Reserved is what live bookings reserved; a slot is taken by them alone;
    /// nothing more is due from an interruption.
    /// </summary>
    private static async Task IsConsistent(GrainProcess host, string what)
    {
        var booking = await BookingOf(host);
        var isLive =
            booking is { IsBeforeConfirmation: true } or { Status: BookingStatus.Confirmed or BookingStatus.Delivered };
        var voucher = await Voucher(host);
        Assert.True(voucher.Reserved.Amount == (isLive ? 1090.13m : 0m),
            $"{what}: {booking?.Status}, {voucher.Reserved} reserved");
        foreach (var start in (Instant[])[Start, OtherStart])
        {
            if (host.Service<IClock>().GetCurrentInstant() > Start - Duration.FromDays(4)) break;
            var refusal = await host.Service<IGrainFactory>()
                .GetGrain<IPlatformGrain>("biopmed-imaging").WouldRefuse([Wanted(start)]);
            Assert.True(refusal is not null == (isLive && booking!.Items[0].Start == start),
                $"{what}: {booking?.Status}, {start}: {refusal}");
        }
        Assert.True(await Count(host, "select count(*) from due where name = 'resume'") == 0, $"{what}: work is left");
    }

    private static async Task AtEveryAppend(
        string job, Func<StorageOptions, FakeClock, string, Task> then, int least = 9)
    {
        var appends = await Dies(
            await CatalogueDatabase.Sqlite(), new FakeClock(CatalogueDatabase.Opening), job, int.MaxValue, false);
        Assert.True(appends >= least, $"only {appends} appends");
        for (var last = 1; last <= appends; last++)
        {
            foreach (var isStored in (bool[])[false, true])
            {
                var clock = new FakeClock(CatalogueDatabase.Opening);
                var storage = await CatalogueDatabase.Sqlite();
                await Dies(storage, clock, job, last, isStored);
                await then(storage, clock, $"{job}, append {last} of {appends}{(isStored ? ", stored" : "")}");
            }
        }
    }

    /// <summary>Runs the job in a process that dies at an append; answers how many there were.</summary>
    private static async Task<int> Dies(
        StorageOptions storage, FakeClock clock, string job, int lastAppend, bool isStored,
        VoucherChoice? vouchers = null)
    {
        DyingStore? store = null;
        await using var host = await GrainProcess.Start(
            storage, clock, inner => store = new DyingStore(inner, lastAppend, isStored));
        Assert.NotNull((await host.Service<QuoteDesk>().Make(Quote, Sme, new AccountId("spree-diagnostics"),
            [new AskedItem(
                new PlatformId("biopmed-imaging"), new ServiceId("mri-half-day"), "2027-01-18T08:00:00+01:00")],
            vouchers ?? new VoucherChoice.Auto())).Value);
        try
        {
            await Run(host, clock, job);
        }
        catch (StorageUnavailableException)
        {
            Assert.Equal(lastAppend, store!.Appends);
        }
        return store!.Appends;
    }

    /// <summary>What people do; the same ids each time, as a program sends them that tries again.</summary>
    private static async Task Run(GrainProcess host, FakeClock clock, string job)
    {
        var booking = (await host.Service<BookingDesk>().Book(Booking, Sme, Quote, null, "A trial")).Value
            ?? throw new InvalidOperationException("It was not held.");
        if (job == "held") return;
        var grain = host.Service<IGrainFactory>().GetGrain<IBookingGrain>(Booking.Value);
        if (job == "moved")
        {
            Ok(await grain.Reschedule(new RescheduleBooking(
                new("move"), Sme, [new ItemStart(new ItemId("i1"), OtherStart)])));
            return;
        }
        Ok(await grain.Sign(new SignContract(new("sign"), Sme, booking.ContentHash, "Jana Krüger")));
        Ok(await grain.AgreePayment(new AgreePayment(new("pay"), Sme, PaymentMethod.Invoice)));
        if (job == "cancelled")
        {
            clock.MoveTo(Instant.Max(clock.GetCurrentInstant(), Start - Duration.FromDays(5)));
            Ok(await grain.Cancel(new CancelBooking(new("cancel"), Sme, "")));
            return;
        }
        clock.MoveTo(Instant.Max(clock.GetCurrentInstant(), Start));
        if (job == "noShow")
        {
            Ok(await grain.NoShow(new RecordNoShow(new("absent"), Manager, "")));
            return;
        }
        Ok(await grain.Deliver(new DeliverBooking(new("deliver"), Manager, [])));
        Ok(await grain.Accept(new AcceptDelivery(new("accept"), Sme, true, "")));
        if (job == "accepted") return;
        var claim = new ClaimId($"c-{Booking}-{(await Voucher(host)).Id}");
        var programme = host.Service<IGrainFactory>().GetGrain<IProgrammeGrain>("berlin-abroad");
        Ok(await programme.DecideClaim(new DecideClaim(new("decide"), Funder, claim, true, "")));
        Ok(await programme.PayClaim(new PayClaim(new("paid"), Funder, claim, "SEPA 1")));
        Ok(await grain.RecordInvoicePaid(PaidInvoice));
    }

    private static void Ok<TRefusal>(Reply<TRefusal> reply) where TRefusal : struct, Enum =>
        Assert.True(reply.Accepted, $"{reply.Refusal?.Code}: {reply.Refusal?.Reason}");

    private static WantedSlot Wanted(Instant start) =>
        new(new ItemId("i1"), new ServiceId("mri-half-day"), start, Length.Parse("PT4H"), 1);

    private static Task<BookingState?> BookingOf(GrainProcess host) =>
        host.Service<IGrainFactory>().GetGrain<IBookingGrain>(Booking.Value).View(Sme);

    private static async Task<Voucher> Voucher(GrainProcess host) =>
        (await host.Service<IGrainFactory>().GetGrain<IAccountGrain>("spree-diagnostics").View())!.Vouchers.Single();

    private static Task<long> Count(GrainProcess host, string sql) =>
        host.Service<IDatabase>().Read(connection => connection.ExecuteScalarAsync<long>(sql));
}
