using Facilities.Grains.Accounts;
using Facilities.Grains.Bookings;
using Facilities.Grains.Claims;
using Facilities.Grains.Kernel;
using Facilities.Grains.Undertakings;

namespace Facilities.Grains.Programmes;

public partial interface IProgrammeGrain
{
    /// <summary>See <see cref="QueryClaim"/>.</summary>
    Task<Reply<ProgrammeRefusal>> QueryClaim(QueryClaim command);
    /// <summary>See <see cref="AnswerClaim"/>.</summary>
    Task<Reply<ProgrammeRefusal>> AnswerClaim(AnswerClaim command);
    /// <summary>See <see cref="StateClaimAccount"/>.</summary>
    Task<Reply<ProgrammeRefusal>> StateClaimAccount(StateClaimAccount command);
    /// <summary>See <see cref="ReceiveLapse"/>.</summary>
    Task<Reply<ProgrammeRefusal>> ReceiveLapse(ReceiveLapse command);
}

public sealed partial class ProgrammeGrain
{
    /// <inheritdoc/>
    public Task<Reply<ProgrammeRefusal>> QueryClaim(QueryClaim command) => Tell(command, ClaimDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<ProgrammeRefusal>> AnswerClaim(AnswerClaim command) => Tell(command, ClaimDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<ProgrammeRefusal>> StateClaimAccount(StateClaimAccount command) =>
        Tell(command, ClaimAccountDecisions.Decide);

    /// <inheritdoc/>
    public async Task<Reply<ProgrammeRefusal>> ReceiveLapse(ReceiveLapse command)
    {
        var reply = await Tell(command, LapseDecisions.Decide);
        // The wallet waits for this answer: what it is still to be told would have it tell the lapse again, for ever.
        if (reply.Accepted) await LowerAid();
        return reply;
    }

    /// <summary>
    /// What the booking of a claim says of the SME's payment; null where the programme pays the facility. A payment
    /// that is known once stays known, so that asking before deciding cannot be too late.
    /// </summary>
    private async Task<PaymentProof?> ProofOf(ClaimId claim)
    {
        if (Durable.Terms is { PaymentMode: PaymentMode.ToProvider }) return null;
        var standing = await Read(state => state.Terms is { } terms && terms.PaymentMode.PaysAccount()
            ? state.Claims.GetValueOrDefault(claim.Value)
            : null);
        return standing is not null && await GrainFactory.GetGrain<IBookingGrain>(standing.Claim.Booking.Value)
            .View(Actor.System) is { } booking
            ? PaymentProof.Of(booking)
            : null;
    }

    /// <summary>
    /// Takes what a rejected claim used out of the wallet; one that was rejected before this was done stays as it was.
    /// </summary>
    private async Task<bool> TakeBack(Claim claim) =>
        Durable.Awards[claim.Voucher.Value].Rejected is null || claim.Amount.IsZero
        || (await GrainFactory.GetGrain<IAccountGrain>(claim.Account.Value).ReturnRedemption(new ReturnRedemption(
            new CommandId($"return-{claim.Id}"), Actor.System, claim.Voucher, claim.Id, claim.Amount))).Accepted;

    private async Task LowerAid()
    {
        foreach (var voucher in Durable.ToLower) await Lower(Durable.Awards[voucher]);
    }

    /// <summary>Has the aid register count what is left of an award, wherever its undertaking moved to.</summary>
    private async Task Lower(Award award)
    {
        if (award.AidLeft is not { } left
            || (await GrainFactory.GetGrain<IAccountGrain>(award.Account.Value).View())?.Profile is not { } profile)
            return;
        var undertaking = profile.UndertakingId;
        for (var hops = 0; hops < Limits.UndertakingHops; hops++)
        {
            var key = IUndertakingGrain.KeyOf(Durable.Terms!.Country, undertaking);
            var reply = await GrainFactory.GetGrain<IUndertakingGrain>(key).Reduce(new ReduceAid(
                new CommandId($"lower-{award.Voucher}-{award.Reductions}"), Actor.System, award.Voucher.Value, left,
                award.Why!));
            if (reply.Refusal is { Code: UndertakingRefusal.UndertakingClosed } closed)
            {
                undertaking = closed.Reason;
                continue;
            }
            // Where no register has it, it is tried again: verify names what never comes to its end.
            if (reply.Accepted)
                await Tell(
                    new RecordAidLowered(
                        new CommandId($"lowered-{award.Voucher}-{award.Reductions}"), Actor.System, award.Voucher,
                        award.Reductions),
                    ClaimDecisions.Decide);
            return;
        }
    }
}
