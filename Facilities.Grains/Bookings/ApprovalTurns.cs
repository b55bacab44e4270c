using System.Collections.Immutable;
using Facilities.Grains.Availability;
using Facilities.Grains.Closures;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Services;
using NodaTime;
using Orleans;

namespace Facilities.Grains.Bookings;

/// <summary>Who approves at one platform of a booking, and the public holidays it keeps.</summary>
public sealed record PlatformApproval(PlatformId Platform, ApprovalRules Rules, ImmutableArray<LocalDate> Holidays);

/// <summary>Whether it is a person's turn to decide for a platform.</summary>
/// <param name="ByName">How the history names them, and for whom; null where it is not their turn.</param>
/// <param name="Why">Whose turn it is instead, and from when theirs.</param>
public sealed record ApprovalTurn(string? ByName, string? Why);

/// <summary>Whose turn it is to approve: named people, and their deputies while they are away or late.</summary>
public static class ApprovalTurns
{
    /// <summary>Whether a manager of a platform may decide now.</summary>
    public static ApprovalTurn Of(BookingState booking, PlatformApproval? approval, Actor by, Instant now)
    {
        if (approval is null || Named(booking, approval) is not { Length: > 0 } named) return new(by.Name, null);
        if (named.Any(a => a.Who.Person == by.Person)) return new(by.Name, null);
        var zone = DateTimeZoneProviders.Tzdb[booking.PlatformOf(approval.Platform).TimeZone];
        var from = WorkingDays.EndAfter(booking.CreatedAt, approval.Rules.DeputyAfterDays, zone, approval.Holidays);
        var deputised = named.Where(a => a.Deputy?.Person == by.Person).ToArray();
        if (deputised.FirstOrDefault(a => from <= now || a.IsAway(now.InZone(zone).Date)) is { } absent)
            return new($"{by.Name} for {absent.Who.Name} (deputy)", null);
        var names = string.Join(" or ", named.Select(a => a.Who.Name).Distinct());
        return new(null, deputised.Length > 0
            ? $"{names} decides until {Words.Time(from, zone)}; from then on you do as the deputy."
            : $"{names} decides on this request, or a deputy. The facility's managers say who.");
    }

    private static Approver[] Named(BookingState booking, PlatformApproval approval)
    {
        var services = booking.Quote!.Items
            .Where(i => i.Platform == approval.Platform && i.Approval == ApprovalRule.Manager)
            .Select(i => i.Service).ToArray();
        return [.. approval.Rules.Approvers.Where(a => a.Services.IsEmpty || a.Services.Any(services.Contains))];
    }
}

/// <summary>What an approval needs to know of platforms.</summary>
public sealed class ApprovalParts(IGrainFactory grains)
{
    /// <summary>The decision on an approval, with who approves at each platform, and what can be proposed.</summary>
    public async Task<Func<BookingState, ApproveBooking, Instant, Decision<BookingEvent, BookingRefusal>>> Approving(
        BookingState booking, ApproveBooking command)
    {
        var rules = await Rules(booking);
        var unlisted = booking.Status == BookingStatus.AwaitingApproval && command.Proposed is { } proposed
            ? await Unlisted(booking, proposed)
            : null;
        return (state, c, at) => BookingDecisions.Decide(state, c, at, rules) is var decision
            && decision.Refusal is null && unlisted is not null ? unlisted : decision;
    }

    /// <summary>The decision on a delivery, whose acceptance counts the working days of the platforms.</summary>
    public async Task<Func<BookingState, DeliverBooking, Instant, Decision<BookingEvent, BookingRefusal>>> Delivering(
        BookingState booking, Instant now)
    {
        var free = await Holidays(booking, booking.Platforms.Select(p => p.Id), now) ?? [];
        return (state, c, at) => BookingDecisions.Decide(state, c, at, free);
    }

    /// <summary>Who approves a booking at one of its platforms.</summary>
    public async Task<PlatformApproval> Of(BookingState booking, PlatformId platform)
    {
        var grain = grains.GetGrain<IPlatformGrain>(platform.Value);
        // A deputy's turn is counted from the request on, so that holidays which have passed since count, too.
        return new PlatformApproval(
            platform, await grain.Approvers() ?? ApprovalRules.Anybody,
            await Holidays(grain, booking.PlatformOf(platform), booking.CreatedAt));
    }

    private async Task<ImmutableArray<PlatformApproval>> Rules(BookingState booking)
    {
        var found = ImmutableArray.CreateBuilder<PlatformApproval>();
        if (!booking.IsVisible) return [];
        foreach (var platform in booking.ToApprove) found.Add(await Of(booking, platform));
        return found.ToImmutable();
    }

    /// <summary>Days that are no working days at one of the platforms; null for none.</summary>
    public async Task<ImmutableArray<LocalDate>?> Holidays(
        BookingState booking, IEnumerable<PlatformId> platforms, Instant now)
    {
        var days = new SortedSet<LocalDate>();
        foreach (var platform in platforms)
            days.UnionWith(await Holidays(
                grains.GetGrain<IPlatformGrain>(platform.Value), booking.PlatformOf(platform), now));
        return days.Count == 0 ? null : [.. days];
    }

    private async Task<Refused<BookingRefusal>?> Unlisted(BookingState booking, ImmutableArray<ItemStart> proposed)
    {
        foreach (var (start, index) in proposed.Select((start, index) => (start, index)))
        {
            if (booking.Agreed?.Items.FirstOrDefault(i => i.Id == start.Item) is not { } item)
                return new(BookingRefusal.ItemUnknown, $"The booking has no item {start.Item}.",
                    $"/alternatives/{index}/itemId");
            var preview = await grains.GetGrain<IPlatformGrain>(item.Platform.Value).PreviewMove(
                booking.Id!.Value, new WantedSlot(item.Id, item.Service, start.Start, item.Duration, item.Quantity));
            if (preview.Refusal is { } refusal)
                return new(BookingRefusal.SlotNotOffered, $"{refusal.Reason} Nothing was refused yet.",
                    $"/alternatives/{index}/start");
        }
        return null;
    }

    private static async Task<ImmutableArray<LocalDate>> Holidays(
        IPlatformGrain grain, PlatformProfile platform, Instant from) => ClosedDays.Of(
        (await grain.Closings()).Holidays, DateTimeZoneProviders.Tzdb[platform.TimeZone], from);
}
