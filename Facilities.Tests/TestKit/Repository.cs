namespace Facilities.Tests.TestKit;

/// <summary>The source tree that the tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] Made = ["bin", "obj", ".git", ".data", "artifacts", "TestResults", ".vs", ".idea"];

    public static readonly string Root = Find(AppContext.BaseDirectory);

    /// <summary>Every source file by its path from the root, with forward slashes; nothing that a build made.</summary>
    public static IEnumerable<string> Files() => Below(Root)
        .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
        .Order(StringComparer.Ordinal);

    /// <summary>Files of one folder with one of these endings, and their text.</summary>
    public static IEnumerable<SourceFile> Sources(string folder, params string[] endings) => Files()
        .Where(file => file.StartsWith(folder, StringComparison.Ordinal) && endings.Contains(Path.GetExtension(file)))
        .Select(file => new SourceFile(file, File.ReadAllText(Path.Combine(Root, file))));

    private static IEnumerable<string> Below(string folder) => Directory.EnumerateFiles(folder).Concat(
        Directory.EnumerateDirectories(folder).Where(d => !Made.Contains(Path.GetFileName(d))).SelectMany(Below));

    private static string Find(string folder) => File.Exists(Path.Combine(folder, "Facilities.sln"))
        ? folder
        : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException(
            "The tests run outside their source tree."));
}

/// <summary>A file of the source tree.</summary>
internal sealed record SourceFile(string Path, string Text);
