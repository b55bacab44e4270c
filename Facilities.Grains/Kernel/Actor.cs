using System.Collections.Immutable;

namespace Facilities.Grains.Kernel;

/// <summary>The kinds of organisation that people act for.</summary>
public enum OrganisationKind
{
    /// <summary>A small or medium company; its id is an account id.</summary>
    Sme,
    /// <summary>A facility; its id is a platform id.</summary>
    Facility,
    /// <summary>A funder; its id is a programme id.</summary>
    Funder,
    /// <summary>A cluster; its id is a cluster id.</summary>
    Cluster,
    /// <summary>Whoever runs the marketplace.</summary>
    Operator,
}

/// <summary>What a person may do for an organisation.</summary>
public enum Role
{
    /// <summary>Runs the organisation's account.</summary>
    Owner,
    /// <summary>Asks for quotes and books.</summary>
    Booker,
    /// <summary>Signs contracts for the organisation.</summary>
    Signatory,
    /// <summary>Agrees payments.</summary>
    Finance,
    /// <summary>Runs a facility's calendar and bookings.</summary>
    Manager,
    /// <summary>Decides for a funder.</summary>
    Officer,
    /// <summary>Runs a cluster's platforms and agreements.</summary>
    ClusterManager,
    /// <summary>Runs the marketplace.</summary>
    Operator,
}

/// <summary>What one person is in one organisation.</summary>
/// <param name="OrganisationId">An account, platform, programme or cluster id, by <paramref name="Kind"/>.</param>
/// <param name="OrganisationName">The organisation's name as people know it.</param>
/// <param name="Kind">What kind of organisation it is.</param>
/// <param name="Roles">What the person may do for it.</param>
public sealed record Membership(
    string OrganisationId, string OrganisationName, OrganisationKind Kind, ImmutableArray<Role> Roles);

/// <summary>Who gives a command: a person with all that they may do, or the marketplace itself.</summary>
/// <param name="Person">The person; <c>system</c> for the marketplace.</param>
/// <param name="Name">The person's name, for the history.</param>
/// <param name="Memberships">The organisations the person belongs to.</param>
public sealed record Actor(PersonId Person, string Name, ImmutableArray<Membership> Memberships)
{
    /// <summary>The marketplace acting by its own rules: an expiry, a step of a process.</summary>
    public static readonly Actor System = new(new PersonId("system"), "Facilities", []);

    /// <summary>Whether this is the marketplace itself.</summary>
    public bool IsSystem => Person.Value == "system";

    /// <summary>
    /// Whether the person has one of the roles in an organisation. The marketplace has none:
    /// see <see cref="IsSystem"/>.
    /// </summary>
    public bool Has(OrganisationKind kind, string organisationId, params ReadOnlySpan<Role> roles)
    {
        foreach (var membership in Memberships)
        {
            if (membership.Kind != kind || membership.OrganisationId != organisationId) continue;
            foreach (var role in roles) if (membership.Roles.Contains(role)) return true;
        }
        return false;
    }

    /// <summary>Whether the person belongs to an organisation, in any role.</summary>
    public bool BelongsTo(OrganisationKind kind, string organisationId) =>
        Memberships.Any(m => m.Kind == kind && m.OrganisationId == organisationId);

    /// <summary>Whether the person runs the marketplace.</summary>
    public bool IsOperator => Memberships.Any(m => m.Kind == OrganisationKind.Operator);
}
