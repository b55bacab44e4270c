using System.IO.Compression;
using Facilities.Silo.Storage;
using Facilities.Tests.Recovery;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Upgrades;

/// <summary>The databases that released versions left, and what else is kept of them.</summary>
internal static class Fixtures
{
    public static readonly string Folder = Path.Combine(Repository.Root, "Facilities.Tests", "Upgrades");

    /// <summary>Every released version, the oldest first, with its commit.</summary>
    public static IReadOnlyList<(string Version, string Commit)> Releases { get; } =
    [
        .. File.ReadAllLines(Path.Combine(Folder, "releases.txt"))
            .Where(line => line.Length > 0 && !line.StartsWith('#'))
            .Select(line => line.Split(' '))
            .Select(part => (part[0], part[1])),
    ];

    public static string MigrationsOf(string version) => Path.Combine(Folder, version + ".migrations.txt");

    public static string Of(string version, StorageProvider provider) => Path.Combine(
        Folder, version + (provider == StorageProvider.Sqlite ? ".sqlite.br" : ".postgres.br"));

    /// <summary>A release's database, restored by the operator's command, which migrates and verifies it too.</summary>
    public static async Task<StorageOptions> Restore(string version, StorageProvider provider)
    {
        var folder = Directory.CreateTempSubdirectory("facilities-upgrade-").FullName;
        TestRun.AtEnd(() => Directory.Delete(folder, recursive: true));
        var backup = Path.Combine(folder, "backup");
        await using (var compressed =
            new BrotliStream(File.OpenRead(Of(version, provider)), CompressionMode.Decompress))
        await using (var file = File.Create(backup))
            await compressed.CopyToAsync(file);
        var sum = Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(backup)));
        await File.WriteAllTextAsync(backup + ".sha256", $"{sum}  backup\n");
        var storage = provider == StorageProvider.Sqlite
            ? new StorageOptions(provider, $"Data Source={Path.Combine(folder, "restored.db")}")
            : new StorageOptions(provider, await PostgresCluster.NewDatabase());
        var said = await Operator.Succeeds(storage, "restore", "--from", backup);
        Assert.Contains(": no fault.", said, StringComparison.Ordinal);
        return storage;
    }
}
