using System.Collections.Immutable;
using Facilities.Grains.Claims;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime;
using Orleans;

namespace Facilities.Grains.Accounts;

public partial interface IAccountGrain
{
    /// <summary>See <see cref="ReturnRedemption"/>.</summary>
    Task<Reply<AccountRefusal>> ReturnRedemption(ReturnRedemption command);
    /// <summary>See <see cref="EndVoucher"/>; what lapsed is free budget when this answers.</summary>
    Task<Reply<AccountRefusal>> EndVoucher(EndVoucher command);
    /// <summary>See <see cref="WatchVouchers"/>.</summary>
    Task<Reply<AccountRefusal>> WatchVouchers(WatchVouchers command);
}

public sealed partial class AccountGrain
{
    /// <inheritdoc/>
    public Task<Reply<AccountRefusal>> ReturnRedemption(ReturnRedemption command) =>
        Tell(command, AccountDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<AccountRefusal>> EndVoucher(EndVoucher command) =>
        ThenReturn(Tell(command, AccountDecisions.Decide));
    /// <inheritdoc/>
    public Task<Reply<AccountRefusal>> WatchVouchers(WatchVouchers command) => Tell(command, AccountDecisions.Decide);

    /// <summary>Does what time asks of vouchers, and tells programmes what lapsed.</summary>
    private async Task Tend()
    {
        // A check that comes round again may be answered differently then, so its id names the moment it is for.
        if (VoucherTimes.Next(Durable) is { } due && due <= Now)
            await Tell(
                new TendVouchers(
                    new CommandId($"{this.GetPrimaryKeyString()}:tend:{due.ToUnixTimeSeconds()}"), Actor.System),
                AccountDecisions.Decide);
        await TellProgrammes();
    }

    /// <inheritdoc/>
    protected override ImmutableArray<AccountEvent> Following(
        AccountState state, ImmutableArray<AccountEvent> events, Instant now) =>
        VoucherLife.WithLapses(state, events, now);

    private async Task<Reply<AccountRefusal>> ThenReturn(Task<Reply<AccountRefusal>> told)
    {
        var reply = await told;
        if (reply.Accepted) await TellProgrammes();
        return reply;
    }

    /// <summary>
    /// Gives what lapsed back to its programmes, in the order in which it lapsed; a programme takes each once.
    /// </summary>
    private async Task TellProgrammes()
    {
        foreach (var lapse in Durable.ToTell)
        {
            var voucher = Durable.Vouchers[lapse.Voucher.Value];
            var reply = await GrainFactory.GetGrain<IProgrammeGrain>(voucher.Programme.Id.Value).ReceiveLapse(
                new ReceiveLapse(
                    new CommandId($"lapse-{lapse.Voucher}-{lapse.Number}"), Actor.System, lapse.Voucher, lapse.Amount,
                    voucher.End!.How, voucher.End.Reason, lapse.Number));
            if (!reply.Accepted) return;
            await Tell(
                new RecordLapseTold(
                    new CommandId($"told-{lapse.Voucher}-{lapse.Number}"), Actor.System, lapse.Voucher, lapse.Number),
                AccountDecisions.Decide);
        }
    }
}
