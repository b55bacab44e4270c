using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Grains.Runtime;
using Facilities.Silo.Storage;
using Facilities.Tests.TestKit;
using NodaTime;
using Orleans;

namespace Facilities.Tests.Payments;

/// <summary>A process that dies between any two steps of what late money sets in motion.</summary>
public sealed class PaymentCrashTests
{
    /// <summary>More than any takes: payment, slot, vouchers, two shares, word of it, two firm, followed.</summary>
    private const int Steps = 10;

    private static readonly string[] Days =
    [
        "2027-01-11", "2027-01-12", "2027-01-13", "2027-01-14", "2027-01-15", "2027-01-18", "2027-01-19",
        "2027-01-20", "2027-01-21", "2027-01-22",
    ];

    [Theory]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public async Task B22_whatever_step_a_process_dies_at_late_money_counts_once_or_goes_back_once(
        bool isLost, bool isFree)
    {
        await using var stage = await PaymentStage.Open(StorageProvider.Sqlite);
        var sme = await stage.Host.As("sme.berlin");
        var bookings = new List<string>();
        foreach (var day in Days) bookings.Add(await stage.ToPay(Wish.Mri(day)));
        await stage.Host.AdvanceTo(PaymentStage.Deadline - Duration.FromHours(3));
        var sessions = new List<StripeSession>();
        foreach (var booking in bookings) sessions.Add(await stage.Start(booking));
        await stage.Host.Advance(Duration.FromHours(18));
        await stage.Told();
        var paris = await stage.Host.As("sme.paris");
        if (!isFree) foreach (var day in Days) await paris.Hold(Wish.Mri(day), "seine-therapeutics");
        var notices = sessions.Select(s => stage.Stripe.Paid(s, PaymentStage.Deadline - Duration.FromHours(1)))
            .ToArray();
        for (var step = 0; step < Steps; step++)
        {
            await using var dying = await GrainHost.Start(
                stage.Host.Storage, stage.Host.Clock.GetCurrentInstant(), store => new DyingStore(store, step, isLost));
            var session = sessions[step];
            try
            {
                await dying.Grains.GetGrain<IBookingGrain>(bookings[step]).RecordPayment(new RecordPayment(
                    new("dying"), Actor.System, 1, new Money(session.Minor, Currency.Eur),
                    PaymentStage.Deadline - Duration.FromHours(1), session.Intent));
            }
            catch (StorageUnavailableException)
            {
                // It died.
            }
        }
        // What a process left undone is taken up after a while; Stripe says again what nobody answered.
        await stage.Host.Advance(Limits.Resume + Duration.FromSeconds(1));
        await stage.Told();
        await stage.Say(notices);
        await stage.Say(notices);

        foreach (var booking in bookings)
        {
            var ended = await stage.Booking(booking);
            Assert.Equal(isFree ? "confirmed" : "expired", ended.Status());
            Assert.Equal(isFree ? 0 : 1, ended["payment"]!["refunds"]!.AsArray().Count);
        }
        Assert.Equal(isFree ? 0 : Days.Length, stage.Stripe.Refunds.Count);
        foreach (var day in Days) Assert.False(await sme.IsListed(Wish.Mri(day)));
        await stage.Verified();
    }

    /// <summary>Stores so many appends, then none: the next is lost, or its answer is.</summary>
    private sealed class DyingStore(IEventStore inner, int left, bool isLost) : IEventStore
    {
        private int _left = left;

        public Task<LoadedStream> Load(StreamName stream, string snapshotShape, CancellationToken cancel = default) =>
            _left < 0 ? throw Dead() : inner.Load(stream, snapshotShape, cancel);

        public Task<StreamCheck> Check(StreamName stream, CommandId? command) =>
            _left < 0 ? throw Dead() : inner.Check(stream, command);

        public async Task<AppendAnswer> Append(Append append)
        {
            var mine = Interlocked.Decrement(ref _left);
            if (mine >= 0) return await inner.Append(append);
            if (mine == -1 && !isLost) await inner.Append(append);
            throw Dead();
        }

        private static StorageUnavailableException Dead() => new("The process died.");
    }
}
