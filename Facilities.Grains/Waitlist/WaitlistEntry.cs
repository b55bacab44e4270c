using System.Text.Json.Serialization;
using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Waitlist;

/// <summary>A wish for time that others have: for one slot, or for any within a window.</summary>
/// <param name="Id">Unique within the marketplace.</param>
/// <param name="Account">Who waits.</param>
/// <param name="ByName">The person who joined for it.</param>
/// <param name="Service">What is wished for.</param>
/// <param name="Duration">How long.</param>
/// <param name="Quantity">How many.</param>
/// <param name="From">The earliest start that would do.</param>
/// <param name="To">All starts before this; a minute after the earliest where one slot is wished for.</param>
/// <param name="Number">The order of joining.</param>
/// <param name="JoinedAt">When.</param>
/// <param name="ClosesAt">From when on nothing in the window can be offered any more, by the notice it needs.</param>
public sealed record WaitlistEntry(
    WaitlistEntryId Id, AccountId Account, string ByName, ServiceId Service, Length Duration, int Quantity,
    Instant From, Instant To, int Number, Instant JoinedAt, Instant ClosesAt)
{
    /// <summary>What is held for it; null as long as it waits.</summary>
    public WaitlistOffer? Offer { get; init; }

    /// <summary>The booking that was made of the offer, and may still give it back.</summary>
    public BookingId? TakenBy { get; init; }

    /// <summary>The window that one start makes: starts are full minutes.</summary>
    public static readonly Duration OneSlot = NodaTime.Duration.FromMinutes(1);

    /// <summary>Whether it waits for one slot, and no other.</summary>
    [JsonIgnore]
    public bool IsOneSlot => To - From == OneSlot;

    /// <summary>Whether time is held for it now.</summary>
    [JsonIgnore]
    public bool IsOffered => Offer is not null && TakenBy is null;

    /// <summary>Whether it still waits for time.</summary>
    [JsonIgnore]
    public bool IsWaiting => Offer is null;

    /// <summary>Whose place in the calendar its offer is.</summary>
    [JsonIgnore]
    public SlotOwner Owner => new(new BookingId(Id.Value), OfferItem);

    internal static readonly ItemId OfferItem = new("offer");

    /// <summary>Whether a slot is one that it waits for.</summary>
    public bool IsMetBy(WantedSlot slot) => slot.Service == Service && slot.Duration == Duration
        && slot.Quantity == Quantity && slot.Start >= From && slot.Start < To;
}

/// <summary>A slot that is held for somebody on the waitlist, once.</summary>
/// <param name="Slot">The slot, with its units.</param>
/// <param name="Until">Until when; then it goes to the next one.</param>
public sealed record WaitlistOffer(HeldSlot Slot, Instant Until);

/// <summary>Why somebody waits no longer.</summary>
public enum WaitEnd
{
    /// <summary>The account left the list.</summary>
    Left,
    /// <summary>The offer was not taken in time.</summary>
    Lapsed,
    /// <summary>Nothing in the window can be booked any more.</summary>
    Closed,
}

/// <summary>What happens on a platform's waitlist.</summary>
public abstract record WaitlistEvent : PlatformEvent;

/// <summary>An account joined the waitlist.</summary>
public sealed record WaitlistJoined(WaitlistEntry Entry) : WaitlistEvent;

/// <summary>Time became free and is held for the first whose wish it meets.</summary>
public sealed record SlotOffered(WaitlistEntryId Entry, HeldSlot Slot, Instant Until) : WaitlistEvent;

/// <summary>The platform closed over what was offered: the wish waits again, in its old place.</summary>
public sealed record OfferWithdrawn(WaitlistEntryId Entry, string Reason) : WaitlistEvent;

/// <summary>A booking was made of an offer: what was held for the wish is held for the booking.</summary>
public sealed record OfferTaken(WaitlistEntryId Entry, BookingId Booking) : WaitlistEvent;

/// <summary>That booking could not be held elsewhere: the offer stands again, until the same instant.</summary>
public sealed record OfferReturned(WaitlistEntry Entry) : WaitlistEvent;

/// <summary>Somebody waits no longer; what was held for them is free.</summary>
public sealed record WaitEnded(WaitlistEntryId Entry, WaitEnd Why, string ByName) : WaitlistEvent;

/// <summary>How a waitlist follows from its events.</summary>
public static class WaitlistEvolution
{
    internal static PlatformState Evolve(PlatformState state, WaitlistEvent happened) => happened switch
    {
        WaitlistJoined e => state with { Waitlist = state.Waitlist.Add(e.Entry) },
        SlotOffered e => Offer(state, Find(state, e.Entry), new WaitlistOffer(e.Slot, e.Until)),
        OfferWithdrawn e => Free(Set(state, Find(state, e.Entry) with { Offer = null }), Find(state, e.Entry)),
        OfferTaken e => Free(Set(state, Find(state, e.Entry) with { TakenBy = e.Booking }), Find(state, e.Entry)),
        OfferReturned e => Offer(
            state with
            {
                Waitlist = [.. state.Waitlist.Add(e.Entry).OrderBy(w => w.Number)],
            }, e.Entry, e.Entry.Offer!),
        WaitEnded e => Free(
            state with { Waitlist = state.Waitlist.RemoveAll(w => w.Id == e.Entry) }, Find(state, e.Entry)),
        _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot happen to a waitlist."),
    };

    /// <summary>Once its booking is firm or over, an offer comes back no more.</summary>
    internal static PlatformState Settled(PlatformState state, PlatformEvent happened) => happened switch
    {
        SlotsFirmed e => Drop(state, e.Booking),
        SlotsReleased e => Drop(state, e.Booking),
        _ => state,
    };

    private static PlatformState Drop(PlatformState state, BookingId booking) =>
        state.Waitlist.Any(w => w.TakenBy == booking)
            ? state with { Waitlist = state.Waitlist.RemoveAll(w => w.TakenBy == booking) }
            : state;

    private static PlatformState Offer(PlatformState state, WaitlistEntry entry, WaitlistOffer offer) =>
        Set(state, entry with { Offer = offer }) with
        {
            Calendar = state.Calendar?.Place(entry.Owner, offer.Slot.Units, offer.Slot.Busy),
        };

    private static PlatformState Free(PlatformState state, WaitlistEntry entry) =>
        state with { Calendar = state.Calendar?.Remove(entry.Owner) };

    private static PlatformState Set(PlatformState state, WaitlistEntry entry) => state with
    {
        Waitlist = [.. state.Waitlist.Select(w => w.Id == entry.Id ? entry : w)],
    };

    private static WaitlistEntry Find(PlatformState state, WaitlistEntryId id) =>
        state.Waitlist.FirstOrDefault(w => w.Id == id)
            ?? throw new InvalidOperationException($"Nobody waits as {id}.");
}
