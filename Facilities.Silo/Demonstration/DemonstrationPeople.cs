using System.Collections.Immutable;
using Facilities.Grains.Kernel;

namespace Facilities.Silo.Demonstration;

/// <summary>Somebody who can be signed in as.</summary>
public sealed record DemonstrationPerson(string Email, Actor Actor)
{
    public string Organisation => Actor.Memberships[0].OrganisationName;
}

/// <summary>The people of the demonstration. All are invented, and all share one password.</summary>
public static class DemonstrationPeople
{
    private static readonly ImmutableDictionary<string, string> Names = new Dictionary<string, string>
    {
        ["sme.berlin"] = "Jana Krüger",
        ["sme.potsdam"] = "Tobias Lehmann",
        ["sme.paris"] = "Claire Moreau",
        ["sme.cuneo"] = "Marco Ferrero",
        ["sme.debrecen"] = "Eszter Nagy",
        ["sme.evry"] = "Hugo Lefèvre",
        ["sme.barcelona"] = "Carla Roig",
        ["manager.genopole-sequencing"] = "Julien Garnier",
        ["manager.genopole-bioproduction"] = "Sophie Lambert",
        ["manager.genopole-cytometry"] = "Nadia Benali",
        ["manager.biotop-proteomics"] = "Katrin Vogel",
        ["manager.biotop-phase1"] = "Stefan Brandt",
        ["manager.biocat-structural"] = "Jordi Puig",
        ["manager.biocat-medchem"] = "Marta Soler",
        ["manager.biocat-preclinical"] = "Núria Vidal",
        ["manager.biopmed-imaging"] = "Giulia Rossi",
        ["manager.biopmed-devices"] = "Paolo Gallo",
        ["manager.gnd-clinical"] = "Gábor Szabó",
        ["manager.gnd-testing"] = "Katalin Kovács",
        ["funder.berlin"] = "Ulrike Hartmann",
        ["funder.piemonte"] = "Elena Conti",
        ["funder.ile-de-france"] = "Camille Dubois",
        ["funder.catalonia"] = "Marc Vila",
        ["cluster.genopole"] = "Antoine Mercier",
        ["cluster.biotop"] = "Petra Schulz",
        ["cluster.biocat"] = "Laia Ferrer",
        ["cluster.biopmed"] = "Luca Bianchi",
        ["cluster.gnd"] = "Zoltán Tóth",
        ["operator"] = "Robin Meyer",
    }.ToImmutableDictionary();

    /// <summary>In the order in which they are printed.</summary>
    public static ImmutableArray<DemonstrationPerson> All { get; } =
        [.. DemonstrationFiles.Organisations.People.Select(Person)];

    public static string Password => DemonstrationFiles.Organisations.Password;

    /// <summary>Who acts for an organisation.</summary>
    public static Actor ActorOf(string organisationId) =>
        All.First(p => p.Actor.Memberships[0].OrganisationId == organisationId).Actor;

    private static DemonstrationPerson Person(OrganisationsFile.WrittenPerson written)
    {
        var login = written.Email[..written.Email.IndexOf('@', StringComparison.Ordinal)];
        var (kind, name) = Organisation(written.Of);
        return new DemonstrationPerson(written.Email, new Actor(
            new PersonId($"demo-{login}"), Names[login], [new Membership(written.Of, name, kind, written.Roles)]));
    }

    private static (OrganisationKind Kind, string Name) Organisation(string id)
    {
        var organisations = DemonstrationFiles.Organisations;
        var catalogue = DemonstrationFiles.Catalogue;
        if (organisations.Accounts.FirstOrDefault(a => a.Id.Value == id) is { } account)
            return (OrganisationKind.Sme, account.Name);
        if (catalogue.Platforms.FirstOrDefault(p => p.Id.Value == id) is { } platform)
            return (OrganisationKind.Facility, platform.Name);
        if (organisations.Programmes.FirstOrDefault(p => p.Id.Value == id) is { } programme)
            return (OrganisationKind.Funder, programme.Funder);
        if (catalogue.Clusters.FirstOrDefault(c => c.Id.Value == id) is { } cluster)
            return (OrganisationKind.Cluster, cluster.Name);
        return (OrganisationKind.Operator, "Facilities marketplace");
    }
}
