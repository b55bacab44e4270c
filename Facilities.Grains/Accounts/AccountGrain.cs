using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using NodaTime;
using Orleans;
using Orleans.Concurrency;

namespace Facilities.Grains.Accounts;

/// <summary>An account as other grains and pages read it.</summary>
public sealed record AccountView(AccountProfile Profile, ImmutableArray<Voucher> Vouchers)
{
    /// <summary>What it declared of itself.</summary>
    public Declarations Declared { get; init; } = Declarations.None;
}

/// <summary>One SME account: the only writer of its profile and its voucher wallet.</summary>
public partial interface IAccountGrain
{
    /// <summary>See <see cref="RegisterAccount"/>.</summary>
    Task<Reply<AccountRefusal>> Register(RegisterAccount command);
    /// <summary>See <see cref="ReceiveVoucher"/>.</summary>
    Task<Reply<AccountRefusal>> ReceiveVoucher(ReceiveVoucher command);
    /// <summary>See <see cref="ReserveVouchers"/>.</summary>
    Task<Reply<AccountRefusal>> ReserveVouchers(ReserveVouchers command);
    /// <summary>See <see cref="FirmVouchers"/>.</summary>
    Task<Reply<AccountRefusal>> FirmVouchers(FirmVouchers command);
    /// <summary>See <see cref="ReleaseVouchers"/>.</summary>
    Task<Reply<AccountRefusal>> ReleaseVouchers(ReleaseVouchers command);
    /// <summary>See <see cref="RedeemVouchers"/>.</summary>
    Task<Reply<AccountRefusal>> RedeemVouchers(RedeemVouchers command);
    /// <summary>The account with its vouchers; null where nobody registered it.</summary>
    Task<AccountView?> View();
}

/// <inheritdoc cref="IAccountGrain"/>
[Reentrant]
public sealed partial class AccountGrain(GrainServices services)
    : EventSourcedGrain<AccountState, AccountEvent, AccountRefusal>(services), IAccountGrain
{
    /// <inheritdoc/>
    protected override StreamName Stream => StreamName.Of("account", this.GetPrimaryKeyString());
    /// <inheritdoc/>
    protected override AccountState Initial => AccountState.Nobody;

    /// <inheritdoc/>
    public Task<Reply<AccountRefusal>> Register(RegisterAccount command) => Tell(command, AccountDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<AccountRefusal>> ReceiveVoucher(ReceiveVoucher command) => Tell(command, AccountDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<AccountRefusal>> ReserveVouchers(ReserveVouchers command) =>
        Tell(command, AccountDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<AccountRefusal>> FirmVouchers(FirmVouchers command) => Tell(command, AccountDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<AccountRefusal>> ReleaseVouchers(ReleaseVouchers command) =>
        ThenReturn(Tell(command, AccountDecisions.Decide));
    /// <inheritdoc/>
    public Task<Reply<AccountRefusal>> RedeemVouchers(RedeemVouchers command) =>
        ThenReturn(Tell(command, AccountDecisions.Decide));
    /// <inheritdoc/>
    public Task<AccountView?> View() => Read(state => state.Profile is { } profile
        ? new AccountView(profile, [.. state.Vouchers.Values]) { Declared = state.Declared }
        : null);

    /// <inheritdoc/>
    protected override AccountState Evolve(AccountState state, AccountEvent happened, Instant at) =>
        AccountState.Evolve(state, happened, at);

    /// <inheritdoc/>
    protected override int SizeOf(AccountState state) => state.Reservations.Count + state.Barred.Count;

    /// <inheritdoc/>
    protected override Effects EffectsOf(
        AccountState before, AccountState after, ImmutableArray<Placed<AccountEvent>> events, Instant at) =>
        AccountRows.EffectsOf(before, after, events, at);

    /// <inheritdoc/>
    protected override void Assert(AccountState state)
    {
        foreach (var voucher in state.Vouchers.Values)
            if (voucher.Available.IsNegative || voucher.Reserved.IsNegative || voucher.Redeemed.IsNegative)
                throw new InvalidOperationException($"Voucher {voucher.Id} is used beyond its face value.");
    }
}
