using System.Text.RegularExpressions;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Architecture;

/// <summary>The walls as pure functions: each answers what breaks it.</summary>
internal static class Walls
{
    private static readonly string[] Markers = ["//", "*", "///"];

    /// <summary>Assemblies that a project may not use, by the beginnings of their names.</summary>
    public static IEnumerable<string> Forbidden(IEnumerable<string> assemblies, params string[] beginnings) =>
        assemblies.Where(name => beginnings.Any(b => name.StartsWith(b, StringComparison.Ordinal)));

    /// <summary>Lines of code that hold a forbidden word; comments may name it.</summary>
    public static IEnumerable<string> Mentions(IEnumerable<SourceFile> files, string pattern) =>
        from file in files
        from line in Numbered(file)
        where !Markers.Any(m => line.Text.TrimStart().StartsWith(m, StringComparison.Ordinal))
            && Regex.IsMatch(line.Text, pattern, RegexOptions.CultureInvariant)
        select $"{file.Path}({line.Number}): {line.Text.Trim()}";

    public static IEnumerable<string> TooLong(IEnumerable<SourceFile> files, int linesMax) =>
        from file in files
        let lines = file.Text.TrimEnd('\n').Split('\n').Length
        where lines > linesMax
        select $"{file.Path}: {lines} lines";

    public static IEnumerable<string> TooWide(IEnumerable<SourceFile> files, int columnsMax) =>
        from file in files
        from line in Numbered(file)
        where line.Text.Length > columnsMax
        select $"{file.Path}({line.Number}): {line.Text.Length} columns";

    /// <summary>Files deeper than project, feature, file; migrations have a folder for each database.</summary>
    public static IEnumerable<string> TooDeep(IEnumerable<string> paths) => paths.Where(path =>
        path.StartsWith("Facilities.", StringComparison.Ordinal)
        && path.Split('/').Length > 3
        && !Regex.IsMatch(path, "^Facilities\\.Silo/Storage/Migrations/(Postgres|Sqlite)/[^/]+$|/wwwroot/"));

    /// <summary>Entries at the top that the layout does not know.</summary>
    public static IEnumerable<string> OutOfPlace(IEnumerable<string> paths) => paths
        .Select(path => path.Split('/')[0])
        .Distinct()
        .Where(entry => !Regex.IsMatch(entry,
            @"^(Facilities\.(Silo|Api|Grains|Tests|sln)|deploy|README\.md|CONTRIBUTING\.md|DECISIONS\.md|CHANGELOG\.md"
                + @"|LICENSE|Directory\..*\.(props|targets)|global\.json|\..*)$"));

    private static IEnumerable<(int Number, string Text)> Numbered(SourceFile file) =>
        file.Text.Split('\n').Select((text, index) => (index + 1, text.TrimEnd('\r')));
}
