using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Accounts;
using Facilities.Grains.Clusters;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using NodaTime;

namespace Facilities.Grains.Bookings;

/// <summary>What happens to a booking, in the order of its life.</summary>
public abstract record BookingEvent;

/// <summary>
/// An SME asked to hold what a quote prices. Recorded before anything is held, so that a crash can be resumed.
/// </summary>
/// <param name="Booking">The booking.</param>
/// <param name="Quote">The sealed price.</param>
/// <param name="Account">The SME as it stood then: a party of the contract.</param>
/// <param name="Platforms">The platforms as they stood then: the other parties.</param>
/// <param name="Agreements">The agreements that the price rests on.</param>
/// <param name="Vouchers">The vouchers that the price rests on, as they stood then.</param>
/// <param name="Offers">Platforms that signed the standard contract in advance.</param>
/// <param name="Purpose">What it is for, in the SME's words.</param>
/// <param name="ContentHash">The hash of the contract's text.</param>
/// <param name="ByName">Who asked.</param>
public sealed record BookingRequested(
    BookingId Booking, Quote Quote, AccountProfile Account, ImmutableArray<PlatformProfile> Platforms,
    ImmutableArray<Agreement> Agreements, ImmutableArray<Voucher> Vouchers, ImmutableArray<StandingOffer> Offers,
    string Purpose, string ContentHash, string ByName) : BookingEvent;

/// <summary>It was asked for on behalf of the SME, by a facility or its cluster.</summary>
public sealed record BookingPrepared(Preparer By) : BookingEvent;

/// <summary>Whom the facility expects: at first who booked, then a colleague.</summary>
public sealed record ResponsibleNamed(PersonId Person, string Name, string ByName) : BookingEvent;

/// <summary>Every slot and every amount is held.</summary>
public sealed record BookingHeld(Instant HeldUntil) : BookingEvent;

/// <summary>A part could not be held; what was held of the others is given back.</summary>
public sealed record BookingNotHeld(string Refusal, string Reason, ItemId? Item) : BookingEvent;

/// <summary>The one who books lengthened the hold.</summary>
public sealed record HoldExtended(Instant HeldUntil) : BookingEvent;

/// <summary>A facility approved.</summary>
public sealed record BookingApproved(PlatformId Platform, string ByName, string Note) : BookingEvent;

/// <summary>A facility rejected the booking, which ends it.</summary>
public sealed record BookingRejected(PlatformId Platform, string ByName, string Note) : BookingEvent;

/// <summary>With its rejection a facility named other starts that it would take.</summary>
public sealed record AlternativesProposed(PlatformId Platform, ImmutableArray<ItemStart> Starts) : BookingEvent;

/// <summary>A party signed the contract.</summary>
public sealed record ContractSigned(Signature Signature) : BookingEvent;

/// <summary>How the SME's share will be paid was agreed.</summary>
public sealed record PaymentAgreed(PaymentMethod Method, string ByName) : BookingEvent;

/// <summary>A gate was passed and another is still open: the deadline of that one.</summary>
public sealed record DeadlineSet(Instant HeldUntil) : BookingEvent;

/// <summary>Every gate is passed: slots and vouchers are firm from now on.</summary>
public sealed record BookingConfirmed : BookingEvent;

/// <summary>
/// Somebody asked for other times. Recorded before the calendar changes, so that a crash can be resumed.
/// </summary>
public sealed record MoveRequested(ImmutableArray<ItemMove> Moves, int Number, string ByName) : BookingEvent;

/// <summary>
/// Somebody asked for other times at several platforms at once. Recorded before the calendars change, so that a crash
/// can be resumed.
/// </summary>
public sealed record MoveAcrossRequested(ImmutableArray<ItemMove> Moves, int Number, string ByName) : BookingEvent;

/// <summary>Every platform holds the new places beside the old ones: from now on the move only goes forward.</summary>
public sealed record PlacesHeld(int Number) : BookingEvent;

/// <summary>A platform could not hold a new place: what the others hold for the move is given back.</summary>
public sealed record MoveGivenUp(string Refusal, string Reason, ItemId? Item) : BookingEvent;

/// <summary>
/// The account asked to move a confirmed booking: the notice that was left then. Once it is moved, a cancellation
/// counts no more than that, so that nobody moves far ahead to cancel for less.
/// </summary>
public sealed record NoticeKept(ImmutableArray<KeptNotice> Items) : BookingEvent;

/// <summary>The booking lies at the new times; the old slots are free.</summary>
public sealed record BookingMoved : BookingEvent;

/// <summary>A new time could not be held; the booking stays as it was.</summary>
public sealed record MoveRefused(string Refusal, string Reason, ItemId? Item) : BookingEvent;

/// <summary>
/// The account asked to make an item longer or shorter. Recorded before the calendar changes, with its price.
/// </summary>
public sealed record LengthChangeRequested(
    LengthChange Change, Instant Start, Instant End, int Number, string ByName) : BookingEvent;

/// <summary>The item has its new length and price; the sealed quote and the contract stay.</summary>
public sealed record LengthChanged(LengthChange Change, string ByName) : BookingEvent;

/// <summary>Somebody gives the rest of a slot back. Recorded before the calendar changes.</summary>
public sealed record ReleaseRequested(ItemId Item, Instant From, int Number, string ByName) : BookingEvent;

/// <summary>The rest of a slot is free for others; the price stays.</summary>
public sealed record TimeReleased(ItemId Item, Instant From, Instant Until, string ByName) : BookingEvent;

/// <summary>
/// One side cancels some items of a booking and keeps the others; the fee of each was settled with it. Recorded before
/// the calendar changes.
/// </summary>
public sealed record DropRequested(
    ImmutableArray<ItemFee> Fees, int Number, bool ByFacility, string ByName, string Reason) : BookingEvent;

/// <summary>The slots of the cancelled items are free; the booking goes on with the others.</summary>
public sealed record ItemsDropped(
    ImmutableArray<ItemFee> Fees, bool ByFacility, string ByName, string Reason) : BookingEvent;

/// <summary>Somebody asked to make two items of one. Recorded before the calendar changes, with the prices.</summary>
public sealed record SplitRequested(ItemSplit Split, int Number, string ByName) : BookingEvent;

/// <summary>One item is two; what was agreed stays in sum.</summary>
public sealed record SlotSplit(ItemSplit Split, string ByName) : BookingEvent;

/// <summary>Somebody of the account is there, by the word of one side.</summary>
public sealed record CheckedIn(ItemId Item, bool ByFacility, string ByName) : BookingEvent;

/// <summary>The account wrote, changed or emptied its note.</summary>
public sealed record BookingNoted(string Note, string ByName) : BookingEvent;

/// <summary>
/// The facility recorded what was used of some dates of a series; the delivery as a whole follows after the last one.
/// </summary>
public sealed record UsageRecorded(ImmutableArray<ItemUsage> Usage, string ByName) : BookingEvent;

/// <summary>One side cancelled; the fee and what each source gets back were settled with it.</summary>
public sealed record BookingCancelled(
    CancellationFee Fee, bool ByFacility, string ByName, string Reason) : BookingEvent;

/// <summary>The hold or the deadline of a gate passed.</summary>
public sealed record BookingExpired(string Reason) : BookingEvent;

/// <summary>Nobody turned up.</summary>
public sealed record NoShowRecorded(CancellationFee Fee, string ByName, string Note) : BookingEvent;

/// <summary>The facility recorded what was delivered, and what it costs by the stated rules.</summary>
public sealed record DeliveryRecorded(
    ImmutableArray<ItemUsage> Usage, Settlement Price, string ByName, Instant AcceptBy) : BookingEvent;

/// <summary>The SME said what is missing.</summary>
public sealed record DeliveryDisputed(string ByName, string Note) : BookingEvent;

/// <summary>The SME accepted, or the time to object passed.</summary>
public sealed record DeliveryAccepted(string ByName, string Note, bool Deemed) : BookingEvent;

/// <summary>An invoice was issued in a provider's series.</summary>
public sealed record BookingInvoiced(
    InvoiceId Invoice, string Number, PlatformId Platform, Money Payable) : BookingEvent;

/// <summary>Every part (slots, vouchers, co-financing, invoices, claims) has followed the last decision.</summary>
public sealed record PartsFollowed : BookingEvent;

/// <summary>The funder paid a claim, or rejected it so that the SME owes the amount.</summary>
public sealed record ClaimSettled(ClaimId Claim, bool Paid, Money Amount) : BookingEvent
{
    /// <summary>What the SME owes each facility for it; null where it was paid.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<OwedPart>? Owed { get; init; }
}

/// <summary>The facility saw the SME's payment of what the funder rejected.</summary>
public sealed record ObligationPaid(ClaimId Claim, PlatformId Platform, string ByName) : BookingEvent;

/// <summary>The facility saw the SME's payment of an invoice.</summary>
public sealed record InvoicePaid(InvoiceId Invoice, string ByName) : BookingEvent;

/// <summary>Nobody owes anything any more.</summary>
public sealed record BookingSettled : BookingEvent;

/// <summary>A party's signature with its evidence.</summary>
/// <param name="Party">The account id or platform id that is bound by it.</param>
/// <param name="Name">The name as typed.</param>
/// <param name="Person">Who was signed in.</param>
/// <param name="At">When.</param>
/// <param name="ContentHash">The text that was signed.</param>
/// <param name="Standing">Whether it was given in advance, as a standing offer.</param>
public sealed record Signature(
    string Party, string Name, PersonId Person, Instant At, string ContentHash, bool Standing);

/// <summary>A platform's signature under the standard contract for every booking that meets its conditions.</summary>
public sealed record StandingOffer(PlatformId Platform, string Name, PersonId Person, Instant At);

/// <summary>A new start of one item.</summary>
public sealed record ItemMove(ItemId Item, Instant Start, Instant End);

/// <summary>The notice that was left when the account moved an item.</summary>
/// <param name="Item">Which item.</param>
/// <param name="Start">Its start until then.</param>
/// <param name="Days">Calendar days to that start, in the platform's zone.</param>
/// <param name="AskedAt">When the move was asked for.</param>
public sealed record KeptNotice(ItemId Item, Instant Start, int Days, Instant AskedAt);

/// <summary>A new length of an item, priced by its sealed unit prices.</summary>
/// <param name="Item">Which item.</param>
/// <param name="From">How long it was.</param>
/// <param name="To">How long it is to be.</param>
/// <param name="Lines">All lines of the item from then on.</param>
/// <param name="Net">Their sum.</param>
/// <param name="Reason">What was added or taken away, in words.</param>
public sealed record LengthChange(
    ItemId Item, Length From, Length To, ImmutableArray<PriceLine> Lines, Money Net, string Reason);

/// <summary>What was used of one item.</summary>
/// <param name="Item">Which item.</param>
/// <param name="Used">How long the operator and the resource were used.</param>
/// <param name="Quantity">How many were delivered.</param>
/// <param name="Note">In words.</param>
public sealed record ItemUsage(ItemId Item, Length Used, int Quantity, string? Note);

/// <summary>How the SME's share is paid.</summary>
public enum PaymentMethod
{
    /// <summary>By invoice after acceptance.</summary>
    Invoice,
    /// <summary>By card, before confirmation.</summary>
    Card,
    /// <summary>By SEPA direct debit.</summary>
    SepaDebit,
}
