using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Grains.Applications;

/// <summary>Awards or rejects an application. An award goes through the aid register like any other.</summary>
/// <param name="Id">The command.</param>
/// <param name="By">An officer of the programme.</param>
/// <param name="Application">The application.</param>
/// <param name="Award">Whether it is awarded.</param>
/// <param name="Amount">What is awarded; null for what was asked.</param>
/// <param name="Note">Why, as the SME reads it.</param>
/// <param name="Checks">Its eligibility now, as the door judged it.</param>
/// <param name="PerEuro">
/// Units of the currency for one euro, where the ceiling is in euros and the programme is not.
/// </param>
public sealed record DecideApplication(
    CommandId Id, Actor By, ApplicationKey Application, bool Award, Money? Amount, string Note,
    ImmutableArray<RuleCheck> Checks, decimal? PerEuro = null) : Command(Id, By)
{
    /// <summary>What the grain found out about the SME; no part of what was asked.</summary>
    [JsonIgnore]
    public Beneficiary? Beneficiary { get; init; }
}

public static partial class ApplicationDecisions
{
    /// <summary>Decides <see cref="DecideApplication"/>.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, DecideApplication command, Instant now)
    {
        if (NotMine(programme, command) is { } no) return no;
        if (!programme.Applications.Items.TryGetValue(command.Application.Value, out var application))
            return Unknown(command.Application);
        if (command.By.BelongsTo(OrganisationKind.Sme, application.Account.Value)
            || application.Assessments.GetValueOrDefault(command.By.Person.Value)?.HasConflict == true)
            return No(
                ProgrammeRefusal.ConflictOfInterest, "You have an interest in this application. Others decide it.");
        if (!application.IsOpen) return Decided(application);
        if (!command.Award)
            return string.IsNullOrWhiteSpace(command.Note) && command.Checks.All(check => check.Passed)
                ? No(ProgrammeRefusal.NotValid, "Say why it is rejected: the company reads it.", "/note")
                : new ApplicationRejected(
                    command.Application, Cut(command.Note.Trim()), command.By.Name, command.Checks);
        return Award(programme, command, application, now);
    }

    private static Decision<ProgrammeEvent, ProgrammeRefusal> Award(
        ProgrammeState programme, DecideApplication command, Application application, Instant now)
    {
        if (application.Status == ApplicationStatus.Incomplete)
            return No(
                ProgrammeRefusal.CompletionAsked, "Something is missing. Wait for it, or reject the application.");
        var call = application.Call is { } id ? programme.Applications.Calls[id.Value] : null;
        if (call is { Kind: CallKind.FirstCome } && programme.Applications.Before(application) is { } earlier)
            return No(
                ProgrammeRefusal.EarlierApplicationWaits,
                $"{earlier.AccountName} had a complete application, {earlier.Id}, before this one. Award or reject it "
                    + "first, or ask for what is missing in it.");
        if (call is { Kind: CallKind.Ranked } && now < call.ClosesAt(programme.Terms!))
            return No(ProgrammeRefusal.CallStillOpen, $"{call.Name} is still open. Award once it has closed.");
        if (call is { Kind: CallKind.Ranked } && Ranking.PointsOf(call, application) is null)
            return No(ProgrammeRefusal.NotScored, "Nobody gave points for it yet.");
        if (command.Checks.FirstOrDefault(check => !check.Passed && check.Rule != "budget") is { } failed)
            return No(ProgrammeRefusal.NotEligible, $"{failed.Reason} {failed.Remedy}".Trim());
        var amount = command.Amount ?? application.Amount;
        if (call is not null && programme.Applications.LeftOf(call) is { } left
            && (left.Currency != amount.Currency || left < amount))
            return No(ProgrammeRefusal.CallShareExceeded, $"{call.Name} has {left} left of its share.");
        var award = new AwardVoucher(
            application.AwardCommand, command.By, application.Account, amount, command.Note, command.PerEuro)
        {
            Activity = application.Activity,
            Beneficiary = command.Beneficiary,
        };
        var decision = ProgrammeDecisions.Decide(programme, award, now);
        if (decision.Refusal is { } refusal) return refusal;

        // From here on it must succeed.
        return new Decision<ProgrammeEvent, ProgrammeRefusal>(
            [
                new ApplicationApproved(
                    application.Id, award.Voucher, amount, Cut(command.Note.Trim()), command.By.Name, command.Checks),
                .. decision.Events,
            ],
            null);
    }
}
