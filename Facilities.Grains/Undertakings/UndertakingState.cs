using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Undertakings;

/// <summary>An entry with what the central register knows of it.</summary>
/// <param name="Entry">The aid.</param>
/// <param name="RegisterBy">By when it must be entered; null where it need not.</param>
/// <param name="Reference">Of the central register; null while it is not entered.</param>
/// <param name="RegisteredAt">When the reference was recorded.</param>
public sealed record RegisteredAid(AidEntry Entry, LocalDate? RegisterBy, string? Reference, Instant? RegisteredAt)
{
    /// <summary>The day of the entry in the central register; null where only when it was recorded is known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LocalDate? RegisteredOn { get; init; }

    /// <summary>What counted when it was entered or corrected there; null while it is not entered.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Money? RegisteredAmount { get; init; }

    /// <summary>Why less counts than was granted; null while all does.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ReducedReason { get; init; }

    /// <summary>Whether the central register shows more than counts.</summary>
    [JsonIgnore]
    public bool NeedsCorrection => Reference is not null && RegisteredAmount is { } shown && shown != Entry.Counts;
}

/// <summary>The aid that a single undertaking had from authorities of one country.</summary>
/// <param name="Entries">By their id.</param>
/// <param name="ClosedInto">The undertaking that it became part of; null while it stands for itself.</param>
/// <param name="Joined">The undertakings that became part of it.</param>
public sealed record UndertakingState(
    ImmutableSortedDictionary<string, RegisteredAid> Entries, string? ClosedInto, ImmutableSortedSet<string> Joined)
{
    /// <summary>An undertaking that was granted nothing.</summary>
    public static readonly UndertakingState Nothing =
        new(ImmutableSortedDictionary<string, RegisteredAid>.Empty, null, []);

    /// <summary>The state after an event.</summary>
    public static UndertakingState Evolve(UndertakingState state, UndertakingEvent happened, Instant at) =>
        happened switch
        {
            AidGranted e => state.With(new RegisteredAid(e.Entry, e.RegisterBy, null, null)),
            AidDeclared e => e.Entries.Aggregate(
                state with
                {
                    Entries = state.Entries.RemoveRange(state.Entries.Values
                        .Where(held => IsDeclared(held, e.Beneficiary)).Select(held => held.Entry.Id)),
                },
                (next, entry) => next.With(new RegisteredAid(entry, null, null, null))),
            AidReduced e => state.With(state.Entries[e.Entry] is var held
                ? held with { Entry = held.Entry with { Used = e.Used }, ReducedReason = e.Reason } : held),
            AidRegistered e => state.With(
                state.Entries[e.Entry] with
                {
                    Reference = e.Reference,
                    RegisteredAt = at,
                    RegisteredOn = e.RegisteredOn,
                    RegisteredAmount = state.Entries[e.Entry].Entry.Counts,
                }),
            AidRecorded e => state.With(new RegisteredAid(e.Entry, e.RegisterBy, null, null)),
            UndertakingJoined e => e.Entries.Aggregate(
                state with { Joined = state.Joined.Add(e.Other) }, (next, entry) => next.With(entry)),
            UndertakingClosed e => state with { ClosedInto = e.Into },
            _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot happen to an undertaking."),
        };

    internal static bool IsDeclared(RegisteredAid held, EnterpriseId beneficiary) =>
        held.Entry.Source == AidSource.Declared && held.Entry.Beneficiary == beneficiary;

    private UndertakingState With(RegisteredAid held) => this with { Entries = Entries.SetItem(held.Entry.Id, held) };
}
