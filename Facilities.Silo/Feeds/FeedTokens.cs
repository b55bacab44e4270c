using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Facilities.Grains.Feeds;
using Facilities.Grains.Kernel;
using Facilities.Silo.Identity;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Words = Facilities.Silo.Identity.Words;

namespace Facilities.Silo.Feeds;

/// <summary>The addresses of calendar feeds: random, kept only as hashes, each with its maker and audience.</summary>
public sealed class FeedTokens(IDbContextFactory<IdentityDatabase> databases, IClock clock)
{
    /// <summary>Bytes of a secret: nobody guesses 256 bits.</summary>
    private const int SecretBytes = 32;

    /// <summary>
    /// Makes an address; null where this id was used before, so that a form sent twice makes one.
    /// </summary>
    public async Task<IssuedFeed?> Make(
        string id, Actor by, string name, FeedScope scope, FeedAudience audience,
        CancellationToken cancellation = default)
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        var row = new FeedTokenRow
        {
            Id = id,
            PersonId = by.Person.Value,
            Name = name,
            Kind = Words.Of(scope.Kind),
            AccountId = scope.AccountId?.Value,
            PlatformId = scope.PlatformId?.Value,
            ResourceId = scope.ResourceId?.Value,
            Audience = Words.Of(audience),
            SecretHash = Hash(secret),
            CreatedAt = Instant.FromUnixTimeSeconds(clock.GetCurrentInstant().ToUnixTimeSeconds()),
        };
        await using var database = await databases.CreateDbContextAsync(cancellation);
        if (await database.FeedTokens.AnyAsync(t => t.Id == id, cancellation)) return null;
        database.FeedTokens.Add(row);
        await database.SaveChangesAsync(cancellation);
        return new IssuedFeed(Read(row, by.Name), secret);
    }

    /// <summary>
    /// What a person made, and what others made for the organisations whose addresses they answer for; oldest first.
    /// </summary>
    public async Task<ImmutableArray<FeedToken>> List(Actor by, CancellationToken cancellation = default)
    {
        await using var database = await databases.CreateDbContextAsync(cancellation);
        var living = Living(database, by);
        var found = await (
            from token in living
            join person in database.People on token.PersonId equals person.Id
            orderby token.CreatedAt, token.Id
            select new { token, person.Name }).AsNoTracking().ToListAsync(cancellation);
        return [.. found.Select(row => Read(row.token, row.Name))];
    }

    /// <summary>How many living addresses a person made.</summary>
    public async Task<int> Count(PersonId person, CancellationToken cancellation = default)
    {
        await using var database = await databases.CreateDbContextAsync(cancellation);
        return await database.FeedTokens.CountAsync(
            t => t.PersonId == person.Value && t.RevokedAt == null, cancellation);
    }

    /// <summary>Ends an address at once; false where it is none of those that <see cref="List"/> shows.</summary>
    public async Task<bool> Revoke(Actor by, string id, CancellationToken cancellation = default)
    {
        Instant? now = clock.GetCurrentInstant();
        await using var database = await databases.CreateDbContextAsync(cancellation);
        return await Living(database, by).Where(t => t.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.RevokedAt, now), cancellation) > 0;
    }

    /// <summary>
    /// The feed of a secret; null where it was never made or was revoked. Of the reading nothing is kept but the day.
    /// </summary>
    public async Task<FeedToken?> Find(string secret, CancellationToken cancellation = default)
    {
        var hash = Hash(secret);
        await using var database = await databases.CreateDbContextAsync(cancellation);
        var row = await database.FeedTokens.AsNoTracking()
            .FirstOrDefaultAsync(t => t.SecretHash == hash && t.RevokedAt == null, cancellation);
        return row is null ? null : Read(row, "");
    }

    /// <summary>Notes the day on which a feed was read, once.</summary>
    public async Task Used(FeedToken token, CancellationToken cancellation = default)
    {
        LocalDate? today = clock.GetCurrentInstant().InUtc().Date;
        if (token.LastUsedOn == today) return;
        await using var database = await databases.CreateDbContextAsync(cancellation);
        await database.FeedTokens.Where(t => t.Id == token.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.LastUsedOn, today), cancellation);
    }

    /// <summary>Living addresses that a person made or, as manager or owner, answers for.</summary>
    private static IQueryable<FeedTokenRow> Living(IdentityDatabase database, Actor by)
    {
        var (person, own) = (by.Person.Value, Words.Of(FeedAudience.Own));
        var platforms = Led(by, OrganisationKind.Facility, Role.Manager);
        var accounts = Led(by, OrganisationKind.Sme, Role.Owner);
        // What a company's people made for themselves at a platform is not the platform's business.
        return database.FeedTokens.Where(t => t.RevokedAt == null && (t.PersonId == person
            || (t.PlatformId != null && platforms.Contains(t.PlatformId) && t.Audience != own)
            || (t.AccountId != null && accounts.Contains(t.AccountId))));
    }

    private static string[] Led(Actor by, OrganisationKind kind, Role role) =>
        [.. by.Memberships.Where(m => m.Kind == kind && m.Roles.Contains(role)).Select(m => m.OrganisationId)];

    private static FeedToken Read(FeedTokenRow row, string maker) => new(
        row.Id, new PersonId(row.PersonId), maker, row.Name,
        FeedScope.Of(Words.Read<FeedKind>(row.Kind),
            row.AccountId is { } account ? new AccountId(account) : null,
            row.PlatformId is { } platform ? new PlatformId(platform) : null,
            row.ResourceId is { } resource ? new ResourceId(resource) : null)!,
        Words.Read<FeedAudience>(row.Audience), row.CreatedAt, row.LastUsedOn);

    private static string Hash(string secret) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
