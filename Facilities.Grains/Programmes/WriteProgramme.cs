using System.Collections.Immutable;
using System.Text.Json;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using NodaTime;

namespace Facilities.Grains.Programmes;

/// <summary>A funder writes a new programme; nobody else sees it until it is published.</summary>
public sealed record DraftProgramme(CommandId Id, Actor By, ProgrammeTerms Terms) : Command(Id, By);

/// <summary>Writes a programme anew: a draft at will, a published one only forward.</summary>
/// <param name="Id">The command.</param>
/// <param name="By">An officer of the programme.</param>
/// <param name="Terms">As they are to be, whole.</param>
/// <param name="Seen">
/// How often they had been written when the officer read them; null to change them all the same.
/// </param>
public sealed record ChangeProgramme(CommandId Id, Actor By, ProgrammeTerms Terms, long? Seen = null) : Command(Id, By);

/// <summary>Publishes a draft: from now on it awards vouchers, and changes only forward.</summary>
public sealed record PublishDraft(CommandId Id, Actor By) : Command(Id, By);

/// <summary>Closes a published programme: no further applications and awards.</summary>
public sealed record CloseProgramme(CommandId Id, Actor By, string Note) : Command(Id, By);

public static partial class ProgrammeDecisions
{
    /// <summary>Decides <see cref="DraftProgramme"/>.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, DraftProgramme command, Instant now)
    {
        if (!command.By.Memberships.Any(m => m.Kind == OrganisationKind.Funder && m.Roles.Contains(Role.Officer)))
            return No(ProgrammeRefusal.NotAllowed, "Only officers of a funder write programmes.");
        if (programme.Life.Status is not null)
            return No(ProgrammeRefusal.ProgrammeExists, "There is a programme of this name already. Change that one.");
        if (FirstOf(ProgrammeFaults.Of(command.Terms)) is { } fault) return fault;
        return new ProgrammeDrafted(command.Terms, command.By.Name);
    }

    /// <summary>Decides <see cref="ChangeProgramme"/>.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, ChangeProgramme command, Instant now)
    {
        if (NotMine(programme, command) is { } no) return no;
        if (programme.Life.Status == ProgrammeStatus.Closed) return Closed(programme);
        if (command.Seen is { } seen && seen != programme.Life.Written)
            return No(ProgrammeRefusal.Stale, "Somebody changed the programme since you read it. Read it again.");
        if (FirstOf(ProgrammeFaults.Of(command.Terms)) is { } fault) return fault;
        var before = programme.Written!;
        var after = command.Terms with { Id = before.Id };
        if (Text(before) == Text(after)) return Decision<ProgrammeEvent, ProgrammeRefusal>.Nothing;
        if (programme.Terms is null) return new ProgrammeDrafted(after, command.By.Name);
        if (FirstOf(ForwardOnly.Faults(programme, after, DayOf(before, now)), ProgrammeRefusal.NotForward) is { } back)
            return back;

        // From here on it must succeed.
        return new ProgrammeChanged(after, after.Budget - before.Budget, command.By.Name);
    }

    /// <summary>Decides <see cref="PublishDraft"/>.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, PublishDraft command, Instant now)
    {
        if (NotMine(programme, command) is { } no) return no;
        if (programme.Life.Draft is not { } draft) return Decision<ProgrammeEvent, ProgrammeRefusal>.Nothing;
        if (FirstOf(ProgrammeFaults.Of(draft)) is { } fault) return fault;
        var today = DayOf(draft, now);
        var ended = Eligibility.BasisOf(draft)?.ValidUntil is { } until && today > until
            ? Eligibility.BasisOf(draft)!.Refusal(today)
            : today > draft.BasisValidity?.Until ? draft.BasisValidity.Refusal(today) : null;
        if (ended is not null) return No(ProgrammeRefusal.LegalBasisNotInForce, ended);
        return new ProgrammePublished(draft);
    }

    /// <summary>Decides <see cref="CloseProgramme"/>.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, CloseProgramme command, Instant now)
    {
        if (NotMine(programme, command) is { } no) return no;
        if (programme.Terms is null)
            return No(ProgrammeRefusal.ProgrammeNotPublished, "A draft need not be closed: nobody sees it.");
        if (programme.Life.ClosedAt is not null) return Decision<ProgrammeEvent, ProgrammeRefusal>.Nothing;
        if (command.Note.Length > Limits.TextLength)
            return No(ProgrammeRefusal.NotValid, $"Write at most {Limits.TextLength} characters.");
        return new ProgrammeClosed(command.Note, command.By.Name);
    }

    /// <summary>The day of an instant in a programme's zone.</summary>
    internal static LocalDate DayOf(ProgrammeTerms terms, Instant now) =>
        now.InZone(DateTimeZoneProviders.Tzdb[terms.TimeZone]).Date;

    private static Refused<ProgrammeRefusal>? NotMine(ProgrammeState programme, Command command) =>
        programme.Written is null ? Unknown()
        : IsOfficer(programme, command) ? null
        : No(ProgrammeRefusal.NotAllowed, "Only the programme's officers do this.");

    private static Refused<ProgrammeRefusal> Closed(ProgrammeState programme) => No(
        ProgrammeRefusal.ProgrammeClosed,
        $"{programme.Terms!.Name} was closed on {Words.Day(DayOf(programme.Terms, programme.Life.ClosedAt!.Value))}.");

    private static Refused<ProgrammeRefusal>? FirstOf(
        ImmutableArray<Fault> faults, ProgrammeRefusal code = ProgrammeRefusal.NotValid) =>
        faults.IsEmpty ? null : new(code, faults[0].Message, faults[0].Pointer);

    private static string Text(ProgrammeTerms terms) => JsonSerializer.Serialize(terms, Json.Options);
}
