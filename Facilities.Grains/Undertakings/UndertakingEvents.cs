using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Undertakings;

/// <summary>What happens to the aid register of a single undertaking, in the order of its life.</summary>
public abstract record UndertakingEvent;

/// <summary>Aid was granted; it fitted under the ceiling, with what is shown to have counted then.</summary>
/// <param name="Entry">The aid.</param>
/// <param name="Counted">What counted before it.</param>
/// <param name="RegisterBy">By when it must stand in the central register; null where it need not.</param>
public sealed record AidGranted(AidEntry Entry, Money Counted, LocalDate? RegisterBy) : UndertakingEvent;

/// <summary>A company declared aid that it had from elsewhere; replaces what it declared before.</summary>
public sealed record AidDeclared(
    EnterpriseId Beneficiary, ImmutableArray<AidEntry> Entries, string ByName) : UndertakingEvent;

/// <summary>Less was used than granted; from now on that counts, with the day of the grant as it was.</summary>
public sealed record AidReduced(string Entry, Money Used, string Reason) : UndertakingEvent;

/// <summary>The authority entered the aid in the central register.</summary>
public sealed record AidRegistered(string Entry, string Reference, string ByName) : UndertakingEvent
{
    /// <summary>The day of the entry there; null where only the day it was recorded here is known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LocalDate? RegisteredOn { get; init; }
}

/// <summary>
/// Aid was entered that a programme granted before this register was kept, within the ceiling or not.
/// </summary>
/// <param name="Entry">The aid.</param>
/// <param name="RegisterBy">By when it had to stand in the central register; null where it need not.</param>
public sealed record AidRecorded(AidEntry Entry, LocalDate? RegisterBy) : UndertakingEvent;

/// <summary>The undertaking became one with another: what that was granted counts here too.</summary>
public sealed record UndertakingJoined(string Other, ImmutableArray<RegisteredAid> Entries) : UndertakingEvent;

/// <summary>The register was closed because the undertaking became part of another, which grants go to now.</summary>
public sealed record UndertakingClosed(string Into) : UndertakingEvent;
