using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Silo.Identity;
using NodaTime;

namespace Facilities.Api.Identity;

public sealed record SessionRequest(string Email, string Password);

public sealed record SessionAnswer(string Token, Instant ExpiresAt, UserAnswer User);

public sealed record UserAnswer(PersonId Id, string Name, string Email, ImmutableArray<Membership> Memberships)
{
    public static UserAnswer Of(KnownPerson person) =>
        new(person.Actor.Person, person.Actor.Name, person.Email, person.Actor.Memberships);
}

/// <param name="Scopes">All of them where none is named.</param>
/// <param name="ExpiresAt">A year from now where it is left out.</param>
public sealed record TokenRequest(
    string Name = "API token", ImmutableArray<TokenScope> Scopes = default, OffsetDateTime? ExpiresAt = null);

/// <param name="Secret">Shown once, in the answer to the request that made the token.</param>
public sealed record NewTokenAnswer(
    string Id, string Name, ImmutableArray<TokenScope> Scopes, Instant CreatedAt, Instant ExpiresAt, string Secret)
{
    public static NewTokenAnswer Of(IssuedToken issued) => new(issued.Token.Id, issued.Token.Name, issued.Token.Scopes,
        issued.Token.CreatedAt, issued.Token.ExpiresAt, issued.Secret);
}

public sealed record TokenAnswer(
    string Id, string Name, ImmutableArray<TokenScope> Scopes, Instant CreatedAt, Instant ExpiresAt,
    Instant? LastUsedAt)
{
    public static TokenAnswer Of(Token token) =>
        new(token.Id, token.Name, token.Scopes, token.CreatedAt, token.ExpiresAt, token.LastUsedAt);
}
