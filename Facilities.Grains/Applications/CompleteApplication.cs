using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Grains.Applications;

/// <summary>The funder asks for what is missing, until the end of a day.</summary>
public sealed record AskCompletion(
    CommandId Id, Actor By, ApplicationKey Application, string Question, LocalDate Until) : Command(Id, By);

/// <summary>The SME sends what was missing.</summary>
public sealed record CompleteApplication(CommandId Id, Actor By, ApplicationKey Application, string Answer)
    : Command(Id, By);

/// <summary>The deadline of a completion has passed.</summary>
public sealed record LapseApplication(CommandId Id, Actor By, ApplicationKey Application) : Command(Id, By);

public static partial class ApplicationDecisions
{
    /// <summary>Decides <see cref="AskCompletion"/>.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, AskCompletion command, Instant now)
    {
        if (NotMine(programme, command) is { } no) return no;
        if (!programme.Applications.Items.TryGetValue(command.Application.Value, out var application))
            return Unknown(command.Application);
        if (application.Status == ApplicationStatus.Incomplete)
            return No(ProgrammeRefusal.CompletionAsked, "Something was asked for already. Wait for the answer.");
        if (!application.IsOpen) return Decided(application);
        var today = ProgrammeDecisions.DayOf(programme.Terms!, now);
        if (command.Until < today || command.Until > today.PlusDays(Limits.CompletionDays))
            return No(
                ProgrammeRefusal.NotValid, $"Give a day within {Words.Count(Limits.CompletionDays, "day")}.", "/until");
        if (string.IsNullOrWhiteSpace(command.Question))
            return No(ProgrammeRefusal.NotValid, "Say what is missing.", "/question");
        return new CompletionAsked(
            command.Application, Cut(command.Question.Trim()), command.Until, command.By.Name);
    }

    /// <summary>Decides <see cref="CompleteApplication"/>.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, CompleteApplication command, Instant now)
    {
        var (application, no) = Own(programme, command, command.Application);
        if (application is null) return no!;
        if (application.Status != ApplicationStatus.Incomplete)
            return application.IsOpen
                ? No(ProgrammeRefusal.NothingAsked, "Nothing was asked for.")
                : Decided(application);
        if (ProgrammeDecisions.DayOf(programme.Terms!, now) > application.Completion!.Until)
            return No(
                ProgrammeRefusal.DeadlinePassed,
                $"It was to come until {Words.Day(application.Completion.Until)}. Apply anew while a call is open.");
        if (string.IsNullOrWhiteSpace(command.Answer))
            return No(ProgrammeRefusal.NotValid, "Write the answer.", "/answer");
        return new ApplicationCompleted(command.Application, Cut(command.Answer.Trim()), command.By.Name);
    }

    /// <summary>Decides <see cref="LapseApplication"/>.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, LapseApplication command, Instant now) =>
        programme.Applications.Items.TryGetValue(command.Application.Value, out var application)
            && application is { Status: ApplicationStatus.Incomplete, Completion: { } completion }
            && ProgrammeDecisions.DayOf(programme.Terms!, now) > completion.Until
                ? new ApplicationLapsed(command.Application)
                : Decision<ProgrammeEvent, ProgrammeRefusal>.Nothing;
}
