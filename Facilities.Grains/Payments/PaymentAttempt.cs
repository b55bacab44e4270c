using System.Text.Json.Serialization;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Payments;

/// <summary>How far one attempt to pay has come.</summary>
public enum PaymentStage
{
    /// <summary>The provider's page is being opened.</summary>
    Started,
    /// <summary>The provider's page waits for the payer.</summary>
    Open,
    /// <summary>A direct debit is under way.</summary>
    Processing,
    /// <summary>Money arrived.</summary>
    Paid,
    /// <summary>It came to nothing.</summary>
    Failed,
    /// <summary>Another attempt or method took its place.</summary>
    Replaced,
}

/// <summary>What becomes of money that arrived.</summary>
public enum PaymentUse
{
    /// <summary>Not decided yet.</summary>
    Open,
    /// <summary>It passed the gate.</summary>
    Counted,
    /// <summary>The booking is being held anew for it.</summary>
    Reviving,
    /// <summary>It goes back.</summary>
    Returned,
}

/// <summary>One attempt to pay before confirmation.</summary>
public sealed record PaymentAttempt(
    int Number, PaymentMethod Method, Money Amount, Instant StartedAt, Instant ExpiresAt, PaymentStage Stage)
{
    /// <summary>The provider's session.</summary>
    public string? Session { get; init; }

    /// <summary>The provider's page.</summary>
    public string? Url { get; init; }

    /// <summary>When a debit was agreed to.</summary>
    public Instant? InitiatedAt { get; init; }

    /// <summary>When money was paid.</summary>
    public Instant? PaidAt { get; init; }

    /// <summary>What arrived.</summary>
    public Money? Received { get; init; }

    /// <summary>The provider's payment.</summary>
    public string? Reference { get; init; }

    /// <summary>What becomes of the money.</summary>
    public PaymentUse Use { get; init; }

    /// <summary>Why it came to nothing.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether the payer may still act at the provider.</summary>
    [JsonIgnore]
    public bool IsLive => Stage is PaymentStage.Started or PaymentStage.Open;

    /// <summary>When the payer did what was theirs: a debit counts from its mandate, not the bank's word.</summary>
    [JsonIgnore]
    public Instant? ActedAt => InitiatedAt ?? PaidAt;
}

/// <summary>How far a refund has come.</summary>
public enum RefundStage
{
    /// <summary>On its way to the provider.</summary>
    Requested,
    /// <summary>The provider pays it.</summary>
    Paid,
    /// <summary>The provider could not.</summary>
    Failed,
}

/// <summary>Money that goes back to the account.</summary>
public sealed record PaymentRefund(
    string Id, int Attempt, Money Amount, string Reason, Instant At, RefundStage Stage, string? Note);
