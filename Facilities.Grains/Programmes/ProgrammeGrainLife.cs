using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Grains.Runtime;
using NodaTime;

namespace Facilities.Grains.Programmes;

/// <summary>A programme as its funder and the doors read it.</summary>
/// <param name="Terms">As last written.</param>
/// <param name="Status">How far it has come.</param>
/// <param name="Edition">How often it was written; what an entity tag shows.</param>
/// <param name="Free">What is left of the budget; all of a draft's.</param>
/// <param name="Years">The years of the budget with what is taken; none where it has one budget over all.</param>
public sealed record ProgrammeView(
    ProgrammeTerms Terms, ProgrammeStatus Status, long Edition, Money Free, ImmutableArray<YearStanding> Years);

public partial interface IProgrammeGrain
{
    /// <summary>See <see cref="DraftProgramme"/>.</summary>
    Task<Reply<ProgrammeRefusal>> Draft(DraftProgramme command);
    /// <summary>See <see cref="ChangeProgramme"/>.</summary>
    Task<Reply<ProgrammeRefusal>> Change(ChangeProgramme command);
    /// <summary>See <see cref="PublishDraft"/>.</summary>
    Task<Reply<ProgrammeRefusal>> PublishDraft(PublishDraft command);
    /// <summary>See <see cref="CloseProgramme"/>.</summary>
    Task<Reply<ProgrammeRefusal>> Close(CloseProgramme command);
    /// <summary>The programme, drafts included; null where nobody wrote it.</summary>
    Task<ProgrammeView?> View();
    /// <summary>Every fault that a change would have now; empty where it could be made.</summary>
    Task<ImmutableArray<Fault>> FaultsOf(ProgrammeTerms terms);
}

public sealed partial class ProgrammeGrain
{
    /// <inheritdoc/>
    public Task<Reply<ProgrammeRefusal>> Draft(DraftProgramme command) => Tell(command, ProgrammeDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<ProgrammeRefusal>> Change(ChangeProgramme command) => Tell(command, ProgrammeDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<ProgrammeRefusal>> PublishDraft(PublishDraft command) =>
        Tell(command, ProgrammeDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<ProgrammeRefusal>> Close(CloseProgramme command) => Tell(command, ProgrammeDecisions.Decide);

    /// <inheritdoc/>
    public Task<ProgrammeView?> View() => Read(state => state.Life.Status is { } status
        ? new ProgrammeView(
            state.Written!, status, state.Life.Written, state.Terms is null ? state.Written!.Budget : state.Free,
            state.Years)
        : null);

    /// <inheritdoc/>
    public Task<ImmutableArray<Fault>> FaultsOf(ProgrammeTerms terms)
    {
        var now = Now;
        return Read<ImmutableArray<Fault>>(state =>
        [
            .. ProgrammeFaults.Of(terms),
            .. state.Terms is { } published
                ? ForwardOnly.Faults(state, terms, ProgrammeDecisions.DayOf(published, now))
                : [],
        ]);
    }
}
