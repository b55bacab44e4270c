using System.Collections.Immutable;
using Facilities.Grains.Kernel;

namespace Facilities.Grains.Feeds;

/// <summary>Why somebody may not have a feed.</summary>
public enum FeedRefusal
{
    /// <summary>They do not belong to the account.</summary>
    AccountUnknown,
    /// <summary>There is no such platform, or nothing of it is theirs to follow.</summary>
    PlatformUnknown,
    /// <summary>The platform has no such resource.</summary>
    ResourceUnknown,
    /// <summary>They belong there, but this audience is not theirs to give.</summary>
    NotAllowed,
}

/// <summary>
/// Who may have which feed. Asked when a feed is made and each time that it is read, so that it ends with the role.
/// </summary>
public static class FeedRules
{
    /// <summary>Why a person may not have a feed; null where they may.</summary>
    /// <param name="by">The person, with the memberships of now.</param>
    /// <param name="scope">Whose bookings it shows.</param>
    /// <param name="audience">How much it tells.</param>
    public static Refused<FeedRefusal>? WhyNot(Actor by, FeedScope scope, FeedAudience audience) => scope switch
    {
        FeedScope.Person => null,
        FeedScope.Account account => by.BelongsTo(OrganisationKind.Sme, account.Id.Value)
            ? null
            : new(FeedRefusal.AccountUnknown, $"There is no account {account.Id} among yours.", "/accountId"),
        FeedScope.Platform platform => AtPlatform(by, platform.Id, audience),
        FeedScope.Resource resource => AtPlatform(by, resource.At, audience),
        _ => throw new InvalidOperationException($"{scope.GetType().Name} is no scope of a feed."),
    };

    /// <summary>Whose bookings a scope takes in, for a person.</summary>
    public static (ImmutableArray<AccountId> Accounts, ImmutableArray<PlatformId> Platforms) Takes(
        Actor by, FeedScope scope) => scope switch
        {
            FeedScope.Account account => ([account.Id], []),
            FeedScope.Platform platform => ([], [platform.Id]),
            FeedScope.Resource resource => ([], [resource.At]),
            _ => ([.. IdsOf(by, OrganisationKind.Sme).Select(id => new AccountId(id))],
                [.. IdsOf(by, OrganisationKind.Facility).Select(id => new PlatformId(id))]),
        };

    /// <summary>
    /// A platform's own people see all; what is public of it only its managers give out; a company's people may see
    /// their bookings among the busy times, which the list of free slots shows to anybody.
    /// </summary>
    private static Refused<FeedRefusal>? AtPlatform(Actor by, PlatformId platform, FeedAudience audience)
    {
        var isMember = by.BelongsTo(OrganisationKind.Facility, platform.Value);
        var isCompany = by.Memberships.Any(m => m.Kind == OrganisationKind.Sme);
        if (!isMember && !isCompany)
            return new(FeedRefusal.PlatformUnknown, $"There is no platform {platform} among yours.", "/platformId");
        return audience switch
        {
            FeedAudience.Full => isMember ? null : No("Only the platform's own people follow it in full. Choose own."),
            FeedAudience.Own => isCompany ? null : No("You book for no company. Choose full."),
            _ => by.Has(OrganisationKind.Facility, platform.Value, Role.Manager)
                ? null
                : No("Only a manager of the platform gives out its busy times."),
        };

        static Refused<FeedRefusal> No(string reason) => new(FeedRefusal.NotAllowed, reason, "/audience");
    }

    private static IEnumerable<string> IdsOf(Actor by, OrganisationKind kind) =>
        by.Memberships.Where(m => m.Kind == kind).Select(m => m.OrganisationId).Distinct();
}
