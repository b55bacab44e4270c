using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Undertakings;

/// <summary>
/// Counts aid against the ceiling of its act, whole, in the lesser form that is sent with it, or not at all; sent by
/// the programme that awards it.
/// </summary>
/// <param name="Id">The command.</param>
/// <param name="By">The system.</param>
/// <param name="Entry">The aid; its id makes it count once.</param>
/// <param name="EdgeCounts">Whether aid of exactly three years before counts; the cautious reading.</param>
public sealed record GrantAid(CommandId Id, Actor By, AidEntry Entry, bool EdgeCounts = true) : Command(Id, By)
{
    /// <summary>What is granted where the entry does not fit, at a lower rate; null where nothing is.</summary>
    public LesserAid? Instead { get; init; }
}

/// <summary>Lowers an entry to what was used; sent by the programme when a voucher ends.</summary>
public sealed record ReduceAid(CommandId Id, Actor By, string Entry, Money Used, string Reason) : Command(Id, By);

/// <summary>Records the reference under which the authority entered an aid in the central register.</summary>
public sealed record RegisterAid(CommandId Id, Actor By, string Entry, string Reference) : Command(Id, By)
{
    /// <summary>The day of the entry or correction there; null where it is today.</summary>
    public LocalDate? RegisteredOn { get; init; }
}

/// <summary>The rules of the aid register: the only writer of what a single undertaking had.</summary>
public static partial class UndertakingDecisions
{
    /// <summary>Decides <see cref="GrantAid"/>.</summary>
    public static Decision<UndertakingEvent, UndertakingRefusal> Decide(
        UndertakingState undertaking, GrantAid command, Instant now)
    {
        var entry = command.Entry;
        if (!command.By.IsSystem) return No(UndertakingRefusal.NotAllowed, "Only a programme grants aid.");
        if (undertaking.ClosedInto is { } into) return Closed(into);
        if (undertaking.Entries.ContainsKey(entry.Id)) return Decision<UndertakingEvent, UndertakingRefusal>.Nothing;
        var answer = AidCeiling.Check(
            undertaking.Entries.Values.Select(held => held.Entry), entry.Basis, entry.Country, entry.Euros,
            entry.GrantedOn, command.EdgeCounts);
        if (!answer.Fits && AidCeiling.Binds(entry))
        {
            if (command.Instead is not { } lesser)
                return No(UndertakingRefusal.AidCeilingExceeded, answer.Reason);
            entry = entry with { Amount = lesser.Amount, Euros = lesser.Euros, Rate = lesser.Rate };
            if (AidCeiling.Binds(entry))
                return No(UndertakingRefusal.AidCeilingExceeded, answer.Reason);
        }

        // From here on it must succeed.
        return new AidGranted(entry, answer.Sum, entry.Basis == AidBasis.DeMinimis
            ? RegisterDeadline.Of(entry.GrantedOn, entry.Country)
            : null);
    }

    /// <summary>Decides <see cref="ReduceAid"/>. What counts only falls: a ceiling that was kept stays kept.</summary>
    public static Decision<UndertakingEvent, UndertakingRefusal> Decide(
        UndertakingState undertaking, ReduceAid command, Instant now)
    {
        if (!command.By.IsSystem) return No(UndertakingRefusal.NotAllowed, "Only a programme lowers its aid.");
        if (undertaking.ClosedInto is { } into) return Closed(into);
        if (!undertaking.Entries.TryGetValue(command.Entry, out var held)) return NoEntry(command.Entry);
        if (command.Used.IsNegative)
            throw new InvalidOperationException($"{command.Entry} would count below zero.");
        // A message of before, which came late, says more than counts by now.
        if (command.Used >= held.Entry.Counts) return Decision<UndertakingEvent, UndertakingRefusal>.Nothing;
        return new AidReduced(command.Entry, command.Used, command.Reason);
    }

    /// <summary>Decides <see cref="RegisterAid"/>.</summary>
    public static Decision<UndertakingEvent, UndertakingRefusal> Decide(
        UndertakingState undertaking, RegisterAid command, Instant now)
    {
        if (undertaking.ClosedInto is { } into) return Closed(into);
        if (!undertaking.Entries.TryGetValue(command.Entry, out var held)) return NoEntry(command.Entry);
        if (held.Entry.Programme is not { } programme
            || !command.By.Has(OrganisationKind.Funder, programme.Value, Role.Officer))
            return No(UndertakingRefusal.NotAllowed, "Only an officer of the programme that granted it registers it.");
        if (string.IsNullOrWhiteSpace(command.Reference) || command.Reference.Length > Limits.TextLength)
            return No(
                UndertakingRefusal.InvalidDeclaration, "Write the reference that the register gave.", "/reference");
        if (command.RegisteredOn is { } day && (day < held.Entry.GrantedOn || day > now.InUtc().Date.PlusDays(1)))
            return No(
                UndertakingRefusal.InvalidDeclaration,
                $"It was entered after {Words.Day(held.Entry.GrantedOn)}, the day of the grant, and not after today.",
                "/registeredOn");
        if (held.Reference == command.Reference.Trim() && !held.NeedsCorrection)
            return Decision<UndertakingEvent, UndertakingRefusal>.Nothing;
        return new AidRegistered(command.Entry, command.Reference.Trim(), command.By.Name)
        {
            RegisteredOn = command.RegisteredOn,
        };
    }

    private static Refused<UndertakingRefusal> No(UndertakingRefusal code, string reason, string? pointer = null) =>
        new(code, reason, pointer);

    private static Refused<UndertakingRefusal> NoEntry(string entry) =>
        No(UndertakingRefusal.EntryUnknown, $"The register has no entry {entry}.");

    private static Refused<UndertakingRefusal> Closed(string into) =>
        No(UndertakingRefusal.UndertakingClosed, into);
}
