using System.Collections.Immutable;
using Facilities.Silo.Identity;

namespace Facilities.Api.Identity;

/// <summary>Somebody of the demonstration, as the sign-in page offers them.</summary>
public sealed record DemonstrationPerson(string Email, string What);

/// <summary>The people of the demonstration, for the sign-in page; nobody in production.</summary>
public sealed class DemonstrationPeople(People people, IHostEnvironment environment)
{
    public const string Password = "demo-facilities";

    /// <summary>One for each role, in the order in which the main job meets them.</summary>
    private static readonly ImmutableArray<string> Emails =
    [
        "sme.berlin@example.org", "manager.biopmed-imaging@example.org", "funder.berlin@example.org",
        "sme.potsdam@example.org", "sme.paris@example.org", "sme.cuneo@example.org", "sme.debrecen@example.org",
        "manager.genopole-bioproduction@example.org", "manager.gnd-clinical@example.org",
        "funder.piemonte@example.org", "cluster.biotop@example.org", "operator@example.org",
    ];

    private ImmutableArray<DemonstrationPerson> _known = [];

    public async Task<ImmutableArray<DemonstrationPerson>> List()
    {
        if (environment.IsProduction() || !_known.IsEmpty) return _known;
        var found = ImmutableArray.CreateBuilder<DemonstrationPerson>();
        foreach (var email in Emails)
            if (await people.FindByEmail(email) is { } person)
                found.Add(new(
                    email,
                    string.Join(", ", person.Actor.Memberships.Select(m => $"{Word(m)} {m.OrganisationName}"))));
        return _known = found.ToImmutable();
    }

    private static string Word(Grains.Kernel.Membership membership) => membership.Kind switch
    {
        Grains.Kernel.OrganisationKind.Sme => "books for",
        Grains.Kernel.OrganisationKind.Facility => "manages",
        Grains.Kernel.OrganisationKind.Funder => "decides for",
        Grains.Kernel.OrganisationKind.Cluster => "runs the cluster",
        _ => "runs",
    };
}
