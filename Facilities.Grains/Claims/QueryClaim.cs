using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Grains.Claims;

/// <summary>Asks the facility and the SME something before a claim is decided.</summary>
/// <param name="Id">The command.</param>
/// <param name="By">An officer of the programme.</param>
/// <param name="Claim">Which claim.</param>
/// <param name="Question">In words.</param>
/// <param name="AnswerBy">The last day for the answer; null for <see cref="Limits.ClaimAnswerDays"/>.</param>
public sealed record QueryClaim(
    CommandId Id, Actor By, ClaimId Claim, string Question, LocalDate? AnswerBy) : Command(Id, By);

/// <summary>Answers the question that is open; by a person of the facility or of the SME.</summary>
public sealed record AnswerClaim(CommandId Id, Actor By, ClaimId Claim, string Text) : Command(Id, By);

/// <summary>Records that the aid register was told what counts of a voucher.</summary>
public sealed record RecordAidLowered(CommandId Id, Actor By, VoucherId Voucher, int Number) : Command(Id, By);

/// <summary>The rules of claims that are asked about.</summary>
public static class ClaimDecisions
{
    /// <summary>Decides <see cref="QueryClaim"/>.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, QueryClaim command, Instant now)
    {
        if (programme.Terms is not { } terms) return Unknown();
        if (!ProgrammeDecisions.IsOfficer(programme, command))
            return No(ProgrammeRefusal.NotAllowed, "Only the programme's officers ask about claims.");
        if (!programme.Claims.TryGetValue(command.Claim.Value, out var claim)) return NoClaim(command.Claim);
        if (claim.Status == ClaimStatus.Queried)
            return No(ProgrammeRefusal.AnswerAwaited, "A question is open already. Wait for its answer, or decide.");
        if (claim.Status != ClaimStatus.Open)
            return No(ProgrammeRefusal.ClaimDecided, $"The claim is {Refusal.NameOf(claim.Status)} already.");
        if (IsNoText(command.Question))
            return No(ProgrammeRefusal.NotValid, "Write what you would like to know.", "/note");
        var today = now.InZone(DateTimeZoneProviders.Tzdb[terms.TimeZone]).Date;
        var answerBy = command.AnswerBy ?? today.PlusDays(Limits.ClaimAnswerDays);
        if (answerBy <= today || answerBy > today.PlusDays(Limits.ClaimAnswerDaysMax))
            return No(
                ProgrammeRefusal.NotValid,
                $"Give a day from tomorrow until {Words.Day(today.PlusDays(Limits.ClaimAnswerDaysMax))}.",
                "/answerBy");

        // From here on it must succeed.
        return new ClaimQueried(command.Claim, command.By.Name, command.Question.Trim(), answerBy);
    }

    /// <summary>Decides <see cref="AnswerClaim"/>. A late answer counts as long as nobody decided.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, AnswerClaim command, Instant now)
    {
        if (programme.Terms is null) return Unknown();
        if (!programme.Claims.TryGetValue(command.Claim.Value, out var claim)
            || PartyOf(claim.Claim, command.By) is not { } party)
            return NoClaim(command.Claim);
        if (claim.Status != ClaimStatus.Queried)
            return No(ProgrammeRefusal.ClaimNotQueried, "Nothing is asked about this claim.");
        if (IsNoText(command.Text)) return No(ProgrammeRefusal.NotValid, "Write an answer.", "/text");
        return new ClaimAnswered(command.Claim, party, command.By.Name, command.Text.Trim());
    }

    /// <summary>Decides <see cref="RecordAidLowered"/>.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, RecordAidLowered command, Instant now) =>
        programme.ToLower.Contains(command.Voucher.Value)
            && programme.Awards[command.Voucher.Value].Reductions == command.Number
            ? new AidLowered(command.Voucher, command.Number)
            : Decision<ProgrammeEvent, ProgrammeRefusal>.Nothing;

    /// <summary>For which party of a claim a person speaks; null for strangers.</summary>
    public static string? PartyOf(Claim claim, Actor by) =>
        by.BelongsTo(OrganisationKind.Sme, claim.Account.Value) ? claim.Account.Value
        : claim.Platforms.Select(p => p.Value).FirstOrDefault(p => by.BelongsTo(OrganisationKind.Facility, p));

    /// <summary>Whether a claim may be rejected now: not before the answer to its question came or is late.</summary>
    public static Refused<ProgrammeRefusal>? MayNotReject(ProgrammeTerms terms, ClaimStanding claim, Instant now) =>
        claim is { Status: ClaimStatus.Queried, Questions: { } asked }
            && now.InZone(DateTimeZoneProviders.Tzdb[terms.TimeZone]).Date <= asked[^1].AnswerBy
            ? No(
                ProgrammeRefusal.AnswerAwaited,
                $"A question is open until {Words.Day(asked[^1].AnswerBy)}. Wait for the answer, or approve.")
            : null;

    private static bool IsNoText(string text) =>
        string.IsNullOrWhiteSpace(text) || text.Length > Limits.TextLength;

    private static Refused<ProgrammeRefusal> No(ProgrammeRefusal code, string reason, string? pointer = null) =>
        new(code, reason, pointer);

    private static Refused<ProgrammeRefusal> NoClaim(ClaimId claim) =>
        No(ProgrammeRefusal.ClaimUnknown, $"There is no claim {claim} among yours.");

    private static Refused<ProgrammeRefusal> Unknown() =>
        No(ProgrammeRefusal.ProgrammeUnknown, "There is no such programme.");
}
