using System.Security.Cryptography;
using Facilities.Silo.Storage;

namespace Facilities.Silo.Operation;

/// <summary>A backup or a restore that cannot be done, in words for the operator.</summary>
internal sealed class BackupException(string message) : Exception(message);

/// <summary>
/// One file that holds a whole database, with its checksum beside it as <c>sha256sum</c> writes it. Only its owner may
/// read it: it holds what people entrusted to the marketplace, and the keys that protect their sessions.
/// </summary>
internal static class BackupFile
{
    private static readonly (StorageProvider Provider, byte[] Beginning)[] Beginnings =
    [
        (StorageProvider.Sqlite, "SQLite format 3\0"u8.ToArray()),
        (StorageProvider.Postgres, "PGDMP"u8.ToArray()),
    ];

    public static string ChecksumOf(string path) => path + ".sha256";

    /// <summary>Makes the file whole or not at all; one that is there is never touched.</summary>
    public static async Task Write(string path, Func<string, Task> fill)
    {
        RefuseExisting(path);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder)) throw new BackupException($"There is no folder {folder}.");
        var unfinished = $"{path}.{Path.GetRandomFileName()}.unfinished";
        var checksum = ChecksumOf(unfinished);
        try
        {
            await Create(unfinished).DisposeAsync();
            await fill(unfinished);
            await using (var sums = new StreamWriter(Create(checksum)))
                await sums.WriteAsync($"{await Hash(unfinished)}  {Path.GetFileName(path)}\n");
            Flush(unfinished);
            Flush(checksum);
            RefuseExisting(path);
            // First the file: whoever comes second to the same name fails here, and a crash before the checksum
            // leaves a file that no restore takes.
            File.Move(unfinished, path);
            File.Move(checksum, ChecksumOf(path), overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
            File.Delete(checksum);
        }
    }

    /// <summary>Which database the file is of.</summary>
    /// <exception cref="BackupException">It is not whole, or no backup.</exception>
    public static async Task<StorageProvider> Check(string path)
    {
        if (!File.Exists(path)) throw new BackupException($"There is no file {path}.");
        if (!File.Exists(ChecksumOf(path)))
            throw new BackupException(
                $"{path} has no checksum beside it, so nobody knows whether it is whole. A backup that was finished "
                + $"has one, {ChecksumOf(path)}.");
        var listed = (await File.ReadAllTextAsync(ChecksumOf(path))).Split(' ')[0].Trim();
        if (!string.Equals(listed, await Hash(path), StringComparison.OrdinalIgnoreCase))
            throw new BackupException(
                $"{path} is damaged or cut short: its checksum is not the one that was taken with it.");
        await using var file = File.OpenRead(path);
        var beginning = new byte[16];
        await file.ReadAtLeastAsync(beginning, beginning.Length, throwOnEndOfStream: false);
        foreach (var (provider, expected) in Beginnings)
            if (beginning.AsSpan().StartsWith(expected)) return provider;
        throw new BackupException($"{path} is no backup of this program.");
    }

    /// <summary>A new file that only its owner can read.</summary>
    public static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }

    /// <summary>Waits until the disk has it.</summary>
    public static void Flush(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
    }

    private static void RefuseExisting(string path)
    {
        if (Path.Exists(path))
            throw new BackupException($"{path} is there already and is left as it is. Give the backup another name.");
    }

    private static async Task<string> Hash(string path)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file));
    }
}
