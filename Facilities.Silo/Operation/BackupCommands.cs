using Facilities.Grains.Runtime;
using Facilities.Silo.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Facilities.Silo.Operation;

/// <summary>The operator's commands <c>backup</c> and <c>restore</c>.</summary>
internal static class BackupCommands
{
    public static Task<int> Backup(
        IServiceProvider services, string[] options, TextWriter output, TextWriter error) =>
        Run(options, "--to", "backup --to FILE", error, async path =>
        {
            await Operation.Backup.Make(
                services.GetRequiredService<StorageOptions>(), services.GetRequiredService<IDialect>(), path);
            await output.WriteLineAsync(FormattableString.Invariant(
                $"Wrote {path}, {new FileInfo(path).Length / 1024} KB, and {BackupFile.ChecksumOf(path)}."));
        });

    /// <summary>Only restores; the schema and the proof that all holds are the caller's next steps.</summary>
    public static Task<int> Restore(
        IServiceProvider services, string[] options, TextWriter output, TextWriter error) =>
        Run(options, "--from", "restore --from FILE", error, async path =>
        {
            await Operation.Restore.Into(
                services.GetRequiredService<StorageOptions>(), services.GetRequiredService<IDialect>(), path);
            await output.WriteLineAsync($"Restored {path}.");
        });

    private static async Task<int> Run(
        string[] options, string name, string usage, TextWriter error, Func<string, Task> act)
    {
        if (ValueOf(options, name) is not { Length: > 0 } path)
        {
            await error.WriteLineAsync($"Name the file: {usage}.");
            return OperatorCommands.NotUnderstood;
        }
        try
        {
            await act(path);
            return OperatorCommands.Done;
        }
        catch (Exception fault) when (fault is BackupException or StorageUnavailableException or IOException
            or UnauthorizedAccessException)
        {
            await error.WriteLineAsync(fault.Message);
            return OperatorCommands.Failed;
        }
    }

    private static string? ValueOf(string[] options, string name)
    {
        var index = Array.FindIndex(options, o => o == name || o.StartsWith(name + "=", StringComparison.Ordinal));
        if (index < 0) return null;
        return options[index] != name ? options[index][(name.Length + 1)..]
            : index + 1 < options.Length && !options[index + 1].StartsWith('-') ? options[index + 1] : null;
    }
}
