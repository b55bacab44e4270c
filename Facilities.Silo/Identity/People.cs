using System.Collections.Immutable;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Facilities.Silo.Identity;

/// <summary>A person to be entered.</summary>
/// <param name="Id">Given where repeating the entry must give the same id; else a random one.</param>
public sealed record NewPerson(
    string Email, string Name, ImmutableArray<Membership> Memberships, PersonId? Id = null);

/// <summary>Someone who is known.</summary>
public sealed record KnownPerson(Actor Actor, string Email);

/// <summary>How an attempt to sign in ended: a person, or nobody, perhaps with a time to wait.</summary>
public sealed record SignInOutcome(KnownPerson? Person, Duration? RetryAfter);

/// <summary>Who can sign in, and what they are in which organisation.</summary>
public sealed class People(
    IDbContextFactory<IdentityDatabase> databases, IServiceScopeFactory scopes, SignInGuard guard, IClock clock)
    : IDisposable
{
    /// <summary>As many colleagues as a form shows; others are named by their address.</summary>
    private const int PeopleMax = 200;

    /// <summary>
    /// Checking a password costs a core for a while. No more checks than cores run at once, and each looks at the
    /// count of failures when its turn comes, so that guessing in parallel gains nothing.
    /// </summary>
    private readonly SemaphoreSlim checks = new(Environment.ProcessorCount);

    /// <summary>
    /// Enters people who share one password. Who is known by e-mail stays, with memberships as given.
    /// </summary>
    public async Task Enter(
        ImmutableArray<NewPerson> newcomers, string password, CancellationToken cancellation = default)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        await using var database = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        var emails = newcomers.Select(n => users.NormalizeEmail(n.Email)!).ToArray();
        var known = await database.People.AsNoTracking().Where(p => emails.Contains(p.NormalizedEmail!))
            .ToDictionaryAsync(p => p.NormalizedEmail!, p => p.Id, cancellation);
        // Hashing is slow by design, so that one hash serves all who share the password.
        var hash = known.Count == emails.Distinct().Count() ? null : users.PasswordHasher.HashPassword(null!, password);
        foreach (var newcomer in newcomers)
        {
            var email = users.NormalizeEmail(newcomer.Email)!;
            if (!known.TryGetValue(email, out var id))
            {
                known[email] = id = newcomer.Id?.Value ?? Guid.NewGuid().ToString("N");
                database.People.Add(NewRow(newcomer, id, email, hash));
            }
            var old = await database.Memberships.Where(m => m.PersonId == id).ToListAsync(cancellation);
            Merge(database, id, old, newcomer.Memberships);
        }
        await database.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Checks a password. Takes as long for an unknown e-mail address as for a wrong password.</summary>
    /// <param name="email">As typed.</param>
    /// <param name="password">As typed.</param>
    /// <param name="address">The network address the attempt comes from.</param>
    /// <param name="cancellation">Cancels the attempt.</param>
    public async Task<SignInOutcome> SignIn(
        string email, string password, string address, CancellationToken cancellation = default)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        var normalized = users.NormalizeEmail(email.Trim())!;
        await checks.WaitAsync(cancellation);
        try
        {
            if (guard.Wait(normalized, address) is { } wait) return new SignInOutcome(null, wait);
            var person = await users.FindByEmailAsync(email.Trim());
            if (Locked(person) is { } locked) return new SignInOutcome(null, locked);
            if (!await PasswordFits(users, person, password))
            {
                guard.Failed(normalized, address);
                if (person is not null) await CountFailure(person, cancellation);
                return new SignInOutcome(null, guard.Wait(normalized, address));
            }
            guard.Succeeded(normalized);
            if (person!.AccessFailedCount > 0 || person.LockoutEnd is not null) await Forgive(person, cancellation);
            return new SignInOutcome(await Find(new PersonId(person.Id), cancellation), null);
        }
        finally
        {
            checks.Release();
        }
    }

    /// <summary>A person by id, with memberships; null where there is none.</summary>
    public async Task<KnownPerson?> Find(PersonId id, CancellationToken cancellation = default)
    {
        await using var database = await databases.CreateDbContextAsync(cancellation);
        var person = await database.People.AsNoTracking()
            .Where(p => p.Id == id.Value).Select(p => new { p.Name, p.Email }).FirstOrDefaultAsync(cancellation);
        if (person is null) return null;
        var rows = await database.Memberships.AsNoTracking().Where(m => m.PersonId == id.Value)
            .OrderBy(m => m.Kind).ThenBy(m => m.OrganisationId).ToListAsync(cancellation);
        return new KnownPerson(new Actor(id, person.Name, [.. rows.Select(Read)]), person.Email!);
    }

    /// <summary>Everybody who belongs to an organisation, by name.</summary>
    public async Task<ImmutableArray<Contact>> MembersOf(
        OrganisationKind kind, string organisation, CancellationToken cancellation = default)
    {
        var word = Words.Of(kind);
        await using var database = await databases.CreateDbContextAsync(cancellation);
        var found = await database.Memberships.AsNoTracking()
            .Where(m => m.Kind == word && m.OrganisationId == organisation)
            .Join(database.People, m => m.PersonId, p => p.Id, (m, p) => new { p.Id, p.Name })
            .OrderBy(p => p.Name).Take(PeopleMax).ToListAsync(cancellation);
        return [.. found.Select(p => new Contact(new PersonId(p.Id), p.Name))];
    }

    /// <summary>A person by e-mail address; null where there is none.</summary>
    public async Task<KnownPerson?> FindByEmail(string email, CancellationToken cancellation = default)
    {
        var normalized = new UpperInvariantLookupNormalizer().NormalizeEmail(email.Trim());
        await using var database = await databases.CreateDbContextAsync(cancellation);
        var id = await database.People.AsNoTracking()
            .Where(p => p.NormalizedEmail == normalized).Select(p => p.Id).FirstOrDefaultAsync(cancellation);
        return id is null ? null : await Find(new PersonId(id), cancellation);
    }

    /// <summary>Everybody who has a role in an organisation, by name.</summary>
    public async Task<ImmutableArray<KnownPerson>> With(
        OrganisationKind kind, string organisation, Role role, CancellationToken cancellation = default)
    {
        var kindName = Words.Of(kind);
        await using var database = await databases.CreateDbContextAsync(cancellation);
        var rows = await (
            from membership in database.Memberships.AsNoTracking()
            join person in database.People.AsNoTracking() on membership.PersonId equals person.Id
            where membership.Kind == kindName && membership.OrganisationId == organisation
            orderby person.Name, person.Id
            select new { person.Id, person.Name, person.Email, Membership = membership }).ToListAsync(cancellation);
        return
        [
            .. rows.Select(r => new KnownPerson(new Actor(new PersonId(r.Id), r.Name, [Read(r.Membership)]), r.Email!))
                .Where(known => known.Actor.Has(kind, organisation, role)),
        ];
    }

    public void Dispose() => checks.Dispose();

    private static async Task<bool> PasswordFits(UserManager<Person> users, Person? person, string password)
    {
        if (person?.PasswordHash is not null) return await users.CheckPasswordAsync(person, password);
        users.PasswordHasher.VerifyHashedPassword(null!, NobodysHash.Value, password);
        return false;
    }

    private static readonly Lazy<string> NobodysHash =
        new(() => new PasswordHasher<Person>().HashPassword(null!, Guid.NewGuid().ToString()));

    private Duration? Locked(Person? person) =>
        person?.LockoutEnd is { } until && Instant.FromDateTimeOffset(until) - clock.GetCurrentInstant() is var left
            && left > Duration.Zero ? left : null;

    /// <summary>In one statement: UserManager would lose one of two failures at the same time.</summary>
    private async Task CountFailure(Person person, CancellationToken cancellation)
    {
        await using var database = await databases.CreateDbContextAsync(cancellation);
        await database.People.Where(p => p.Id == person.Id).ExecuteUpdateAsync(
            set => set.SetProperty(p => p.AccessFailedCount, p => p.AccessFailedCount + 1), cancellation);
        DateTimeOffset? until = (clock.GetCurrentInstant() + SignInGuard.AccountLock).ToDateTimeOffset();
        await database.People
            .Where(p => p.Id == person.Id && p.AccessFailedCount >= SignInGuard.FailuresPerAccountMax)
            .ExecuteUpdateAsync(
                set => set.SetProperty(p => p.AccessFailedCount, 0).SetProperty(p => p.LockoutEnd, until),
                cancellation);
    }

    private async Task Forgive(Person person, CancellationToken cancellation)
    {
        await using var database = await databases.CreateDbContextAsync(cancellation);
        await database.People.Where(p => p.Id == person.Id).ExecuteUpdateAsync(
            set => set.SetProperty(p => p.AccessFailedCount, 0).SetProperty(p => p.LockoutEnd, (DateTimeOffset?)null),
            cancellation);
    }

    private static Person NewRow(NewPerson newcomer, string id, string normalizedEmail, string? hash) => new()
    {
        Id = id,
        Name = newcomer.Name,
        UserName = newcomer.Email,
        NormalizedUserName = normalizedEmail,
        Email = newcomer.Email,
        NormalizedEmail = normalizedEmail,
        EmailConfirmed = true,
        LockoutEnabled = true,
        PasswordHash = hash,
        SecurityStamp = Guid.NewGuid().ToString("N"),
    };

    private static void Merge(
        IdentityDatabase database, string id, List<MembershipRow> old, ImmutableArray<Membership> given)
    {
        foreach (var membership in given)
        {
            var kind = Words.Of(membership.Kind);
            var row = old.Find(o => o.Kind == kind && o.OrganisationId == membership.OrganisationId);
            if (row is null)
                database.Memberships.Add(row = new MembershipRow
                {
                    PersonId = id,
                    Kind = kind,
                    OrganisationId = membership.OrganisationId,
                    OrganisationName = membership.OrganisationName,
                    Roles = "",
                });
            row.OrganisationName = membership.OrganisationName;
            row.Roles = Words.Joined(membership.Roles);
            old.Remove(row);
        }
        database.Memberships.RemoveRange(old);
    }

    private static Membership Read(MembershipRow row) => new(
        row.OrganisationId, row.OrganisationName, Words.Read<OrganisationKind>(row.Kind), Words.Split<Role>(row.Roles));
}
