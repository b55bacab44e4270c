using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Undertakings;

/// <summary>
/// Replaces what a company declared of aid from elsewhere (Regulation (EU) 2023/2831, Article 7(4)); sent by its
/// account. What is declared counts even beyond the ceiling: it was granted, and bars new aid.
/// </summary>
public sealed record DeclareAid(
    CommandId Id, Actor By, EnterpriseId Beneficiary, ImmutableArray<AidEntry> Entries, string ByName)
    : Command(Id, By);

/// <summary>Takes over what another undertaking had, because the two became one (Article 3(8)).</summary>
public sealed record JoinUndertaking(
    CommandId Id, Actor By, string Other, ImmutableArray<RegisteredAid> Entries) : Command(Id, By);

/// <summary>Closes the register of an undertaking that becomes part of another.</summary>
public sealed record CloseUndertaking(CommandId Id, Actor By, string Into) : Command(Id, By);

public static partial class UndertakingDecisions
{
    /// <summary>Decides <see cref="DeclareAid"/>.</summary>
    public static Decision<UndertakingEvent, UndertakingRefusal> Decide(
        UndertakingState undertaking, DeclareAid command, Instant now)
    {
        if (!command.By.IsSystem) return No(UndertakingRefusal.NotAllowed, "Only an account declares its aid.");
        if (undertaking.ClosedInto is { } into) return Closed(into);
        var before = undertaking.Entries.Values.Where(held => UndertakingState.IsDeclared(held, command.Beneficiary))
            .Select(held => held.Entry);
        if (before.SequenceEqual(command.Entries.OrderBy(entry => entry.Id, StringComparer.Ordinal)))
            return Decision<UndertakingEvent, UndertakingRefusal>.Nothing;
        if (command.Entries.Any(e => e.Source != AidSource.Declared || e.Beneficiary != command.Beneficiary))
            throw new InvalidOperationException("A declaration holds what its company declares alone.");

        // From here on it must succeed.
        return new AidDeclared(command.Beneficiary, command.Entries, command.ByName);
    }

    /// <summary>Decides <see cref="JoinUndertaking"/>. All earlier aid counts; what was lawful stays lawful.</summary>
    public static Decision<UndertakingEvent, UndertakingRefusal> Decide(
        UndertakingState undertaking, JoinUndertaking command, Instant now)
    {
        if (!command.By.IsSystem) return No(UndertakingRefusal.NotAllowed, "Only a declaration joins undertakings.");
        if (undertaking.ClosedInto is { } into) return Closed(into);
        // What came here by another way meanwhile may have changed since, and stays as it is.
        return undertaking.Joined.Contains(command.Other)
            ? Decision<UndertakingEvent, UndertakingRefusal>.Nothing
            : new UndertakingJoined(
                command.Other, [.. command.Entries.Where(held => !undertaking.Entries.ContainsKey(held.Entry.Id))]);
    }

    /// <summary>Decides <see cref="CloseUndertaking"/>.</summary>
    public static Decision<UndertakingEvent, UndertakingRefusal> Decide(
        UndertakingState undertaking, CloseUndertaking command, Instant now)
    {
        if (!command.By.IsSystem) return No(UndertakingRefusal.NotAllowed, "Only a declaration joins undertakings.");
        return undertaking.ClosedInto switch
        {
            null => new UndertakingClosed(command.Into),
            var into when into == command.Into => Decision<UndertakingEvent, UndertakingRefusal>.Nothing,
            var into => Closed(into),
        };
    }
}
