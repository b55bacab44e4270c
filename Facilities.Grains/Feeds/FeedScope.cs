using Facilities.Grains.Kernel;

namespace Facilities.Grains.Feeds;

/// <summary>Whose bookings a feed shows, in one word.</summary>
public enum FeedKind
{
    /// <summary>All that its maker may see.</summary>
    Person,
    /// <summary>Those of one account.</summary>
    Account,
    /// <summary>Those at one platform.</summary>
    Platform,
    /// <summary>Those that use one resource of a platform.</summary>
    Resource,
}

/// <summary>How much a feed tells.</summary>
public enum FeedAudience
{
    /// <summary>Every booking in full.</summary>
    Full,
    /// <summary>Bookings of the maker's own companies in full, and of the others only that they are there.</summary>
    Own,
    /// <summary>Only when it is busy, for anybody who is given the address.</summary>
    Busy,
}

/// <summary>Whose bookings a feed shows: one of the closed set below.</summary>
public abstract record FeedScope
{
    private FeedScope()
    {
    }

    /// <summary>All that its maker may see.</summary>
    public sealed record Person : FeedScope;

    /// <summary>Those of one account.</summary>
    public sealed record Account(AccountId Id) : FeedScope;

    /// <summary>Those at one platform.</summary>
    public sealed record Platform(PlatformId Id) : FeedScope;

    /// <summary>Those that use one resource of a platform.</summary>
    public sealed record Resource(PlatformId At, ResourceId Id) : FeedScope;

    /// <summary>The kind of scope in one word.</summary>
    public FeedKind Kind => this switch
    {
        Person => FeedKind.Person,
        Account => FeedKind.Account,
        Platform => FeedKind.Platform,
        Resource => FeedKind.Resource,
        _ => throw new InvalidOperationException($"{GetType().Name} is no scope of a feed."),
    };

    /// <summary>The account, where the scope is one.</summary>
    public AccountId? AccountId => this is Account account ? account.Id : null;

    /// <summary>The platform, where the scope is one or lies at one.</summary>
    public PlatformId? PlatformId => this switch
    {
        Platform platform => platform.Id,
        Resource resource => resource.At,
        _ => null,
    };

    /// <summary>The resource, where the scope is one.</summary>
    public ResourceId? ResourceId => this is Resource resource ? resource.Id : null;

    /// <summary>The scope that a kind and its ids name; null where an id that it needs is missing.</summary>
    public static FeedScope? Of(FeedKind kind, AccountId? account, PlatformId? platform, ResourceId? resource) =>
        (kind, account, platform, resource) switch
        {
            (FeedKind.Person, _, _, _) => new Person(),
            (FeedKind.Account, { } id, _, _) => new Account(id),
            (FeedKind.Platform, _, { } id, _) => new Platform(id),
            (FeedKind.Resource, _, { } at, { } id) => new Resource(at, id),
            _ => null,
        };
}
