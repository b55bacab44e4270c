using Facilities.Grains.Feeds;
using Facilities.Grains.Kernel;
using Facilities.Silo.Feeds;
using NodaTime;

namespace Facilities.Api.Feeds;

/// <param name="Kind">Needs the ids it is about: an account's, a platform's, or a platform's and a resource's.</param>
/// <param name="Name">As a calendar program shows it; made from what it shows where it is left out.</param>
public sealed record FeedBody(
    FeedKind Kind, FeedAudience Audience, string? Name = null, AccountId? AccountId = null,
    PlatformId? PlatformId = null, ResourceId? ResourceId = null);

/// <param name="Address">Shown once: whoever has it reads the feed.</param>
public sealed record NewFeedAnswer(
    string Id, string Name, FeedKind Kind, AccountId? AccountId, PlatformId? PlatformId, ResourceId? ResourceId,
    FeedAudience Audience, Instant CreatedAt, Uri Address)
{
    public static NewFeedAnswer Of(FeedToken feed, Uri address) => new(
        feed.Id, feed.Name, feed.Scope.Kind, feed.Scope.AccountId, feed.Scope.PlatformId, feed.Scope.ResourceId,
        feed.Audience, feed.CreatedAt, address);
}

/// <param name="LastUsedOn">The last day, in UTC, on which a program asked for it.</param>
public sealed record FeedAnswer(
    string Id, string Name, FeedKind Kind, AccountId? AccountId, PlatformId? PlatformId, ResourceId? ResourceId,
    FeedAudience Audience, Instant CreatedAt, LocalDate? LastUsedOn, string MadeBy)
{
    public static FeedAnswer Of(FeedToken feed) => new(
        feed.Id, feed.Name, feed.Scope.Kind, feed.Scope.AccountId, feed.Scope.PlatformId, feed.Scope.ResourceId,
        feed.Audience, feed.CreatedAt, feed.LastUsedOn, feed.PersonName);
}
