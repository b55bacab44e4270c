using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Grains.Applications;

/// <summary>An assessor says whether they stand too near to the applicant to judge.</summary>
public sealed record DeclareInterest(
    CommandId Id, Actor By, ApplicationKey Application, bool HasConflict, string Note) : Command(Id, By);

/// <summary>An assessor gives points for each criterion; anew as often as they like until it is decided.</summary>
public sealed record ScoreApplication(
    CommandId Id, Actor By, ApplicationKey Application, ImmutableArray<CriterionPoints> Points, string Remark)
    : Command(Id, By);

public static partial class ApplicationDecisions
{
    /// <summary>Decides <see cref="DeclareInterest"/>.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, DeclareInterest command, Instant now)
    {
        var (application, _, no) = ToAssess(programme, command, command.Application);
        if (application is null) return no!;
        if (application.Assessments.TryGetValue(command.By.Person.Value, out var before)
            && before.HasConflict == command.HasConflict && before.Note == command.Note)
            return Decision<ProgrammeEvent, ProgrammeRefusal>.Nothing;
        return new InterestDeclared(
            command.Application, command.By.Person, command.By.Name, command.HasConflict, Cut(command.Note));
    }

    /// <summary>Decides <see cref="ScoreApplication"/>.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, ScoreApplication command, Instant now)
    {
        var (application, call, no) = ToAssess(programme, command, command.Application);
        if (application is null) return no!;
        if (!application.Assessments.TryGetValue(command.By.Person.Value, out var declared))
            return No(
                ProgrammeRefusal.InterestNotDeclared,
                "Say first whether you have an interest in this application.");
        if (declared.HasConflict)
            return No(ProgrammeRefusal.ConflictOfInterest, "You declared a conflict of interest. Others judge it.");
        foreach (var (criterion, index) in call!.Criteria.Select((criterion, index) => (criterion, index)))
            if (command.Points.Count(p => p.Criterion == criterion.Id) != 1
                || command.Points.Single(p => p.Criterion == criterion.Id).Points is var points
                    && (points < 0 || points > criterion.Most))
                return No(
                    ProgrammeRefusal.NotValid, $"Give 0 to {criterion.Most} points for {criterion.Name}, once.",
                    $"/points/{index}");
        if (command.Points.Length != call.Criteria.Length)
            return No(ProgrammeRefusal.NotValid, "Give points for the criteria of the call alone.", "/points");
        return new ApplicationScored(
            command.Application, command.By.Person,
            [.. call.Criteria.Select(c => command.Points.Single(p => p.Criterion == c.Id))], Cut(command.Remark));
    }

    private static (Application? Application, Call? Call, Refused<ProgrammeRefusal>? No) ToAssess(
        ProgrammeState programme, Command command, ApplicationKey id)
    {
        if (programme.Terms is null)
            return (null, null, NoProgramme());
        if (!programme.Applications.Items.TryGetValue(id.Value, out var application))
            return (null, null, Unknown(id));
        var call = application.Call is { } callId ? programme.Applications.Calls[callId.Value] : null;
        if (!command.By.BelongsTo(OrganisationKind.Funder, programme.Terms.Id.Value)
            || call?.Assessors.Any(a => a.Person == command.By.Person) != true)
            return (null, null, No(ProgrammeRefusal.NotAllowed, "Only assessors whom the call names judge it."));
        if (command.By.BelongsTo(OrganisationKind.Sme, application.Account.Value))
            return (null, null, No(
                ProgrammeRefusal.ConflictOfInterest, "You belong to the applicant. Others judge it."));
        return application.IsOpen ? (application, call, null) : (null, null, Decided(application));
    }
}
