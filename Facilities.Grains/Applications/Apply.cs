using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Undertakings;
using NodaTime;

namespace Facilities.Grains.Applications;

/// <summary>An SME applies for a voucher. The application's id derives from the command's.</summary>
/// <param name="Id">The command.</param>
/// <param name="By">Somebody of the SME.</param>
/// <param name="Account">The SME.</param>
/// <param name="AccountName">Its name.</param>
/// <param name="Call">The call; null for the one that is open.</param>
/// <param name="Amount">What is asked for.</param>
/// <param name="Purpose">What for.</param>
/// <param name="Declarations">What it declares; see <see cref="ApplicationDecisions.DeclarationsFor"/>.</param>
/// <param name="Checks">Its eligibility now, as the door judged it.</param>
public sealed record Apply(
    CommandId Id, Actor By, AccountId Account, string AccountName, CallId? Call, Money Amount, string Purpose,
    ImmutableArray<string> Declarations, ImmutableArray<RuleCheck> Checks) : Command(Id, By)
{
    /// <summary>NACE class of the activity that it is for; null for the SME's main one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Activity { get; init; }

    /// <summary>The application to be.</summary>
    public ApplicationKey Application => new($"a-{Id}");
}

/// <summary>The SME takes an application back that is not decided.</summary>
public sealed record WithdrawApplication(CommandId Id, Actor By, ApplicationKey Application, string Note)
    : Command(Id, By);

public static partial class ApplicationDecisions
{
    /// <summary>What an SME must declare before it applies, by the name that programs use, in words.</summary>
    public static ImmutableArray<(string Name, string Text)> DeclarationsFor(ProgrammeTerms terms) =>
    [
        ("trueAndComplete", "What we say in this application and in our profile is true and complete."),
        ("noDoubleFunding", "Nobody else pays for the same cost beyond what the programme allows."),
        ("noDifficulty", "We are not insolvent, and no recovery of unlawful aid is open against us."),
        .. terms.EffectiveRules.Start != StartRule.Any
            ? [("notStarted", "We have not ordered or begun what we apply for.")]
            : ImmutableArray<(string, string)>.Empty,
        .. Eligibility.BasisOf(terms)?.Act == AidBasis.DeMinimis
            ? [("aidDeclared", "We have declared all other de minimis aid of our single undertaking in three years.")]
            : ImmutableArray<(string, string)>.Empty,
    ];

    /// <summary>Decides <see cref="Apply"/>.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, Apply command, Instant now)
    {
        if (programme.Terms is not { } terms) return NoProgramme();
        if (!IsOf(command.By, command.Account))
            return No(ProgrammeRefusal.NotAllowed, "Only people of the company apply for it.");
        // A repeat, whatever became of it.
        if (programme.Applications.Items.ContainsKey(command.Application.Value))
            return Decision<ProgrammeEvent, ProgrammeRefusal>.Nothing;
        if (programme.Life.ClosedAt is not null) return Closed(terms);
        var (call, closed) = CallOf(programme, command.Call, now);
        if (closed is not null) return closed;
        if (string.IsNullOrWhiteSpace(command.Purpose) || command.Purpose.Length > Limits.TextLength)
            return No(ProgrammeRefusal.NotValid, "Say what the voucher is for, in at most a page.", "/purpose");
        if (command.Amount.Currency != terms.Budget.Currency || !command.Amount.IsPositive
            || command.Amount > terms.CapPerVoucher)
            return No(
                ProgrammeRefusal.AmountNotAllowed,
                $"A voucher of {terms.Name} is worth up to {terms.CapPerVoucher}.", "/amount");
        if (DeclarationsFor(terms).FirstOrDefault(d => !command.Declarations.Contains(d.Name))
            is { Name: not null } missing)
            return No(ProgrammeRefusal.DeclarationMissing, $"Declare: {missing.Text}", "/declarations");
        if (Failing(command.Checks, call) is { } failed)
            return No(ProgrammeRefusal.NotEligible, $"{failed.Reason} {failed.Remedy}".Trim());
        if (programme.Applications.HasStanding(call?.Id, command.Account))
            return No(
                ProgrammeRefusal.ApplicationPending,
                $"{command.AccountName} has an application that is not decided yet. Wait, or take it back.");
        if (programme.Applications.Items.Count >= Limits.Applications)
            return No(ProgrammeRefusal.NotValid, $"A programme takes at most {Limits.Applications} applications.");

        // From here on it must succeed.
        return new ApplicationSubmitted(
            new Application(
                command.Application, command.Account, command.AccountName, call?.Id, command.Amount,
                command.Purpose.Trim(), command.Declarations, command.By.Name, now, ApplicationStatus.Submitted)
            {
                Activity = command.Activity,
            },
            command.Checks);
    }

    /// <summary>Decides <see cref="WithdrawApplication"/>.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, WithdrawApplication command, Instant now)
    {
        var (application, no) = Own(programme, command, command.Application);
        if (application is null) return no!;
        if (application.Status == ApplicationStatus.Withdrawn)
            return Decision<ProgrammeEvent, ProgrammeRefusal>.Nothing;
        if (!application.IsOpen) return Decided(application);
        return new ApplicationWithdrawn(command.Application, Cut(command.Note), command.By.Name);
    }

    /// <summary>The rule that stands in the way; the budget does not while a ranking is still to come.</summary>
    internal static RuleCheck? Failing(ImmutableArray<RuleCheck> checks, Call? call) => checks.FirstOrDefault(
        check => !check.Passed && !(check.Rule == "budget" && call?.Kind == CallKind.Ranked));

    private static (Call? Call, Refused<ProgrammeRefusal>? No) CallOf(
        ProgrammeState programme, CallId? asked, Instant now)
    {
        var (terms, calls) = (programme.Terms!, programme.Applications.Calls);
        if (asked is null && calls.IsEmpty) return (null, null);
        var call = asked is { } id
            ? calls.GetValueOrDefault(id.Value)
            : calls.Values.FirstOrDefault(c => c.IsOpenAt(now, terms))
                ?? calls.Values.OrderBy(c => c.Opens).LastOrDefault(c => now < c.ClosesAt(terms))
                ?? calls.Values.MaxBy(c => c.Closes);
        if (call is null) return (null, No(ProgrammeRefusal.CallUnknown, "The programme has no such call."));
        var zone = DateTimeZoneProviders.Tzdb[terms.TimeZone];
        return call.IsOpenAt(now, terms) ? (call, null) : (call, No(
            ProgrammeRefusal.CallNotOpen, now < call.OpensAt(terms)
                ? $"{call.Name} opens on {Words.Time(call.OpensAt(terms), zone)}. Apply then."
                : $"{call.Name} closed on {Words.Time(call.ClosesAt(terms), zone)}. Wait for the next call."));
    }

    private static (Application? Application, Refused<ProgrammeRefusal>? No) Own(
        ProgrammeState programme, Command command, ApplicationKey id)
    {
        if (programme.Terms is null) return (null, NoProgramme());
        if (!programme.Applications.Items.TryGetValue(id.Value, out var application)) return (null, Unknown(id));
        return IsOf(command.By, application.Account)
            ? (application, null)
            : (null, No(ProgrammeRefusal.NotAllowed, "Only people of the company do this."));
    }

    private static bool IsOf(Actor by, AccountId account) =>
        by.Has(OrganisationKind.Sme, account.Value, Role.Owner, Role.Booker, Role.Signatory);

    private static Refused<ProgrammeRefusal> Unknown(ApplicationKey id) =>
        No(ProgrammeRefusal.ApplicationUnknown, $"There is no application {id}.");

    private static Refused<ProgrammeRefusal> Decided(Application application) => No(
        ProgrammeRefusal.ApplicationDecided,
        application.Verdict is { } verdict
            ? $"{verdict.ByName} has decided it: {Refusal.NameOf(application.Status)}."
            : $"The application is {Refusal.NameOf(application.Status)}.");

    private static string Cut(string text) => text.Length <= Limits.TextLength ? text : text[..Limits.TextLength];
}
