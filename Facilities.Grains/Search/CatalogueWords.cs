using Facilities.Grains.Platforms;
using Facilities.Grains.Services;

namespace Facilities.Grains.Search;

/// <summary>Looking for words in the catalogue.</summary>
public static class CatalogueWords
{
    /// <summary>
    /// The platform with those services that hold every word; all of them where it holds them itself.
    /// </summary>
    public static PlatformView Narrowed(PlatformView platform, string? words) => words is null ? platform :
        platform with { Services = [.. platform.Services.Where(s => Match(platform.Profile, s, words))] };

    /// <summary>Whether a service and its platform hold every word.</summary>
    public static bool Match(PlatformProfile profile, Service service, string words)
    {
        var text = $"{profile.Name} {profile.Description} {profile.City} {profile.Stage} "
            + $"{service.Name} {service.Description} {service.Category}";
        return words.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .All(word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
    }
}
