using System.Collections.Immutable;
using System.Text.Json;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Grains.Applications;

/// <summary>Makes a call, changes one that has not opened, or prolongs one that has.</summary>
public sealed record SetCall(CommandId Id, Actor By, Call Call) : Command(Id, By);

/// <summary>The rules of calls and applications.</summary>
public static partial class ApplicationDecisions
{
    /// <summary>Decides <see cref="SetCall"/>.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, SetCall command, Instant now)
    {
        if (NotMine(programme, command) is { } no) return no;
        var terms = programme.Terms!;
        if (programme.Life.ClosedAt is not null) return Closed(terms);
        var faults = FaultsOf(programme, command.Call, now);
        if (!faults.IsEmpty) return new Refused<ProgrammeRefusal>(
            ProgrammeRefusal.NotValid, faults[0].Message, faults[0].Pointer);
        if (programme.Applications.Calls.TryGetValue(command.Call.Id.Value, out var before)
            && Text(before) == Text(command.Call)) return Decision<ProgrammeEvent, ProgrammeRefusal>.Nothing;
        if (programme.Applications.Calls.Count >= Limits.Calls)
            return No(ProgrammeRefusal.NotValid, $"A programme has at most {Limits.Calls} calls.");
        return new CallSet(command.Call, command.By.Name);
    }

    /// <summary>What is wrong with a call by itself, or against what was published of it.</summary>
    public static ImmutableArray<Fault> FaultsOf(ProgrammeState programme, Call call, Instant now)
    {
        var terms = programme.Terms!;
        var faults = ImmutableArray.CreateBuilder<Fault>();
        void Must(bool holds, string pointer, string message)
        {
            if (!holds) faults.Add(new Fault(pointer, message));
        }
        Must(
            !string.IsNullOrWhiteSpace(call.Name) && call.Name.Length <= Limits.ProgrammeName, "/name",
            "A call has a name.");
        Must(call.Closes > call.Opens, "/closes", "A call closes after it opens.");
        Must(
            call.Share is not { } share || (share.Currency == terms.Budget.Currency && share.IsPositive
                && share.Minor <= terms.Budget.Minor), "/share", "A share is a part of the programme's budget.");
        var isRanked = call.Kind == CallKind.Ranked;
        Must(!isRanked || !call.Criteria.IsEmpty, "/criteria", "A ranked call names what points are given for.");
        Must(!isRanked || !call.Assessors.IsEmpty, "/assessors", "A ranked call names who gives points.");
        Must(
            call.Criteria.Length <= Limits.Criteria && call.Assessors.Length <= Limits.Assessors, "/criteria",
            $"At most {Limits.Criteria} criteria and {Limits.Assessors} assessors.");
        foreach (var (criterion, index) in call.Criteria.Select((criterion, index) => (criterion, index)))
            Must(
                !string.IsNullOrWhiteSpace(criterion.Name) && criterion.Weight is >= 1 and <= 100
                    && criterion.Most is >= 1 and <= 100 && call.Criteria.Count(c => c.Id == criterion.Id) == 1,
                $"/criteria/{index}", "A criterion has a name of its own, a weight and most points of 1 to 100.");
        if (programme.Applications.Calls.GetValueOrDefault(call.Id.Value) is not { } before
            || now < before.OpensAt(terms)) return faults.ToImmutable();
        Must(call.Opens == before.Opens, "/opens", "It has opened; that cannot be changed.");
        Must(call.Closes >= before.Closes, "/closes", "A call that has opened closes no earlier.");
        Must(call.Kind == before.Kind, "/kind", "It has opened; how it chooses stays.");
        Must(
            call.Share is not { } next || next.Minor >= before.Share?.Minor, "/share", "The share only grows.");
        Must(
            JsonSerializer.Serialize(call.Criteria, Json.Options)
                == JsonSerializer.Serialize(before.Criteria, Json.Options), "/criteria",
            "It has opened; what points are given for stays.");
        Must(
            before.Assessors.All(a => call.Assessors.Any(next => next.Person == a.Person)), "/assessors",
            "Assessors are only added.");
        return faults.ToImmutable();
    }

    private static Refused<ProgrammeRefusal>? NotMine(ProgrammeState programme, Command command) =>
        programme.Terms is null ? NoProgramme()
        : ProgrammeDecisions.IsOfficer(programme, command) ? null
        : No(ProgrammeRefusal.NotAllowed, "Only the programme's officers do this.");

    private static Refused<ProgrammeRefusal> No(ProgrammeRefusal code, string reason, string? pointer = null) =>
        new(code, reason, pointer);

    private static Refused<ProgrammeRefusal> NoProgramme() =>
        No(ProgrammeRefusal.ProgrammeUnknown, "There is no such programme.");

    private static Refused<ProgrammeRefusal> Closed(ProgrammeTerms terms) =>
        No(ProgrammeRefusal.ProgrammeClosed, $"{terms.Name} is closed.");

    private static string Text(Call call) => JsonSerializer.Serialize(call, Json.Options);
}
