using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Accounts;
using Facilities.Grains.Clusters;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Bookings;

/// <summary>Where a booking stands, as everybody sees it.</summary>
public enum BookingStatus
{
    /// <summary>Nothing yet.</summary>
    None,
    /// <summary>Its parts are being held; nobody sees it.</summary>
    Holding,
    /// <summary>Its parts could not be held; nobody sees it.</summary>
    NotHeld,
    /// <summary>Held for the one who books, who signs next.</summary>
    Held,
    /// <summary>A facility must approve.</summary>
    AwaitingApproval,
    /// <summary>A side must sign.</summary>
    AwaitingSignature,
    /// <summary>The SME must say how it pays its share.</summary>
    AwaitingPayment,
    /// <summary>Firm.</summary>
    Confirmed,
    /// <summary>Delivered; the SME must accept.</summary>
    Delivered,
    /// <summary>Accepted; claims and invoices are open.</summary>
    Accepted,
    /// <summary>Nobody owes anything.</summary>
    Settled,
    /// <summary>A facility said no.</summary>
    Rejected,
    /// <summary>A side cancelled.</summary>
    Cancelled,
    /// <summary>A deadline passed.</summary>
    Expired,
    /// <summary>Nobody turned up.</summary>
    NoShow,
}

/// <summary>What the parts of a booking still have to follow.</summary>
public enum PendingWork
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>Slots, vouchers and co-financing are to be held.</summary>
    Holding,
    /// <summary>Whatever is held is to be released.</summary>
    Releasing,
    /// <summary>Slots and vouchers are to be made firm.</summary>
    Firming,
    /// <summary>Slots are to change places.</summary>
    Moving,
    /// <summary>Vouchers are to be redeemed, invoices issued, claims opened.</summary>
    SettlingUp,
    /// <summary>Slots, vouchers and co-financing are to be held anew, for money that came late.</summary>
    Reviving,
    /// <summary>A credit note is to be issued; clusters and funders are to pay less.</summary>
    Crediting,
}

/// <summary>One item as booked.</summary>
public sealed record BookedItem(
    ItemId Id, PlatformId Platform, ServiceId Service, string Name, Instant Start, Instant End);

/// <summary>One sentence of a booking's history.</summary>
public sealed record HistoryEntry(Instant At, string Event, string By);

/// <summary>A booking: what was agreed, how far it has come, and what its parts still have to follow.</summary>
public sealed partial record BookingState(
    BookingId? Id, BookingStatus Status, PendingWork Pending, Quote? Quote, AccountProfile? Account,
    ImmutableArray<PlatformProfile> Platforms, ImmutableArray<Agreement> Agreements, ImmutableArray<Voucher> Vouchers,
    ImmutableArray<BookedItem> Items, string Purpose, Instant CreatedAt,
    Instant? HeldUntil, bool Extended, ImmutableSortedSet<string> ApprovedBy, string ContentHash,
    ImmutableArray<StandingOffer> Offers, ImmutableArray<Signature> Signatures, PaymentMethod? Payment,
    int MoveNumber, ImmutableArray<ItemMove> Moves, CancellationFee? Cancellation, bool WasFirm,
    ImmutableArray<ItemUsage> Usage, Settlement? Final,
    Instant? DeliveredAt, Instant? AcceptBy, Instant? AcceptedAt, string? AcceptedBy,
    ImmutableArray<BookedInvoice> Invoices, ImmutableArray<ClaimSettled> Claims, string? Refusal, string? Reason,
    ItemId? RefusedItem, ImmutableArray<HistoryEntry> History)
{
    /// <summary>A booking that nobody asked for.</summary>
    public static readonly BookingState Nobody = new(
        null, BookingStatus.None, PendingWork.None, null, null, [], [], [], [], "", Instant.MinValue,
        null, false, [], "", [], [], null, 0, [], null, false, [], null, null, null, null, null,
        [], [], null, null, null, []);

    /// <summary>
    /// When it was cancelled, rejected or expired, or nobody turned up. Recorded, so that whatever follows from the end
    /// is the same each time that it is repeated.
    /// </summary>
    public Instant? EndedAt { get; init; }

    /// <summary>Moves that were refused, so that each repeat gets the answer of its own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<RefusedMove>? RefusedMoves { get; init; }

    // What follows came later than the rest. A booking without it is stored as before, so that rows and snapshots of
    // bookings that nobody changed stay as they are.

    /// <summary>The notice that was left when the account moved items; a cancellation counts no more.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<KeptNotice>? Notices { get; init; }

    /// <summary>The same of a move that is under way.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<KeptNotice>? NoticesAsked { get; init; }

    /// <summary>A move at several platforms that is under way.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MoveAcross? Across { get; init; }

    /// <summary>Other starts that the facility named when it refused.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<ItemStart>? Proposed { get; init; }

    /// <summary>A new length that is under way.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LengthChangeRequested? LengthAsked { get; init; }

    /// <summary>The new lengths, the last one of each item.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<LengthChange>? Lengths { get; init; }

    /// <summary>New lengths that were refused, so that each repeat gets the answer of its own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<RefusedLength>? RefusedLengths { get; init; }

    /// <summary>Who prepared it for the account; null where the account booked by itself.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Preparer? PreparedBy { get; init; }

    /// <summary>Whom the facility expects; null where nobody was named.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Contact? Responsible { get; init; }

    /// <summary>A split that is under way.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SplitRequested? SplitAsked { get; init; }

    /// <summary>Items that were split, as the parts that they are since.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<QuotedItem>? Parts { get; init; }

    /// <summary>Splits that were refused, so that each repeat gets the answer of its own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<RefusedSplit>? RefusedSplits { get; init; }

    /// <summary>A release that is under way.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ReleaseRequested? ReleaseAsked { get; init; }

    /// <summary>What was given back of slots.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<TimeReleased>? Released { get; init; }

    /// <summary>A cancellation of some items that is under way.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DropRequested? DropAsked { get; init; }

    /// <summary>Items that were cancelled on their own; they are no longer among <see cref="Items"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<DroppedItem>? Dropped { get; init; }

    /// <summary>Who is there, and since when.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<Arrival>? Arrivals { get; init; }

    /// <summary>What the account noted for itself and its facilities; no part of the contract.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }

    /// <summary>What was used of the dates of a series that are over, before the delivery as a whole.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<ItemUsage>? UsageSoFar { get; init; }

    /// <summary>Attempts to pay before confirmation.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<PaymentAttempt>? Attempts { get; init; }

    /// <summary>Money that goes back to the account.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<PaymentRefund>? Refunds { get; init; }

    /// <summary>The deadline of the payment, as long as a debit under way lengthens the hold.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Instant? PaymentBy { get; init; }

    /// <summary>How often it was held anew for money that came late; each time its steps have other ids.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Revival { get; init; }

    /// <summary>Money that arrived and of which it is not decided what becomes of it.</summary>
    [JsonIgnore]
    public PaymentAttempt? Unsettled =>
        Attempts?.FirstOrDefault(a => a is { Stage: PaymentStage.Paid, Use: PaymentUse.Open });

    /// <summary>The attempt whose money passed the gate.</summary>
    [JsonIgnore]
    public PaymentAttempt? Counted => Attempts?.FirstOrDefault(a => a.Use == PaymentUse.Counted);

    /// <summary>What the account paid before confirmation.</summary>
    [JsonIgnore]
    public Money Paid => Counted?.Received ?? Money.Zero(Quote!.Currency);

    /// <summary>
    /// The sealed quote with the items as they were split, made longer, shorter or cancelled since. Its totals and its
    /// seal stay those of the quote; what the booking costs now is <see cref="BookingDecisions.PriceNow"/>.
    /// </summary>
    [JsonIgnore]
    public Quote? Agreed => this is { Lengths: null, Parts: null, Dropped: null } ? Quote : Quote! with
    {
        Items = [.. Whole
            .Select(i => Lengths?.FirstOrDefault(l => l.Item == i.Id) is { } change
                ? i with { Duration = change.To, Lines = change.Lines, Net = change.Net }
                : i)
            .Select(i => Dropped?.FirstOrDefault(d => d.Item.Id == i.Id) is { } dropped
                ? CancellationFees.Dropped(i, dropped.Item, dropped.Fee)
                : i)],
    };

    /// <summary>The items as quoted, or as the parts that they were split into, before any change of length.</summary>
    [JsonIgnore]
    public ImmutableArray<QuotedItem> Whole => Parts is not { } parts ? Quote!.Items :
    [
        .. Quote!.Items.Select(i => parts.FirstOrDefault(p => p.Id == i.Id) ?? i),
        .. parts.Where(p => Quote.Items.All(i => i.Id != p.Id)),
    ];

    /// <summary>Whether people may see it: it was held once.</summary>
    [JsonIgnore]
    public bool IsVisible => Status is not (BookingStatus.None or BookingStatus.Holding or BookingStatus.NotHeld);

    /// <summary>Whether it may still become confirmed.</summary>
    [JsonIgnore]
    public bool IsBeforeConfirmation => Status is BookingStatus.Held or BookingStatus.AwaitingApproval
        or BookingStatus.AwaitingSignature or BookingStatus.AwaitingPayment;

    /// <summary>Whether it ended without a delivery.</summary>
    [JsonIgnore]
    public bool IsOver => Status is BookingStatus.Cancelled or BookingStatus.Expired or BookingStatus.Rejected
        or BookingStatus.NoShow;

    /// <summary>When the first item starts.</summary>
    [JsonIgnore]
    public Instant Start => Items.Min(i => i.Start);

    /// <summary>When the last item ends.</summary>
    [JsonIgnore]
    public Instant End => Items.Max(i => i.End);

    /// <summary>The zone that deadlines are reckoned in: of the first item's platform.</summary>
    [JsonIgnore]
    public DateTimeZone Zone => DateTimeZoneProviders.Tzdb[PlatformOf(Items[0].Platform).TimeZone];

    /// <summary>Platforms whose managers must approve, by the services booked.</summary>
    [JsonIgnore]
    public ImmutableArray<PlatformId> ToApprove =>
        [.. Quote!.Items.Where(i => i.Approval == ApprovalRule.Manager).Select(i => i.Platform).Distinct()];

    /// <summary>Whether every approval that is needed was given.</summary>
    [JsonIgnore]
    public bool ApprovalPassed => ToApprove.All(p => ApprovedBy.Contains(p.Value));

    /// <summary>Whether the account and every platform signed.</summary>
    [JsonIgnore]
    public bool SignaturePassed => HasSigned(Account!.Id.Value) && Platforms.All(p => HasSigned(p.Id.Value));

    /// <summary>Whether it is agreed how the SME pays the providers, where it pays them anything.</summary>
    [JsonIgnore]
    public bool PaymentPassed => Payment is not null || Quote!.PaysProviders.IsZero;

    /// <summary>Whether a party signed.</summary>
    public bool HasSigned(string party) => Signatures.Any(s => s.Party == party);

    /// <summary>The zone of an item's platform.</summary>
    public DateTimeZone ZoneOf(ItemId item) =>
        DateTimeZoneProviders.Tzdb[PlatformOf(Items.First(i => i.Id == item).Platform).TimeZone];

    /// <summary>One of the booking's platforms.</summary>
    public PlatformProfile PlatformOf(PlatformId platform) => Platforms.First(p => p.Id == platform);
}
