using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Runtime;
using Facilities.Grains.Services;
using Facilities.Silo.Storage;
using Facilities.Tests.StorageContract;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Runtime;

/// <summary>The shell around every grain's rules, shown on the wallet of an account.</summary>
public sealed class EventSourcedGrainTests : IAsyncLifetime
{
    private const string Account = "spree-diagnostics";
    private readonly SqliteFixture _databases = new();
    private StorageOptions _storage = null!;

    public async ValueTask InitializeAsync() => _storage = await _databases.NewDatabase();

    public ValueTask DisposeAsync() => _databases.DisposeAsync();

    [Fact]
    public async Task A_state_from_a_snapshot_goes_on_like_one_from_every_event()
    {
        await using (var first = await GrainHost.Start(_storage, Now))
        {
            var wallet = await Wallet(first, 1_000);
            for (var i = 0; i < Limits.SnapshotEvery; i++)
            {
                await Reserve(wallet, $"b-{i}", 1);
                await wallet.ReleaseVouchers(new ReleaseVouchers(new($"r-{i}"), Actor.System, new($"b-{i}")));
            }
            await Reserve(wallet, "last", 400);
        }
        await using var second = await GrainHost.Start(_storage, Now);
        Assert.NotNull((await second.Service<IEventStore>()
            .Load(StreamName.Of("account", Account), await ShapeOf(second))).Snapshot);
        var again = second.Grains.GetGrain<IAccountGrain>(Account);
        Assert.Equal(Eur(600), (await again.View())!.Vouchers[0].Available);
        var late = new ReserveVouchers(new("late"), Actor.System, new("b-7"), [new VoucherPart(new("v-1"), Eur(1))]);
        Assert.Equal(AccountRefusal.BookingEnded, (await again.ReserveVouchers(late)).Refusal!.Code);
        Assert.Equal(AccountRefusal.VoucherTooSmall, (await Reserve(again, "next", 600.01m)).Refusal!.Code);
    }

    [Fact]
    public async Task A_stale_process_refuses_nobody_before_it_looked_again()
    {
        await using var one = await GrainHost.Start(_storage, Now);
        await using var other = await GrainHost.Start(_storage, Now);
        var here = await Wallet(one, 1_000);
        var there = other.Grains.GetGrain<IAccountGrain>(Account);
        Assert.True((await Reserve(here, "b-1", 1_000)).Accepted);
        Assert.Equal(AccountRefusal.VoucherTooSmall, (await Reserve(there, "b-2", 1)).Refusal!.Code);
        await here.ReleaseVouchers(new ReleaseVouchers(new("r"), Actor.System, new("b-1")));
        // The other process still remembers an empty voucher.
        Assert.True((await Reserve(there, "b-2", 1_000)).Accepted);
        Assert.Equal(Eur(0), (await here.View())!.Vouchers[0].Available);
    }

    [Fact]
    public async Task Two_processes_never_reserve_the_same_cent()
    {
        await using var one = await GrainHost.Start(_storage, Now);
        await using var other = await GrainHost.Start(_storage, Now);
        await Wallet(one, 1_000);
        GrainHost[] hosts = [one, other];
        var replies = await Task.WhenAll(Enumerable.Range(0, 30).Select(i =>
            Reserve(hosts[i % 2].Grains.GetGrain<IAccountGrain>(Account), $"b-{i}", 100)));
        Assert.Equal(10, replies.Count(r => r.Accepted));
        Assert.All(replies.Where(r => !r.Accepted), r => Assert.Equal(AccountRefusal.VoucherTooSmall, r.Refusal!.Code));
    }

    [Fact]
    public async Task An_append_that_fails_takes_back_what_was_decided_on_it()
    {
        FailingStore failing = null!;
        await using var host = await GrainHost.Start(_storage, Now, store => failing = new FailingStore(store));
        var wallet = await Wallet(host, 1_000);
        failing.FailNextAppend();
        var lost = Reserve(wallet, "b-1", 700);
        var next = Reserve(wallet, "b-2", 700);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => lost);
        Assert.True((await next).Accepted);
        Assert.Equal(Eur(300), (await wallet.View())!.Vouchers[0].Available);
        Assert.Equal(AccountRefusal.VoucherTooSmall, (await Reserve(wallet, "b-3", 301)).Refusal!.Code);
    }

    [Fact]
    public async Task What_was_never_stored_is_not_built_on_where_another_process_stored_something_else()
    {
        FailingStore failing = null!;
        await using var here = await GrainHost.Start(_storage, Now, store => failing = new FailingStore(store));
        await using var there = await GrainHost.Start(_storage, Now);
        var wallet = await Wallet(here, 1_000);
        Assert.True((await Reserve(wallet, "b-1", 700)).Accepted);
        failing.FailNextAppend();
        failing.FailNextLoad();
        await Assert.ThrowsAsync<StorageUnavailableException>(() =>
            wallet.ReleaseVouchers(new ReleaseVouchers(new("r"), Actor.System, new("b-1"))));
        // At the version of the release that was lost.
        Assert.True((await Reserve(there.Grains.GetGrain<IAccountGrain>(Account), "b-2", 300)).Accepted);
        Assert.Equal(AccountRefusal.VoucherTooSmall, (await Reserve(wallet, "b-3", 700)).Refusal?.Code);
        Assert.Equal(Eur(0), (await wallet.View())!.Vouchers[0].Available);
    }

    [Fact]
    public async Task An_append_that_cannot_be_written_refuses_nobody_else()
    {
        FailingStore failing = null!;
        await using var host = await GrainHost.Start(_storage, Now, store => failing = new FailingStore(store));
        var wallet = await Wallet(host, 1_000);
        failing.FailNextAppend(new InvalidOperationException("A bug."));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Reserve(wallet, "b-1", 700));
        Assert.True((await Reserve(wallet, "b-2", 700)).Accepted);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_database_that_goes_away_in_the_middle_of_an_append_leaves_no_wrong_idea_behind(bool isStored)
    {
        FailingStore failing = null!;
        await using var host = await GrainHost.Start(_storage, Now, store => failing = new FailingStore(store));
        var wallet = await Wallet(host, 1_000);
        failing.FailNextAppend(isStored: isStored);
        failing.FailNextLoad();
        await Assert.ThrowsAsync<StorageUnavailableException>(() => Reserve(wallet, "b-1", 700));
        Assert.Equal(Eur(isStored ? 300 : 1_000), (await wallet.View())!.Vouchers[0].Available);
        Assert.Equal(!isStored, (await Reserve(wallet, "b-2", 700)).Accepted);
    }

    [Fact]
    public async Task A_command_id_that_is_used_again_for_something_else_is_refused()
    {
        await using var host = await GrainHost.Start(_storage, Now);
        var wallet = await Wallet(host, 1_000);
        Assert.True((await Reserve(wallet, "b-1", 10)).Accepted);
        Assert.True((await Reserve(wallet, "b-1", 10)).Accepted);
        var other = new ReserveVouchers(new("c-b-1"), Actor.System, new("b-9"), [new VoucherPart(new("v-1"), Eur(11))]);
        Assert.Equal(AccountRefusal.CommandIdReused, (await wallet.ReserveVouchers(other)).Refusal!.Code);
        Assert.Equal(Eur(990), (await wallet.View())!.Vouchers[0].Available);
    }

    [Fact]
    public async Task A_repeat_at_a_stale_process_takes_up_what_the_first_try_left()
    {
        FailingStore failing = null!;
        await using var one = await GrainHost.Start(_storage, Now, store => failing = new FailingStore(store));
        await using var other = await GrainHost.Start(_storage, Now);
        var award = new AwardVoucher(new("award"), Actor.System, new(Account), Eur(500), "");
        var (here, there) = (Programme(one), Programme(other));
        Assert.Equal(ProgrammeRefusal.ProgrammeUnknown, (await there.Award(award)).Refusal!.Code);
        await here.Publish(new PublishProgramme(new("publish"), Actor.System, NoAid));
        var wallet = other.Grains.GetGrain<IAccountGrain>(Account);
        await wallet.Register(new RegisterAccount(new("register"), Actor.System, Pricing.PriceSamples.Spree));
        // Awarded, but the connection broke before it lay in the wallet.
        failing.FailNextAppend(to: StreamName.Of("account", Account));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => here.Award(award));
        Assert.Empty((await wallet.View())!.Vouchers);
        Assert.True((await there.Award(award)).Accepted);
        Assert.Equal(Eur(500), (await wallet.View())!.Vouchers.Single().Available);
    }

    [Fact]
    public async Task What_a_stale_process_takes_for_impossible_is_asked_again_of_the_newest_state()
    {
        await using var one = await GrainHost.Start(_storage, Now);
        await using var other = await GrainHost.Start(_storage, Now);
        await Wallet(one, 1_000);
        var (here, there) = (Programme(one), Programme(other));
        await here.Publish(new PublishProgramme(new("publish"), Actor.System, NoAid));
        // The other one has seen the programme, but no award.
        await there.Publish(new PublishProgramme(new("again"), Actor.System, NoAid));
        await here.Award(new AwardVoucher(new("award"), Actor.System, new(Account), Eur(500), ""));
        var claim = Samples.Events.OfType<ClaimOpened>().Single().Claim with { Voucher = new("v-award") };
        Assert.True((await there.OpenClaim(new OpenClaim(new("claim"), Actor.System, claim))).Accepted);
        await Assert.ThrowsAsync<InvalidOperationException>(() => there.OpenClaim(new OpenClaim(
            new("other"), Actor.System, claim with { Id = new("other"), Voucher = new("unknown") })));
    }

    /// <summary>One that no declaration of other aid is needed for.</summary>
    private static readonly ProgrammeTerms NoAid = BerlinAbroad with { LegalBasis = "none" };

    private static IProgrammeGrain Programme(GrainHost host) =>
        host.Grains.GetGrain<IProgrammeGrain>(BerlinAbroad.Id.Value);

    private static async Task<IAccountGrain> Wallet(GrainHost host, decimal face)
    {
        var wallet = host.Grains.GetGrain<IAccountGrain>(Account);
        await wallet.Register(new RegisterAccount(new("register"), Actor.System, Pricing.PriceSamples.Spree));
        await wallet.ReceiveVoucher(new ReceiveVoucher(
            new("receive"), Actor.System, new("v-1"), BerlinAbroad, Eur(face), Now, new LocalDate(2027, 11, 21)));
        return wallet;
    }

    private static Task<Reply<AccountRefusal>> Reserve(IAccountGrain wallet, string booking, decimal amount) =>
        wallet.ReserveVouchers(new ReserveVouchers(
            new($"c-{booking}"), Actor.System, new(booking), [new VoucherPart(new("v-1"), Eur(amount))]));

    private static async Task<string> ShapeOf(GrainHost host) => (await Dapper.SqlMapper.QuerySingleAsync<string>(
        await host.Service<IDatabase>().Open(), "select shape from snapshots where stream = @stream",
        new { stream = $"account/{Account}" }))!;

    /// <summary>A store whose next append or load is lost on the way, on demand.</summary>
    private sealed class FailingStore(IEventStore inner) : IEventStore
    {
        private Exception? _fault;
        private Exception? _loadFault;
        private bool _isStored;
        private StreamName? _to;

        public void FailNextAppend(Exception? fault = null, bool isStored = false, StreamName? to = null) =>
            (_fault, _isStored, _to) =
                (fault ?? new StorageUnavailableException("The connection broke."), isStored, to);

        public void FailNextLoad() => _loadFault = new StorageUnavailableException("Nobody is there.");

        public Task<LoadedStream> Load(StreamName stream, string snapshotShape, CancellationToken cancel = default) =>
            Interlocked.Exchange(ref _loadFault, null) is { } fault
                ? Task.FromException<LoadedStream>(fault)
                : inner.Load(stream, snapshotShape, cancel);

        public Task<StreamCheck> Check(StreamName stream, CommandId? command) => inner.Check(stream, command);

        public Task<AppendAnswer> Append(Append append) =>
            (_to is null || _to == append.Stream) && Interlocked.Exchange(ref _fault, null) is { } fault
                ? Lost(fault, append)
                : inner.Append(append);

        private async Task<AppendAnswer> Lost(Exception fault, Append append)
        {
            await Task.Yield();
            if (_isStored) await inner.Append(append);
            throw fault;
        }
    }
}
