using System.Text.Json;
using Facilities.Grains.Kernel;

namespace Facilities.Silo.Demonstration;

/// <summary>The files of the demonstration, carried inside the program.</summary>
internal static class DemonstrationFiles
{
    public static readonly CatalogueFile Catalogue = Read<CatalogueFile>("catalogue.json");

    /// <summary>Other programs rely on what demonstration.json names; what was added since stands apart.</summary>
    public static readonly OrganisationsFile Organisations =
        Read<OrganisationsFile>("demonstration.json").With(Read<OrganisationsFile>("further.json"));

    private static T Read<T>(string name)
    {
        using var file = typeof(DemonstrationFiles).Assembly.GetManifestResourceStream($"Demonstration/{name}")
            ?? throw new InvalidOperationException($"The program carries no {name}.");
        return JsonSerializer.Deserialize<T>(file, Json.Options)!;
    }
}
