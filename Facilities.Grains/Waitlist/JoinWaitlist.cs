using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using NodaTime;
using static Facilities.Grains.Platforms.PlatformDecisions;

namespace Facilities.Grains.Waitlist;

/// <summary>
/// Waits for time that others have. What becomes free is offered in the order of joining, once: it is held for the
/// account until a stated instant, and then goes to the next one.
/// </summary>
/// <param name="Id">The command.</param>
/// <param name="By">A person who books for the account.</param>
/// <param name="Entry">Derived from the request, so that a repeat is the same wish.</param>
/// <param name="Account">Who waits.</param>
/// <param name="Service">What is wished for.</param>
/// <param name="Duration">How long.</param>
/// <param name="Quantity">How many.</param>
/// <param name="From">The earliest start that would do.</param>
/// <param name="To">All starts before this; for one slot a minute after the earliest.</param>
public sealed record JoinWaitlist(
    CommandId Id, Actor By, WaitlistEntryId Entry, AccountId Account, ServiceId Service, Length Duration, int Quantity,
    Instant From, Instant To) : Command(Id, By);

/// <summary>Takes a wish back; what is held for it is free for the next one.</summary>
public sealed record LeaveWaitlist(CommandId Id, Actor By, WaitlistEntryId Entry) : Command(Id, By);

/// <summary>Ends offers that were not taken in time, and wishes that nothing can meet any more.</summary>
public sealed record EndWaits(CommandId Id, Actor By) : Command(Id, By);

public static partial class WaitlistDecisions
{
    /// <summary>Decides <see cref="JoinWaitlist"/>.</summary>
    public static Decision<PlatformEvent, PlatformRefusal> Decide(
        PlatformState platform, JoinWaitlist command, Instant now)
    {
        if (platform.Profile is not { } profile) return Unknown();
        if (!command.By.Has(OrganisationKind.Sme, command.Account.Value, Role.Owner, Role.Booker))
            return No(PlatformRefusal.NotAllowed, "Only a person who books for the account waits for it.");
        if (platform.Waitlist.Any(w => w.Id == command.Entry)) return Decision<PlatformEvent, PlatformRefusal>.Nothing;
        if (!platform.Services.TryGetValue(command.Service.Value, out var service))
            return No(PlatformRefusal.NotOffered, $"{profile.Name} offers no service {command.Service}.", "/serviceId");
        if (SlotRules.DurationRefusal(service, command.Duration) is { } length) return Of(length, "/duration");
        if (SlotRules.QuantityRefusal(service, command.Quantity) is { } quantity) return Of(quantity, "/quantity");
        if (command.To <= command.From)
            return No(PlatformRefusal.NotValid, "A window ends after it begins.", "/to");
        if (command.To - command.From > Duration.FromDays(Limits.WaitlistDays))
            return No(PlatformRefusal.NotValid,
                $"A window spans at most {Limits.WaitlistDays} days. Wait for a shorter one.", "/to");
        if (NotInTime(platform, service, command, now) is { } refusal) return refusal;
        if (Crowded(platform, command) is { } crowded) return crowded;
        var entry = new WaitlistEntry(
            command.Entry, command.Account, command.By.Name, command.Service, command.Duration, command.Quantity,
            command.From, command.To, platform.Waitlist.Select(w => w.Number).DefaultIfEmpty().Max() + 1, now,
            PlatformWaits.ClosesAt(service, platform.Zone, LatestOf(command)));
        if (FirstFit(platform, entry, [Freed.All], now) is { } free)
            return No(PlatformRefusal.SlotFree,
                $"{service.Name} is free from {Words.Time(free.Slot.Busy.Start, platform.Zone)}: book it.", "/from");

        // From here on it must succeed.
        return new WaitlistJoined(entry);
    }

    /// <summary>Decides <see cref="LeaveWaitlist"/>.</summary>
    public static Decision<PlatformEvent, PlatformRefusal> Decide(
        PlatformState platform, LeaveWaitlist command, Instant now)
    {
        if (platform.Profile is null) return Unknown();
        if (platform.Waitlist.FirstOrDefault(w => w.Id == command.Entry && w.TakenBy is null) is not { } entry
            || !command.By.BelongsTo(OrganisationKind.Sme, entry.Account.Value))
            return No(PlatformRefusal.WaitlistEntryUnknown, "Nobody of yours waits under this id any more.");
        if (!command.By.Has(OrganisationKind.Sme, entry.Account.Value, Role.Owner, Role.Booker))
            return No(PlatformRefusal.NotAllowed, "Only a person who books for the account leaves for it.");
        return new WaitEnded(entry.Id, WaitEnd.Left, command.By.Name);
    }

    /// <summary>Decides <see cref="EndWaits"/>.</summary>
    public static Decision<PlatformEvent, PlatformRefusal> Decide(PlatformState platform, EndWaits command, Instant now)
    {
        if (!command.By.IsSystem) return No(PlatformRefusal.NotAllowed, "Offers end by themselves.");
        return (PlatformEvent[])
        [
            .. from entry in platform.Waitlist
               where PlatformWaits.DueAt(entry) <= now
               select new WaitEnded(
                   entry.Id, entry.IsOffered ? WaitEnd.Lapsed : WaitEnd.Closed, Actor.System.Name),
        ];
    }

    private static Instant LatestOf(JoinWaitlist command) => command.To - WaitlistEntry.OneSlot;

    private static Refused<PlatformRefusal>? NotInTime(
        PlatformState platform, Service service, JoinWaitlist command, Instant now)
    {
        var (zone, latest) = (platform.Zone, LatestOf(command));
        if (PlatformWaits.ClosesAt(service, zone, latest) <= now)
            return No(PlatformRefusal.InsideLeadTime,
                $"{Words.Time(latest, zone)} is too near: {service.Name} needs {Words.Length(service.LeadTime)} of "
                + "notice, so nothing could be offered in time.", "/to");
        if (SlotRules.LatestStart(service, zone, now) is var horizon && latest > horizon)
            return No(PlatformRefusal.BeyondHorizon,
                $"{service.Name} can be booked {Words.Length(service.Horizon)} ahead, up to "
                + $"{Words.Time(horizon, zone)}.", "/to");
        // One slot must be one that is sold; of a window, what the hours allow is seen when it becomes free.
        return latest == command.From && Slots.Check(
            platform.Calendar!, service, command.From, command.Duration, command.Quantity, now).Refusal
            is { Code: not SlotFault.SlotTaken } fault ? Of(fault, "/from") : null;
    }

    private static Refused<PlatformRefusal>? Crowded(PlatformState platform, JoinWaitlist command)
    {
        var mine = platform.Waitlist.Where(w => w.TakenBy is null && w.Account == command.Account).ToArray();
        if (mine.Any(w => w.Service == command.Service && w.Duration == command.Duration
            && w.Quantity == command.Quantity && w.From == command.From && w.To == command.To))
            return No(PlatformRefusal.AlreadyWaiting, "You wait for just this already.");
        if (mine.Length >= Limits.WaitlistPerAccount)
            return No(PlatformRefusal.TooManyWaiting,
                $"An account waits for at most {Limits.WaitlistPerAccount} things at one platform. Leave one of them.");
        return platform.Waitlist.Length >= Limits.WaitlistEntries
            ? No(PlatformRefusal.TooManyWaiting,
                $"The waitlist of {platform.Profile!.Name} is full: {Limits.WaitlistEntries} wait. Try again later.")
            : null;
    }

    private static Refused<PlatformRefusal> Of(SlotRefusal refusal, string pointer) =>
        No(Enum.Parse<PlatformRefusal>(refusal.Code.ToString()), refusal.Reason, pointer);
}
