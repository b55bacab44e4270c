using System.Collections.Immutable;
using Facilities.Grains.Feeds;
using Facilities.Grains.ICalendar;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using Facilities.Silo.Feeds;
using Facilities.Silo.Identity;
using NodaTime;
using Orleans;
using Words = Facilities.Grains.Kernel.Words;

namespace Facilities.Api.Feeds;

/// <summary>Makes and reads calendar feeds, for the API and the pages alike.</summary>
public sealed class FeedDesk(
    FeedTokens tokens, FeedBookings bookings, People people, IGrainFactory grains, IClock clock)
{
    /// <summary>An address, or why there is none.</summary>
    public async Task<Answer<IssuedFeed>> Make(
        string id, Actor by, FeedBody wish, CancellationToken cancellation = default)
    {
        var name = wish.Name?.Trim() ?? "";
        if (name.Length > Limits.FeedName)
            return Invalid("/name", $"A name has at most {Limits.FeedName} characters.");
        if (FeedScope.Of(wish.Kind, wish.AccountId, wish.PlatformId, wish.ResourceId) is not { } scope)
            return Invalid("/kind", "Name the account, the platform, or platform and resource.");
        if (FeedRules.WhyNot(by, scope, wish.Audience) is { } refused) return Refusal.Of(refused);
        var platform = await PlatformOf(scope);
        if (scope.PlatformId is { } unknown && platform is null)
            return Missing(FeedRefusal.PlatformUnknown, $"There is no platform {unknown}.", "/platformId");
        var resource = platform?.Resources.FirstOrDefault(r => r.Id == scope.ResourceId);
        if (scope.ResourceId is { } lost && resource is null)
            return Missing(
                FeedRefusal.ResourceUnknown, $"There is no resource {lost} at {scope.PlatformId}.", "/resourceId");
        if (await tokens.Count(by.Person, cancellation) >= Limits.FeedsPerPerson)
            return Refusal.Of("tooManyFeeds", $"You have {Limits.FeedsPerPerson} calendar feeds. Revoke one first.");
        if (name.Length == 0) name = NameOf(by, scope, wish.Audience, platform, resource);
        return await tokens.Make(id, by, name, scope, wish.Audience, cancellation) is { } made
            ? made
            : Refusal.Of("alreadyMade", "This feed was made before, and its address is shown only once. If you did not "
                + "keep it, revoke the feed and make another.");
    }

    /// <summary>
    /// The calendar behind an address; null where the address was never made, was revoked, or its maker may no longer
    /// see what it shows.
    /// </summary>
    public async Task<CalendarFeed?> Read(string secret, Uri site, CancellationToken cancellation = default) =>
        (await Open(secret, site, cancellation))?.Feed;

    /// <summary>The same, with whose it is.</summary>
    public async Task<(FeedToken Token, CalendarFeed Feed)?> Open(
        string secret, Uri site, CancellationToken cancellation = default)
    {
        if (await tokens.Find(secret, cancellation) is not { } token) return null;
        if (await people.Find(token.Person, cancellation) is not { Actor: var maker }) return null;
        if (FeedRules.WhyNot(maker, token.Scope, token.Audience) is not null) return null;
        var feed = await Of(token, maker, site, cancellation);
        await tokens.Used(token, cancellation);
        return (token, feed);
    }

    /// <summary>All that the holder of a personal token may see, for programs that take no address of a feed.</summary>
    public async Task<(FeedToken Token, CalendarFeed Feed)> Open(
        SignedIn reader, Uri site, CancellationToken cancellation = default)
    {
        var (token, by) = (reader.Token, reader.Actor);
        var all = new FeedToken(token.Id, by.Person, by.Name, "My bookings", new FeedScope.Person(),
            FeedAudience.Full, token.CreatedAt, null);
        return (all, await Of(all, by, site, cancellation));
    }

    private async Task<CalendarFeed> Of(
        FeedToken token, Actor maker, Uri site, CancellationToken cancellation)
    {
        var now = clock.GetCurrentInstant();
        var (accounts, platforms) = FeedRules.Takes(maker, token.Scope);
        var found = await bookings.After(accounts, platforms, now - Limits.FeedPast, cancellation);
        return FeedEntries.Feed(
            new FeedRequest(maker, token.Scope, token.Audience, token.Name, site), found, await Uses(token.Scope), now);
    }

    /// <summary>What a feed's audience reads, in words that complete "shows …".</summary>
    public static string Told(FeedAudience audience) => audience switch
    {
        FeedAudience.Full => "everything",
        FeedAudience.Own => "own bookings, others as busy",
        _ => "busy times only",
    };

    private async Task<PlatformView?> PlatformOf(FeedScope scope) =>
        scope.PlatformId is { } id ? await grains.GetGrain<IPlatformGrain>(id.Value).View() : null;

    private async Task<ImmutableDictionary<ServiceId, PartialUse?>> Uses(FeedScope scope) =>
        scope is FeedScope.Resource resource && await PlatformOf(scope) is { } platform
            ? platform.Services.Where(s => s.Uses.Contains(resource.Id))
                .ToImmutableDictionary(s => s.Id, s => s.Rules?.PartialUseOf(resource.Id))
            : ImmutableDictionary<ServiceId, PartialUse?>.Empty;

    private static string NameOf(
        Actor by, FeedScope scope, FeedAudience audience, PlatformView? platform, Resource? resource)
    {
        var what = scope switch
        {
            FeedScope.Account account =>
                by.Memberships.First(m => m.OrganisationId == account.Id.Value).OrganisationName,
            FeedScope.Platform => platform!.Profile.Name,
            FeedScope.Resource => $"{resource!.Name}, {platform!.Profile.Name}",
            _ => "My bookings",
        };
        var name = audience == FeedAudience.Full ? what : $"{what}: {Told(audience)}";
        return name.Length <= Limits.FeedName ? name : name[..Limits.FeedName];
    }

    private static Refusal Invalid(string pointer, string message) =>
        Refusal.Of("invalidRequest", message, new Fault(pointer, message));

    private static Refusal Missing(FeedRefusal code, string reason, string pointer) =>
        Refusal.Of(new Refused<FeedRefusal>(code, reason, pointer));
}
