using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Facilities.Silo.Identity;

/// <summary>Who belongs to an organisation that came later than its people.</summary>
public sealed class Memberships(IDbContextFactory<IdentityDatabase> databases, Tokens tokens)
{
    /// <summary>
    /// Gives everybody of one organisation the same roles in another of the same kind; a repeat changes nothing.
    /// </summary>
    public async Task Share(
        OrganisationKind kind, string from, string organisation, string name, CancellationToken cancellation = default)
    {
        var kindName = Words.Of(kind);
        await using var database = await databases.CreateDbContextAsync(cancellation);
        var rows = await database.Memberships
            .Where(m => m.Kind == kindName && (m.OrganisationId == from || m.OrganisationId == organisation))
            .ToListAsync(cancellation);
        var known = rows.Where(m => m.OrganisationId == organisation).Select(m => m.PersonId).ToHashSet();
        var joining = rows.Where(m => m.OrganisationId == from && !known.Contains(m.PersonId)).ToImmutableArray();
        foreach (var row in joining)
            database.Memberships.Add(new MembershipRow
            {
                PersonId = row.PersonId,
                Kind = kindName,
                OrganisationId = organisation,
                OrganisationName = name,
                Roles = row.Roles,
            });
        await database.SaveChangesAsync(cancellation);
        foreach (var row in joining) tokens.Forget(new PersonId(row.PersonId));
    }
}
