using Microsoft.AspNetCore.Identity;
using NodaTime;

namespace Facilities.Silo.Identity;

/// <summary>A person as ASP.NET Core Identity keeps one, with the name that histories show.</summary>
public sealed class Person : IdentityUser
{
    public required string Name { get; set; }
}

internal sealed class MembershipRow
{
    public required string PersonId { get; init; }
    public required string Kind { get; init; }
    public required string OrganisationId { get; init; }
    public required string OrganisationName { get; set; }
    public required string Roles { get; set; }
}

internal sealed class TokenRow
{
    public required string Id { get; init; }
    public required string PersonId { get; init; }
    public required string Kind { get; init; }
    public required string Name { get; init; }
    public required string Scopes { get; init; }
    public required string SecretHash { get; init; }
    public required Instant CreatedAt { get; init; }
    public required Instant ExpiresAt { get; init; }
    public Instant? LastUsedAt { get; set; }
    public Instant? RevokedAt { get; set; }
}
