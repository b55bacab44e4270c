using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Applications;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using Facilities.Grains.Undertakings;
using NodaTime;
using Orleans;
using Orleans.Concurrency;

namespace Facilities.Grains.Programmes;

/// <summary>One voucher programme of a funder: the only writer of its budget, awards and claims.</summary>
public partial interface IProgrammeGrain : IWakeable
{
    /// <summary>See <see cref="PublishProgramme"/>.</summary>
    Task<Reply<ProgrammeRefusal>> Publish(PublishProgramme command);
    /// <summary>See <see cref="AwardVoucher"/>; the voucher lies in the wallet when this answers.</summary>
    Task<Reply<ProgrammeRefusal>> Award(AwardVoucher command);
    /// <summary>See <see cref="OpenClaim"/>.</summary>
    Task<Reply<ProgrammeRefusal>> OpenClaim(OpenClaim command);
    /// <summary>See <see cref="DecideClaim"/>.</summary>
    Task<Reply<ProgrammeRefusal>> DecideClaim(DecideClaim command);
    /// <summary>See <see cref="PayClaim"/>; the booking knows when this answers.</summary>
    Task<Reply<ProgrammeRefusal>> PayClaim(PayClaim command);
    /// <summary>What is left of the budget; null where nobody published the programme.</summary>
    Task<Money?> Free();
}

/// <inheritdoc cref="IProgrammeGrain"/>
[Reentrant]
public sealed partial class ProgrammeGrain(GrainServices services)
    : EventSourcedGrain<ProgrammeState, ProgrammeEvent, ProgrammeRefusal>(services), IProgrammeGrain
{
    /// <inheritdoc/>
    protected override StreamName Stream => StreamName.Of("programme", this.GetPrimaryKeyString());
    /// <inheritdoc/>
    protected override ProgrammeState Initial => ProgrammeState.Nobody;

    /// <inheritdoc/>
    public Task<Reply<ProgrammeRefusal>> Publish(PublishProgramme command) => Tell(command, ProgrammeDecisions.Decide);
    /// <inheritdoc/>
    public async Task<Reply<ProgrammeRefusal>> Award(AwardVoucher command)
    {
        // Asked before anything is promised; whoever may not award learns nothing of accounts.
        if (await IsOfficer(command))
        {
            if (await BeneficiaryOf(command.Account) is not { } sme)
                return new(new Refused<ProgrammeRefusal>(
                    ProgrammeRefusal.AccountUnknown, $"There is no account {command.Account}."));
            command = command with { Beneficiary = sme };
        }
        var reply = await Tell(command, ProgrammeDecisions.Decide);
        if (!reply.Accepted) return reply;
        await Complete(command.Voucher.Value);
        return Durable.Withdrawn.TryGetValue(command.Voucher.Value, out var why)
            ? new(new Refused<ProgrammeRefusal>(
                Durable.WithdrawnFor.GetValueOrDefault(
                    command.Voucher.Value, ProgrammeRefusal.AidCeilingExceeded), why))
            : reply;
    }
    /// <inheritdoc/>
    public async Task<Reply<ProgrammeRefusal>> OpenClaim(OpenClaim command) =>
        await ThenAdvances(Tell(command, ProgrammeDecisions.Decide));
    /// <inheritdoc/>
    public async Task<Reply<ProgrammeRefusal>> DecideClaim(DecideClaim command) => await Then(Tell(
        command with { Proof = await ProofOf(command.Claim) }, ProgrammeDecisions.Decide));
    /// <inheritdoc/>
    public async Task<Reply<ProgrammeRefusal>> PayClaim(PayClaim command) => await Then(Tell(
        command with { Proof = await ProofOf(command.Claim) }, ProgrammeDecisions.Decide));

    /// <inheritdoc/>
    public Task<Money?> Free() => Read(state => state.Terms is null ? null : (Money?)state.Free);

    /// <inheritdoc/>
    public async Task Wake()
    {
        foreach (var some in Durable.Prepared.Values.Chunk(Limits.AwardsAtOnce)) await Task.WhenAll(some.Select(Grant));
        foreach (var some in Durable.ToHandOver.Chunk(Limits.AwardsAtOnce))
            await Task.WhenAll(some.Select(voucher => HandOver(Durable.Awards[voucher])));
        await Lapse();
        await FollowAdvances();
        foreach (var claim in Durable.ToReport) await Report(Durable.Claims[claim]);
        await TellCredits();
        await LowerAid();
    }

    /// <inheritdoc/>
    protected override ProgrammeState Evolve(ProgrammeState state, ProgrammeEvent happened, Instant at) =>
        ProgrammeState.Evolve(state, happened, at);

    /// <inheritdoc/>
    protected override int SizeOf(ProgrammeState state) =>
        state.Awards.Count + state.Claims.Count + state.Applications.Items.Count;

    /// <inheritdoc/>
    protected override Effects EffectsOf(
        ProgrammeState before, ProgrammeState after, ImmutableArray<Placed<ProgrammeEvent>> events, Instant at) =>
        ProgrammeRows.EffectsOf(before, after, events, at);

    /// <inheritdoc/>
    protected override void Assert(ProgrammeState state)
    {
        if (state.Terms is not null && state.Free.IsNegative)
            throw new InvalidOperationException(
                $"Programme {this.GetPrimaryKeyString()} awarded more than its budget.");
        foreach (var year in state.Years)
            if (year.Free.IsNegative)
                throw new InvalidOperationException(
                    $"Programme {this.GetPrimaryKeyString()} awarded more than its budget of {year.Year}.");
    }

    /// <summary>Takes one award as far as it goes. What others wait for is theirs, or is taken up by waking.</summary>
    private async Task Complete(string voucher)
    {
        if (Durable.Prepared.TryGetValue(voucher, out var prepared)) await Grant(prepared);
        if (Durable.ToHandOver.Contains(voucher)) await HandOver(Durable.Awards[voucher]);
    }

    private async Task<Reply<ProgrammeRefusal>> Then(Task<Reply<ProgrammeRefusal>> told)
    {
        var reply = await told;
        if (reply.Accepted) await Wake();
        return reply;
    }

    /// <summary>Asks the register of the SME's undertaking, wherever that moved to, and records its word.</summary>
    private async Task Grant(PreparedAward award)
    {
        var terms = Durable.TermsOf(award.Edition);
        var profile = (await GrainFactory.GetGrain<IAccountGrain>(award.Account.Value).View())?.Profile;
        if (profile is null)
        {
            await Withdraw(award, $"There is no account {award.Account}.", ProgrammeRefusal.AccountUnknown);
            return;
        }
        var entry = new AidEntry(
            award.Voucher.Value, new EnterpriseId(award.Account.Value), terms.Country,
            Eligibility.BasisOf(terms)!.Act, award.GrantedOn, award.Amount, award.Euros, terms.Funder,
            AidSource.Voucher)
        {
            Programme = terms.Id,
            Nace = award.Activity ?? profile.Nace,
            PerEuro = award.PerEuro,
            Rate = SupportCeiling.RateOf(terms),
        };
        var undertaking = profile.UndertakingId;
        for (var hops = 0; hops < Limits.UndertakingHops; hops++)
        {
            var register = GrainFactory.GetGrain<IUndertakingGrain>(
                IUndertakingGrain.KeyOf(terms.Country, undertaking));
            var reply = await register.Grant(
                new GrantAid(new CommandId($"grant-{award.Voucher}"), Actor.System, entry) { Instead = award.Instead });
            if (reply.Refusal is { Code: UndertakingRefusal.UndertakingClosed } closed)
            {
                undertaking = closed.Reason;
                continue;
            }
            if (reply.Refusal is { } refusal) await Withdraw(award, refusal.Reason);
            else
                await Tell(
                    new RecordGrant(
                        new CommandId($"granted-{award.Voucher}"), Actor.System, award.Voucher,
                        await IsLesser(register, award)),
                    ProgrammeDecisions.Decide);
            return;
        }
    }

    /// <summary>At which rate the register took it, now or before a crash.</summary>
    private static async Task<bool> IsLesser(IUndertakingGrain register, PreparedAward award) =>
        award.Instead is { } lesser && (await register.Entry(award.Voucher.Value))?.Rate == lesser.Rate;

    private Task Withdraw(PreparedAward award, string reason, ProgrammeRefusal? code = null) => Tell(
        new WithdrawAward(new CommandId($"withdrawn-{award.Voucher}"), Actor.System, award.Voucher, reason, code),
        ProgrammeDecisions.Decide);

    private async Task HandOver(Award award)
    {
        var reply = await GrainFactory.GetGrain<IAccountGrain>(award.Account.Value).ReceiveVoucher(new ReceiveVoucher(
            new CommandId($"receive-{award.Voucher}"), Actor.System,
            award.Voucher, SupportCeiling.AtMost(Durable.TermsOf(award.Edition), award.Lesser?.Rate), award.Amount,
            award.At, award.ExpiresOn));
        if (reply.Accepted)
            await Tell(
                new RecordHandOver(new CommandId($"handed-{award.Voucher}"), Actor.System, award.Voucher),
                ProgrammeDecisions.Decide);
    }

    private async Task Report(ClaimStanding standing)
    {
        var claim = standing.Claim;
        if (standing.Status == ClaimStatus.Rejected && !await TakeBack(claim)) return;
        var reply = await GrainFactory.GetGrain<IBookingGrain>(claim.Booking.Value)
            .RecordClaimOutcome(new RecordClaimOutcome(
                new CommandId($"outcome-{claim.Id}"), Actor.System,
                claim.Id, standing.Status == ClaimStatus.Paid, claim.InOrder));
        if (reply.Accepted)
            await Tell(
                new RecordClaimReport(new CommandId($"reported-{claim.Id}"), Actor.System, claim.Id),
                ProgrammeDecisions.Decide);
    }
}
