using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Facilities.Grains.Kernel;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Facilities.Silo.Identity;

/// <summary>Session tokens and personal tokens: opaque, random, kept only as hashes.</summary>
public sealed class Tokens(IDbContextFactory<IdentityDatabase> databases, People people, IClock clock)
{
    /// <summary>A working day with overtime: nobody is signed out while at work.</summary>
    public static readonly Duration SessionLifetime = Duration.FromHours(12);

    /// <summary>Nobody remembers a token for longer than a year.</summary>
    public static readonly Duration PersonalLifetimeMax = Duration.FromDays(366);

    /// <summary>A page needs a handful at most; more is a program gone wild.</summary>
    public const int PersonalTokensMax = 100;

    /// <summary>So long may another process go on honouring a token that was revoked here.</summary>
    private const long CachedMilliseconds = 5_000;

    private const int CacheEntriesMax = 20_000;

    private static readonly Duration LastUsedStep = Duration.FromMinutes(10);

    private readonly ConcurrentDictionary<string, Cached> cache = new(StringComparer.Ordinal);

    private sealed record Cached(SignedIn SignedIn, long ReadAt);

    public Task<IssuedToken> StartSession(PersonId person, CancellationToken cancellation = default) => Issue(
        person, TokenKind.Session, "Session", [TokenScope.Read, TokenScope.Write],
        clock.GetCurrentInstant() + SessionLifetime, cancellation);

    public Task<IssuedToken> IssuePersonal(PersonId person, string name, ImmutableArray<TokenScope> scopes,
        Instant expiresAt, CancellationToken cancellation = default) =>
        Issue(person, TokenKind.Personal, name, scopes, expiresAt, cancellation);

    /// <summary>Who sends this secret; null where it was never issued, has expired or was revoked.</summary>
    public Task<SignedIn?> Validate(string secret, CancellationToken cancellation = default)
    {
        var hash = Hash(secret);
        var key = "secret " + hash;
        return Known(key) is { } known
            ? Task.FromResult(Living(known))
            : Validate(key, t => t.SecretHash == hash, cancellation);
    }

    /// <summary>Who holds the session with this id, for cookies, which are protected by themselves.</summary>
    public Task<SignedIn?> ValidateId(string id, CancellationToken cancellation = default)
    {
        var key = "id " + id;
        return Known(key) is { } known
            ? Task.FromResult(Living(known))
            : Validate(key, t => t.Id == id, cancellation);
    }

    /// <summary>A person's personal tokens that are neither revoked nor expired, oldest first.</summary>
    public async Task<ImmutableArray<Token>> List(PersonId person, CancellationToken cancellation = default)
    {
        var now = clock.GetCurrentInstant();
        var kind = Words.Of(TokenKind.Personal);
        await using var database = await databases.CreateDbContextAsync(cancellation);
        var rows = await database.Tokens.AsNoTracking()
            .Where(t => t.PersonId == person.Value && t.Kind == kind && t.RevokedAt == null && t.ExpiresAt > now)
            .OrderBy(t => t.CreatedAt).ThenBy(t => t.Id).ToListAsync(cancellation);
        return [.. rows.Select(Read)];
    }

    /// <summary>Ends a token of a person at once; false where the person has no such living token.</summary>
    public async Task<bool> Revoke(PersonId person, string id, CancellationToken cancellation = default)
    {
        Instant? now = clock.GetCurrentInstant();
        await using var database = await databases.CreateDbContextAsync(cancellation);
        var revoked = await database.Tokens
            .Where(t => t.Id == id && t.PersonId == person.Value && t.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.RevokedAt, now), cancellation);
        foreach (var (key, cached) in cache) if (cached.SignedIn.Token.Id == id) cache.TryRemove(key, out _);
        return revoked > 0;
    }

    /// <summary>Looks a person up anew at the next request: what they may do changed.</summary>
    public void Forget(PersonId person)
    {
        foreach (var (key, cached) in cache)
            if (cached.SignedIn.Actor.Person == person) cache.TryRemove(key, out _);
    }

    private async Task<IssuedToken> Issue(PersonId person, TokenKind kind, string name,
        ImmutableArray<TokenScope> scopes, Instant expiresAt, CancellationToken cancellation)
    {
        var prefix = kind == TokenKind.Session ? "fs_" : "fp_";
        var secret = prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var row = new TokenRow
        {
            Id = Guid.NewGuid().ToString("N"),
            PersonId = person.Value,
            Kind = Words.Of(kind),
            Name = name,
            Scopes = Words.Joined(scopes),
            SecretHash = Hash(secret),
            CreatedAt = WholeSeconds(clock.GetCurrentInstant()),
            ExpiresAt = WholeSeconds(expiresAt),
        };
        await using var database = await databases.CreateDbContextAsync(cancellation);
        database.Tokens.Add(row);
        await database.SaveChangesAsync(cancellation);
        return new IssuedToken(Read(row), secret);
    }

    // Apart from the question to the database, whose expression would be made anew for every request.
    private SignedIn? Known(string key) =>
        cache.TryGetValue(key, out var cached) && Environment.TickCount64 - cached.ReadAt < CachedMilliseconds
            ? cached.SignedIn
            : null;

    private SignedIn? Living(SignedIn known) =>
        known.Token.ExpiresAt > clock.GetCurrentInstant() ? known : null;

    private async Task<SignedIn?> Validate(
        string key, System.Linq.Expressions.Expression<Func<TokenRow, bool>> which, CancellationToken cancellation)
    {
        var now = clock.GetCurrentInstant();
        cache.TryRemove(key, out _);
        var readAt = Environment.TickCount64;
        await using var database = await databases.CreateDbContextAsync(cancellation);
        var row = await database.Tokens.AsNoTracking().FirstOrDefaultAsync(which, cancellation);
        if (row is null || row.RevokedAt is not null || row.ExpiresAt <= now) return null;
        if (await people.Find(new PersonId(row.PersonId), cancellation) is not { } person) return null;
        await Used(database, row, now, cancellation);
        var signedIn = new SignedIn(person, Read(row));
        if (cache.Count >= CacheEntriesMax) cache.Clear();
        cache[key] = new Cached(signedIn, readAt);
        return signedIn;
    }

    private static async Task Used(IdentityDatabase database, TokenRow row, Instant now, CancellationToken cancellation)
    {
        if (row.Kind == Words.Of(TokenKind.Session)) return;
        if (row.LastUsedAt is { } last && now - last < LastUsedStep) return;
        Instant? used = now;
        await database.Tokens.Where(t => t.Id == row.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.LastUsedAt, used), cancellation);
    }

    private static Token Read(TokenRow row) => new(
        row.Id, new PersonId(row.PersonId), Words.Read<TokenKind>(row.Kind), row.Name,
        Words.Split<TokenScope>(row.Scopes), row.CreatedAt, row.ExpiresAt, row.LastUsedAt);

    private static Instant WholeSeconds(Instant instant) => Instant.FromUnixTimeSeconds(instant.ToUnixTimeSeconds());

    private static string Hash(string secret) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
