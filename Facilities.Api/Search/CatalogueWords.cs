using Facilities.Grains.Platforms;

namespace Facilities.Api.Search;

/// <summary>Looking for words in the catalogue.</summary>
public static class CatalogueWords
{
    /// <summary>
    /// The platform with those services that hold every word; all of them where it holds them itself.
    /// </summary>
    public static PlatformView Narrowed(PlatformView platform, string? words)
    {
        if (words is null) return platform;
        var wanted = words.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var profile = platform.Profile;
        var about = $"{profile.Name} {profile.Description} {profile.City} {profile.Stage}";
        return platform with
        {
            Services = [.. platform.Services.Where(s => wanted.All(w =>
                $"{about} {s.Name} {s.Description} {s.Category}".Contains(w, StringComparison.OrdinalIgnoreCase)))],
        };
    }
}
