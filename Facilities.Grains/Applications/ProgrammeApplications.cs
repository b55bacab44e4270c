using System.Collections.Immutable;
using Facilities.Grains.Applications;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using NodaTime;

namespace Facilities.Grains.Programmes;

public partial interface IProgrammeGrain
{
    /// <summary>See <see cref="Applications.SetCall"/>.</summary>
    Task<Reply<ProgrammeRefusal>> SetCall(SetCall command);
    /// <summary>See <see cref="Applications.Apply"/>.</summary>
    Task<Reply<ProgrammeRefusal>> Apply(Apply command);
    /// <summary>See <see cref="WithdrawApplication"/>.</summary>
    Task<Reply<ProgrammeRefusal>> WithdrawApplication(WithdrawApplication command);
    /// <summary>See <see cref="AskCompletion"/>.</summary>
    Task<Reply<ProgrammeRefusal>> AskCompletion(AskCompletion command);
    /// <summary>See <see cref="CompleteApplication"/>.</summary>
    Task<Reply<ProgrammeRefusal>> CompleteApplication(CompleteApplication command);
    /// <summary>See <see cref="DeclareInterest"/>.</summary>
    Task<Reply<ProgrammeRefusal>> DeclareInterest(DeclareInterest command);
    /// <summary>See <see cref="ScoreApplication"/>.</summary>
    Task<Reply<ProgrammeRefusal>> ScoreApplication(ScoreApplication command);
    /// <summary>See <see cref="DecideApplication"/>; a voucher lies in the wallet when this answers.</summary>
    Task<Reply<ProgrammeRefusal>> DecideApplication(DecideApplication command);
    /// <summary>The calls, in the order in which they open.</summary>
    Task<ImmutableArray<Call>> Calls();
    /// <summary>One application; null where there is none.</summary>
    Task<Application?> Application(ApplicationKey id);
    /// <summary>The order of a call with what the money suffices for.</summary>
    Task<ImmutableArray<RankedApplication>> Ranking(CallId call);
    /// <summary>The letter of a decided application; null while it is not decided.</summary>
    Task<Letter?> Letter(ApplicationKey id);
    /// <summary>What is wrong with a call; empty where it could be set.</summary>
    Task<ImmutableArray<Fault>> FaultsOf(Call call);
}

public sealed partial class ProgrammeGrain
{
    /// <inheritdoc/>
    public Task<Reply<ProgrammeRefusal>> SetCall(SetCall command) => Tell(command, ApplicationDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<ProgrammeRefusal>> Apply(Apply command) => Tell(command, ApplicationDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<ProgrammeRefusal>> WithdrawApplication(WithdrawApplication command) =>
        Tell(command, ApplicationDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<ProgrammeRefusal>> AskCompletion(AskCompletion command) =>
        Tell(command, ApplicationDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<ProgrammeRefusal>> CompleteApplication(CompleteApplication command) =>
        Tell(command, ApplicationDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<ProgrammeRefusal>> DeclareInterest(DeclareInterest command) =>
        Tell(command, ApplicationDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<ProgrammeRefusal>> ScoreApplication(ScoreApplication command) =>
        Tell(command, ApplicationDecisions.Decide);

    /// <inheritdoc/>
    public async Task<Reply<ProgrammeRefusal>> DecideApplication(DecideApplication command)
    {
        if (command.Award && await AccountOf(command.Application) is { } account)
            command = command with { Beneficiary = await BeneficiaryOf(account) };
        var reply = await Tell(command, ApplicationDecisions.Decide);
        if (!reply.Accepted || !command.Award) return reply;
        var application = Durable.Applications.Items[command.Application.Value];
        if (application.Verdict?.Voucher is not { } voucher)
            // A repeat of what the register refused.
            return new(new Refused<ProgrammeRefusal>(
                ProgrammeRefusal.AidCeilingExceeded, application.RegisterRefusal ?? "The aid register refused it."));
        await Complete(voucher.Value);
        return Durable.Withdrawn.TryGetValue(voucher.Value, out var why)
            ? new(new Refused<ProgrammeRefusal>(ProgrammeRefusal.AidCeilingExceeded, why))
            : reply;
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<Call>> Calls() =>
        Read(state => state.Applications.Calls.Values.OrderBy(c => c.Opens).ToImmutableArray());
    /// <inheritdoc/>
    public Task<Application?> Application(ApplicationKey id) =>
        Read(state => state.Applications.Items.GetValueOrDefault(id.Value));
    /// <inheritdoc/>
    public Task<ImmutableArray<RankedApplication>> Ranking(CallId call)
    {
        var now = Now;
        return Read(state => state.Applications.Calls.TryGetValue(call.Value, out var known)
            ? Applications.Ranking.Of(state, known, now)
            : []);
    }
    /// <inheritdoc/>
    public Task<Letter?> Letter(ApplicationKey id) => Read(state =>
        state.Applications.Items.TryGetValue(id.Value, out var known) ? Letters.Of(state, known) : null);
    /// <inheritdoc/>
    public Task<ImmutableArray<Fault>> FaultsOf(Call call)
    {
        var now = Now;
        return Read(state => state.Terms is null ? [] : ApplicationDecisions.FaultsOf(state, call, now));
    }

    private async Task Lapse()
    {
        if (Durable.Terms is not { } terms) return;
        var today = ProgrammeDecisions.DayOf(terms, Now);
        foreach (var late in Durable.Applications.LateOn(today).ToArray())
            await Tell(
                new LapseApplication(new CommandId($"lapse-{late}-{Words.IsoDay(today)}"), Actor.System, late),
                ApplicationDecisions.Decide);
    }
}
