using System.Globalization;
using Facilities.Grains.Accounts;
using Facilities.Grains.Instalments;
using Facilities.Grains.Kernel;

namespace Facilities.Grains.Programmes;

public partial interface IProgrammeGrain
{
    /// <summary>See <see cref="Instalments.OpenAdvance"/>.</summary>
    Task<Reply<ProgrammeRefusal>> OpenAdvance(OpenAdvance command);
    /// <summary>See <see cref="Instalments.EndAdvance"/>; the wallet knows when this answers.</summary>
    Task<Reply<ProgrammeRefusal>> EndAdvance(EndAdvance command);
}

public sealed partial class ProgrammeGrain
{
    /// <inheritdoc/>
    public Task<Reply<ProgrammeRefusal>> OpenAdvance(OpenAdvance command) =>
        Tell(command, InstalmentDecisions.Decide);

    /// <inheritdoc/>
    public Task<Reply<ProgrammeRefusal>> EndAdvance(EndAdvance command) =>
        ThenAdvances(Tell(command, InstalmentDecisions.Decide));

    private async Task<Reply<ProgrammeRefusal>> ThenAdvances(Task<Reply<ProgrammeRefusal>> told)
    {
        var reply = await told;
        if (reply.Accepted) await FollowAdvances();
        return reply;
    }

    /// <summary>Settles advances of bookings that are over, and tells wallets what is not needed.</summary>
    private async Task FollowAdvances()
    {
        foreach (var claim in Durable.Instalments.ToSettle)
            if (!Durable.Banking.Waiting.ContainsKey(claim))
                await Tell(
                    // What the bank answers another time is another step.
                    new SettleAdvance(
                        new CommandId($"settle-{claim}-{Durable.Banking.Payments.Count}"), Actor.System, new(claim)),
                    InstalmentDecisions.Decide);
        foreach (var freed in Durable.Instalments.ToGiveBack)
            if (await GiveBack(freed, Durable.Claims[freed.Claim.Value].Claim))
                await Tell(
                    new RecordGivenBack(StepOf("given", freed), Actor.System, freed.Claim, freed.Number),
                    InstalmentDecisions.Decide);
    }

    private async Task<bool> GiveBack(FreedAdvance freed, Claim claim)
    {
        var wallet = GrainFactory.GetGrain<IAccountGrain>(claim.Account.Value);
        // What was rejected leaves the voucher by the door of all rejected claims.
        var reply = freed.ForGood
            ? await wallet.ReturnRedemption(new ReturnRedemption(
                StepOf("return", freed), Actor.System, claim.Voucher,
                new ClaimId(string.Create(CultureInfo.InvariantCulture, $"{claim.Id}-{freed.Number}")), freed.Amount))
            : await wallet.ReturnAdvance(new ReturnAdvance(
                StepOf("free", freed), Actor.System, claim.Voucher, claim.Booking, freed.Amount, freed.Number));
        return reply.Accepted;
    }

    private static CommandId StepOf(string step, FreedAdvance freed) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{step}-{freed.Claim}-{freed.Number}"));
}
