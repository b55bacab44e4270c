using System.Collections.Immutable;
using System.Text.Json;

namespace Facilities.Silo.Identity;

/// <summary>Enumerations as the camelCase words that JSON shows, in the database too.</summary>
internal static class Words
{
    public static string Of<T>(T value) where T : struct, Enum =>
        JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    public static T Read<T>(string word) where T : struct, Enum => Enum.Parse<T>(word, ignoreCase: true);

    public static string Joined<T>(ImmutableArray<T> values) where T : struct, Enum =>
        string.Join(',', values.Select(Of));

    public static ImmutableArray<T> Split<T>(string words) where T : struct, Enum =>
        [.. words.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Read<T>)];
}
