using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Claims;
using Facilities.Grains.Instalments;
using NodaTime;

namespace Facilities.Grains.Programmes;

/// <summary>How far a claim has come.</summary>
public enum ClaimStatus
{
    /// <summary>An officer must decide.</summary>
    Open,
    /// <summary>Approved, to be paid.</summary>
    Approved,
    /// <summary>Rejected; the SME owes the amount.</summary>
    Rejected,
    /// <summary>Paid to the provider, or to the SME that had paid it.</summary>
    Paid,
    /// <summary>An officer asked something and waits for the answer.</summary>
    Queried,
    /// <summary>The provider credited all of it before it was paid.</summary>
    Credited,
    /// <summary>An advance that was not paid.</summary>
    Lapsed,
}

/// <summary>A claim with where it stands.</summary>
public sealed partial record ClaimStanding(
    Claim Claim, ClaimStatus Status, Instant OpenedAt, Instant? DecidedAt, string? Note, string? Reference)
{
    /// <summary>What officers asked, with the answers; null where nothing, left out of rows then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<ClaimQuestion>? Questions { get; init; }

    /// <summary>Where the SME is paid, and how it is known that it paid; null where the provider is paid.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ClaimPayout? Payout { get; init; }

    /// <summary>What became of an advance; null of other claims, left out of rows then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AdvanceStanding? Advance { get; init; }
}
