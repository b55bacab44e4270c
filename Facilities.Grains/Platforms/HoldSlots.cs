using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Services;
using Facilities.Grains.Waitlist;
using NodaTime;
using static Facilities.Grains.Waitlist.WaitlistDecisions;

namespace Facilities.Grains.Platforms;

/// <summary>A slot that an item of a booking wants.</summary>
public sealed record WantedSlot(ItemId Item, ServiceId Service, Instant Start, Length Duration, int Quantity);

/// <summary>Holds slots for a booking, all or nothing. Only the booking gives them back.</summary>
public sealed record HoldSlots(
    CommandId Id, Actor By, BookingId Booking, AccountId Account, ImmutableArray<WantedSlot> Slots) : Command(Id, By)
{
    /// <summary>What the account's profile names as its qualifications; null where none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<string>? Qualifications { get; init; }

    /// <summary>Which time the booking is held anew; 0 for the first hold.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Revival { get; init; }

    /// <summary>The newest move before the booking is held anew: late messages of it are barred.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int MovesBefore { get; init; }
}

/// <summary>
/// Moves slots of a booking to other starts, all or nothing, in one step; to the places that were set aside for it,
/// where they were.
/// </summary>
public sealed record MoveSlots(
    CommandId Id, Actor By, BookingId Booking, ImmutableArray<WantedSlot> Slots, int Number) : Command(Id, By)
{
    /// <summary>What the account's profile names as its qualifications; null where none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<string>? Qualifications { get; init; }
}

/// <summary>
/// Gives a refused move up, so that no late message of it can carry it out; refused where one already has.
/// </summary>
public sealed record BarMove(CommandId Id, Actor By, BookingId Booking, int Number) : Command(Id, By);

/// <summary>Makes a booking's slots firm.</summary>
public sealed record FirmSlots(CommandId Id, Actor By, BookingId Booking) : Command(Id, By);

/// <summary>Gives a booking's slots back, and bars late messages of that booking.</summary>
/// <param name="Id">The command.</param>
/// <param name="By">The marketplace.</param>
/// <param name="Booking">Whose slots.</param>
/// <param name="NeverHeld">Another part was refused, so that an offer it was made of stands again.</param>
public sealed record ReleaseSlots(
    CommandId Id, Actor By, BookingId Booking,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool NeverHeld = false)
    : Command(Id, By)
{
    /// <summary>Which time the booking is held anew; 0 for the first hold.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Revival { get; init; }
}

/// <summary>The rules of a platform.</summary>
public static partial class PlatformDecisions
{
    /// <summary>Decides <see cref="HoldSlots"/>.</summary>
    public static Decision<PlatformEvent, PlatformRefusal> Decide(
        PlatformState platform, HoldSlots command, Instant now)
    {
        if (platform.Profile is null) return Unknown();
        if (!command.By.IsSystem) return No(PlatformRefusal.NotAllowed, "Only a booking holds slots.");
        if (platform.Barred.ContainsKey(Bars.KeyOf(command.Booking, command.Revival)))
            return No(PlatformRefusal.BookingEnded, "The booking has ended.");
        if (platform.Bookings.ContainsKey(command.Booking.Value))
            return Decision<PlatformEvent, PlatformRefusal>.Nothing;
        var offered = OffersTo(platform, command.Account, command.Slots, now);
        var (held, refusal) = Fit(platform, Without(platform, offered), command.Booking, command.Slots, now,
            new Customer(command.Account, command.Qualifications ?? []));
        if (refusal is not null) return refusal;

        // From here on it must succeed.
        var taken = offered.Select(e => new OfferTaken(e.Id, command.Booking));
        var slots = new SlotsHeld(command.Booking, command.Account, held);
        if (command.MovesBefore == 0) return (PlatformEvent[])[.. taken, slots];
        return (PlatformEvent[])[.. taken, slots, new MoveBarred(command.Booking, command.MovesBefore)];
    }

    /// <summary>Decides <see cref="MoveSlots"/>. The booking's own old slots do not stand in its way.</summary>
    public static Decision<PlatformEvent, PlatformRefusal> Decide(
        PlatformState platform, MoveSlots command, Instant now)
    {
        if (platform.Profile is null) return Unknown();
        if (!command.By.IsSystem) return No(PlatformRefusal.NotAllowed, "Only a booking moves its slots.");
        if (!platform.Bookings.TryGetValue(command.Booking.Value, out var booking))
            return No(PlatformRefusal.BookingEnded, "The booking has no slots here.");
        if (booking.MoveNumber >= command.Number) return Decision<PlatformEvent, PlatformRefusal>.Nothing;
        if (booking.Aside is { } aside && aside.Number == command.Number)
            return new SlotsMoved(command.Booking, aside.Slots, command.Number);
        var (held, refusal) = Fit(
            platform, WithoutOwn(platform, command.Booking, command.Slots), command.Booking, command.Slots, now,
            new Customer(booking.Account, command.Qualifications ?? []));
        if (refusal is not null) return refusal;
        if (booking.MoveBarred >= command.Number)
            return No(PlatformRefusal.MoveOver, "Somebody had the slot when the move was tried. Try the move again.");

        // From here on it must succeed.
        return new SlotsMoved(command.Booking, held, command.Number);
    }

    /// <summary>Decides <see cref="BarMove"/>.</summary>
    public static Decision<PlatformEvent, PlatformRefusal> Decide(
        PlatformState platform, BarMove command, Instant now)
    {
        if (!command.By.IsSystem) return No(PlatformRefusal.NotAllowed, "Only a booking gives up a move.");
        if (!platform.Bookings.TryGetValue(command.Booking.Value, out var booking)
            || booking.MoveBarred >= command.Number) return Decision<PlatformEvent, PlatformRefusal>.Nothing;
        if (booking.MoveNumber >= command.Number)
            return No(PlatformRefusal.MoveOver, "This move was carried out.");

        // From here on it must succeed.
        return new MoveBarred(command.Booking, command.Number);
    }

    /// <summary>Decides <see cref="FirmSlots"/>.</summary>
    public static Decision<PlatformEvent, PlatformRefusal> Decide(
        PlatformState platform, FirmSlots command, Instant now)
    {
        if (!command.By.IsSystem) return No(PlatformRefusal.NotAllowed, "Only a booking makes its slots firm.");
        return platform.Bookings.TryGetValue(command.Booking.Value, out var booking) && !booking.Firm
            ? new SlotsFirmed(command.Booking)
            : Decision<PlatformEvent, PlatformRefusal>.Nothing;
    }

    /// <summary>Decides <see cref="ReleaseSlots"/>.</summary>
    public static Decision<PlatformEvent, PlatformRefusal> Decide(
        PlatformState platform, ReleaseSlots command, Instant now)
    {
        if (platform.Profile is null) return Unknown();
        if (!command.By.IsSystem) return No(PlatformRefusal.NotAllowed, "Only a booking releases its slots.");
        if (platform.Barred.ContainsKey(Bars.KeyOf(command.Booking, command.Revival)))
            return Decision<PlatformEvent, PlatformRefusal>.Nothing;
        var returned = command.NeverHeld ? Returned(platform, command.Booking, now) : [];
        PlatformEvent[] released = [new SlotsReleased(command.Booking), .. returned];
        if (command.Revival == 0) return released;
        return (PlatformEvent[])[.. released, new SlotRevivalBarred(command.Booking, command.Revival)];
    }

    /// <summary>
    /// Whether slots could be held now, and the first refusal where not; what listing and holding share. A booking
    /// that has slots here is not refused them: what it asks is answered already. What an account is offered does not
    /// stand in its own way. Without a customer, what depends on who asks is left aside.
    /// </summary>
    public static Refused<PlatformRefusal>? WouldRefuse(
        PlatformState platform, ImmutableArray<WantedSlot> slots, BookingId? booking, Instant now,
        Customer? customer = null) =>
        platform.Profile is null ? Unknown()
            : booking is { } id && platform.Bookings.ContainsKey(id.Value) ? null
            : Fit(platform, Without(platform, OffersTo(platform, customer?.Account, slots, now)),
                new BookingId("preview"), slots, now, customer).Refusal;

    /// <summary>
    /// Of each slot why it could not be held now, beside those before it that could; what a preview of many dates and
    /// their hold share.
    /// </summary>
    public static ImmutableArray<Refused<PlatformRefusal>?> WouldRefuseEach(
        PlatformState platform, ImmutableArray<WantedSlot> slots, Customer customer, Instant now)
    {
        if (platform.Profile is null) return [.. slots.Select(_ => Unknown())];
        var calendar = Without(platform, OffersTo(platform, customer.Account, slots, now));
        var (preview, held) = (new BookingId("preview"), new List<HeldSlot>(slots.Length));
        var refusals = ImmutableArray.CreateBuilder<Refused<PlatformRefusal>?>(slots.Length);
        foreach (var slot in slots)
        {
            var (one, refusal) = FitOne(platform, calendar, preview, slot, slots, held, customer, now);
            refusals.Add(refusal);
            if (one is null) continue;
            held.Add(one);
            calendar = calendar.Place(new SlotOwner(preview, slot.Item), one.Units, one.Busy);
        }
        return refusals.MoveToImmutable();
    }

    internal static (ImmutableArray<HeldSlot> Held, Refused<PlatformRefusal>? Refusal) Fit(
        PlatformState platform, PlatformCalendar calendar, BookingId booking, ImmutableArray<WantedSlot> slots,
        Instant now, Customer? customer = null)
    {
        var held = ImmutableArray.CreateBuilder<HeldSlot>(slots.Length);
        foreach (var slot in slots)
        {
            var (one, refusal) = FitOne(platform, calendar, booking, slot, slots, held, customer, now);
            if (one is null) return ([], refusal);
            held.Add(one);
            if (held.Count < slots.Length)
                calendar = calendar.Place(new SlotOwner(booking, slot.Item), one.Units, one.Busy);
        }
        return (held.ToImmutable(), null);
    }

    private static (HeldSlot? Held, Refused<PlatformRefusal>? Refusal) FitOne(
        PlatformState platform, PlatformCalendar calendar, BookingId booking, WantedSlot slot,
        ImmutableArray<WantedSlot> all, IEnumerable<HeldSlot> before, Customer? customer, Instant now)
    {
        if (!platform.Services.TryGetValue(slot.Service.Value, out var service))
            return (null, No(
                PlatformRefusal.NotOffered,
                $"{platform.Profile!.Name} offers no service {slot.Service}.", slot.Item.Value));
        if (customer is not null && Unqualified(platform, service, customer, slot, now) is { } unqualified)
            return (null, unqualified);
        var answer = Slots.Check(calendar, service, slot.Start, slot.Duration, slot.Quantity, now);
        if (answer.Refusal is { } refusal)
            return (null, No(Enum.Parse<PlatformRefusal>(refusal.Code.ToString()), refusal.Reason, slot.Item.Value));
        var held = new HeldSlot(slot.Item, slot.Service, answer.Free!.Units, answer.Free.Busy);
        return customer is not null && service.Rules?.Quota is not null && Quotas.Refusal(
            platform, service, customer.Account, booking, [.. before, held], all, now) is { } beyond
            ? (null, No(PlatformRefusal.QuotaExceeded, beyond, slot.Item.Value))
            : (held, null);
    }

    internal static Refused<PlatformRefusal> No(PlatformRefusal code, string reason, string? pointer = null) =>
        new(code, reason, pointer);

    internal static Refused<PlatformRefusal> Unknown() =>
        new(PlatformRefusal.PlatformUnknown, "There is no such platform.");
}
