using Facilities.Grains.Feeds;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Silo.Feeds;

/// <summary>The address of a feed without its secret.</summary>
/// <param name="LastUsedOn">The last day, in UTC, on which a program asked for it.</param>
public sealed record FeedToken(
    string Id, PersonId Person, string PersonName, string Name, FeedScope Scope, FeedAudience Audience,
    Instant CreatedAt, LocalDate? LastUsedOn);

/// <summary>A feed's address at the one moment when its secret is known.</summary>
public sealed record IssuedFeed(FeedToken Token, string Secret);

internal sealed class FeedTokenRow
{
    public required string Id { get; init; }
    public required string PersonId { get; init; }
    public required string Name { get; init; }
    public required string Kind { get; init; }
    public string? AccountId { get; init; }
    public string? PlatformId { get; init; }
    public string? ResourceId { get; init; }
    public required string Audience { get; init; }
    public required string SecretHash { get; init; }
    public required Instant CreatedAt { get; init; }
    public LocalDate? LastUsedOn { get; set; }
    public Instant? RevokedAt { get; set; }
}
