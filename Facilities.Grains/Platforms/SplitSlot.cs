using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Platforms;

/// <summary>Makes two slots of one, in one step, so that nobody comes between them.</summary>
/// <param name="Id">The command.</param>
/// <param name="By">The marketplace.</param>
/// <param name="Booking">Whose slot.</param>
/// <param name="Item">The item that is split; it keeps its start and its units.</param>
/// <param name="First">How long it is from then on.</param>
/// <param name="Second">The second part.</param>
/// <param name="Number">The number of the change, in one row with those of moves.</param>
public sealed record SplitSlot(
    CommandId Id, Actor By, BookingId Booking, ItemId Item, Length First, WantedSlot Second, int Number)
    : Command(Id, By)
{
    /// <summary>What the account's profile names as its qualifications; null where none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<string>? Qualifications { get; init; }
}

public partial interface IPlatformGrain
{
    /// <summary>See <see cref="Platforms.SplitSlot"/>.</summary>
    Task<Reply<PlatformRefusal>> SplitSlot(SplitSlot command);
}

public sealed partial class PlatformGrain
{
    /// <inheritdoc/>
    public Task<Reply<PlatformRefusal>> SplitSlot(SplitSlot command) => Tell(command, PlatformDecisions.Decide);
}

public static partial class PlatformDecisions
{
    /// <summary>Decides <see cref="SplitSlot"/>.</summary>
    public static Decision<PlatformEvent, PlatformRefusal> Decide(
        PlatformState platform, SplitSlot command, Instant now)
    {
        if (platform.Profile is null) return Unknown();
        if (!command.By.IsSystem) return No(PlatformRefusal.NotAllowed, "Only a booking splits its slots.");
        if (!platform.Bookings.TryGetValue(command.Booking.Value, out var booking)
            || booking.Slots.FirstOrDefault(s => s.Item == command.Item) is not { } slot)
            return No(PlatformRefusal.BookingEnded, "The booking has no such slot here.");
        if (booking.MoveNumber >= command.Number) return Decision<PlatformEvent, PlatformRefusal>.Nothing;
        if (!platform.Services.TryGetValue(slot.Service.Value, out var service))
            return No(PlatformRefusal.NotOffered, $"{platform.Profile.Name} no longer offers this service.");
        foreach (var length in new[] { command.First, command.Second.Duration })
            if (SlotRules.DurationRefusal(service, length) is { } wrong)
                return No(PlatformRefusal.DurationNotAllowed, wrong.Reason, command.Item.Value);
        if (slot.Units.Any(used => used.Part is not null)) return UsedInPart(service, command.Item);
        var (busy, end) = (slot.Busy, command.First.After(slot.Busy.Start, platform.Zone));
        if (end >= busy.End) return No(PlatformRefusal.NotValid, "The first part ends inside the slot.");
        var first = busy with { End = end, BlockedUntil = end + (busy.BlockedUntil - busy.End) };
        var second = Busy.Around(
            new TimeRange(command.Second.Start, command.Second.Duration.After(command.Second.Start, platform.Zone)),
            service.Buffer, platform.Zone);
        if (command.Second.Start == end && first.ConflictsWith(second))
            return No(
                PlatformRefusal.NotValid,
                $"{service.Name} needs {Kernel.Words.Length(service.Buffer.Before)} before and "
                    + $"{Kernel.Words.Length(service.Buffer.After)} after each slot, so the second part cannot follow "
                    + "the first at once. Say when the second part is to start.", command.Item.Value);
        var owner = new SlotOwner(command.Booking, command.Item);
        var calendar = platform.Calendar!.Remove(owner).Place(owner, slot.Units, first);
        // Both parts count in place of the whole, so that a quota sees what the week has afterwards.
        var shortened = slot with { Busy = first };
        var kept = new WantedSlot(command.Item, slot.Service, busy.Start, command.First, command.Second.Quantity);
        var (held, refusal) = FitOne(
            platform, calendar, command.Booking, command.Second, [kept, command.Second], [shortened],
            new Customer(booking.Account, command.Qualifications ?? []), now);
        if (held is null) return refusal!;
        if (held.Units.Any(used => used.Part is not null)) return UsedInPart(service, command.Item);
        if (booking.MoveBarred >= command.Number)
            return No(PlatformRefusal.MoveOver, "This change was given up. Ask for it again.");

        // From here on it must succeed. Who has a unit keeps it where that is free, too.
        var stays = slot.Units.All(used => used.Units.All(unit =>
            calendar.Calendars[used.Resource].Units[unit].IsFree(second)));
        return new SlotsMoved(
            command.Booking,
            [shortened, stays ? held with { Units = slot.Units } : held], command.Number);
    }

    private static Refused<PlatformRefusal> UsedInPart(Service service, ItemId item) => No(
        PlatformRefusal.NotValid,
        $"{service.Name} needs something for a part of the time alone, and two slots would need it twice as often. "
            + "Book the second one by itself.", item.Value);
}
