using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Silo.Identity;

public enum TokenKind
{
    /// <summary>Given on signing in; does all that the person may do, for half a day.</summary>
    Session,
    /// <summary>Made by a person for a program of theirs; does what its scopes allow.</summary>
    Personal,
}

/// <summary>What a personal token may be used for, within what its person may do.</summary>
public enum TokenScope
{
    Read,
    Write,
}

/// <summary>A token without its secret.</summary>
public sealed record Token(
    string Id, PersonId Person, TokenKind Kind, string Name, ImmutableArray<TokenScope> Scopes,
    Instant CreatedAt, Instant ExpiresAt, Instant? LastUsedAt);

/// <summary>A token at the one moment when its secret is known.</summary>
public sealed record IssuedToken(Token Token, string Secret);

/// <summary>A person with the token that proves it.</summary>
public sealed record SignedIn(KnownPerson Person, Token Token)
{
    public Actor Actor => Person.Actor;
    public bool MayWrite => Token.Scopes.Contains(TokenScope.Write);
    public bool MayRead => Token.Scopes.Contains(TokenScope.Read);
}
