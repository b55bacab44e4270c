using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using NodaTime;
using Orleans;

namespace Facilities.Grains.Waitlist;

/// <summary>What somebody waits for.</summary>
/// <param name="PlatformId">Where.</param>
/// <param name="ServiceId">What.</param>
/// <param name="Duration">How long; the shortest where nothing is said.</param>
/// <param name="Quantity">How many.</param>
/// <param name="From">The earliest start that would do.</param>
/// <param name="To">All starts before this; null where no other start would do.</param>
public sealed record Wished(
    PlatformId PlatformId, ServiceId ServiceId, Length? Duration, int Quantity, Instant From, Instant? To);

/// <summary>A wish with where it stands.</summary>
public sealed record Waited(PlatformView Platform, WaitingWish Wish);

/// <summary>Joins waitlists, and gathers the wishes of an account from all platforms where it waits.</summary>
public sealed class WaitlistDesk(IGrainFactory grains)
{
    /// <summary>The wish, in line; or why not.</summary>
    public async Task<Answer<Waited>> Join(CommandId id, Actor by, AccountId accountId, Wished wished)
    {
        if (!by.BelongsTo(OrganisationKind.Sme, accountId.Value)
            || await grains.GetGrain<IAccountGrain>(accountId.Value).View() is not { } account)
            return Refusal.Of("accountUnknown", $"There is no account {accountId} among yours.");
        var grain = grains.GetGrain<IPlatformGrain>(wished.PlatformId.Value);
        if (await grain.View() is not { } platform)
            return NotOffered("/platformId", $"There is no platform {wished.PlatformId}.");
        if (platform.Services.FirstOrDefault(s => s.Id == wished.ServiceId) is not { } service)
            return NotOffered("/serviceId", $"{platform.Profile.Name} offers no service {wished.ServiceId}.");
        if (await grain.Unqualified(
            new Customer(accountId, account.Profile.Qualifications),
            new WantedSlot(
                WaitlistEntry.OfferItem, wished.ServiceId, wished.From, wished.Duration ?? service.Duration.Min,
                wished.Quantity)) is { } unqualified)
            return Refusal.Of(Refusal.NameOf(unqualified.Code), unqualified.Reason);
        var entry = new WaitlistEntryId($"w-{wished.PlatformId}-{id.Value[^Math.Min(id.Value.Length, 20)..]}");
        var reply = await grain.JoinWaitlist(new JoinWaitlist(
            id, by, entry, accountId, wished.ServiceId, wished.Duration ?? service.Duration.Min, wished.Quantity,
            wished.From, wished.To ?? wished.From + WaitlistEntry.OneSlot));
        if (reply.Refusal is { } refusal) return Refusal.Of(refusal);
        return (await grain.Waitlist(by)).FirstOrDefault(w => w.Entry.Id == entry) is { } wish
            ? new Waited(platform, wish)
            : Refusal.Of("waitlistEntryUnknown", "You waited for this before, and do so no longer.");
    }

    /// <summary>The wishes of an account at some platforms: offers first, then in order of joining.</summary>
    public async Task<ImmutableArray<Waited>> Of(Actor by, AccountId account, IEnumerable<PlatformId> platforms)
    {
        var found = ImmutableArray.CreateBuilder<Waited>();
        foreach (var id in platforms)
        {
            var grain = grains.GetGrain<IPlatformGrain>(id.Value);
            if (await grain.View() is not { } platform) continue;
            found.AddRange((await grain.Waitlist(by)).Where(w => w.Entry.Account == account)
                .Select(w => new Waited(platform, w)));
        }
        return
        [
            .. found.OrderBy(w => w.Wish.Entry.Offer?.Until ?? Instant.MaxValue).ThenBy(w => w.Wish.Entry.JoinedAt),
        ];
    }

    private static Refusal NotOffered(string pointer, string reason) =>
        Refusal.Of("notOffered", reason, new Fault(pointer, reason));
}
