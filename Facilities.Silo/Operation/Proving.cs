using System.Collections.Immutable;
using System.Data.Common;
using Facilities.Grains.Runtime;
using Facilities.Silo.Rebuilding;
using Facilities.Silo.Verification;
using Microsoft.Extensions.DependencyInjection;
using static Facilities.Silo.Operation.OperatorCommands;

namespace Facilities.Silo.Operation;

/// <summary>The commands that prove what is stored, and that make again what can be made from it.</summary>
internal static class Proving
{
    private const string VerifyUsage = """
        Usage: Facilities.Silo verify [--report FILE]

        Replays every event by the grains' own rules and compares all that is stored with it, as it stood at one moment:
        others may go on writing. Memory does not grow with the log. Says how far it has come, each fault with the
        stream and version or the table and key, and how often each was found.

          --report FILE          writes the report as JSON too; the file appears when it is complete
          --Storage:...          which database, as for every command

        Ends with 0: no fault; 1: faults were found; 2: it could not look.
        On SQLite the write-ahead log grows by what is written meanwhile, and is used anew afterwards.
        """;

    private static readonly string RebuildUsage = $"""
        Usage: Facilities.Silo rebuild [table...]

        Makes projections again from the events, all or nothing, and says every row that it changes; rows that are right
        are left alone. Without a name it looks at every one:
          {string.Join(", ", StoredTables.Rebuilt)}
        It may be run beside running processes: they go on reading, and what they want to write waits, or is answered
        with 503 and can be repeated, until it has ended; it takes about as long as verify. Where the log itself is
        damaged nothing is changed. Afterwards run verify.

          --Storage:...          which database, as for every command

        Ends with 0: done; 1: the log is damaged; 2: it could not.
        """;

    public static async Task<int> Run(string[] commands, string[] options, TextWriter output, TextWriter error)
    {
        var isVerify = commands[0] == "verify";
        var (own, report, wrong) = Read(options, isVerify);
        var names = commands.Skip(1).ToImmutableArray();
        wrong = isVerify
            ? [.. names.Select(n => $"'{n}' says nothing to verify."), .. wrong]
            : [.. names.Where(n => !StoredTables.Rebuilt.Contains(n)).Select(NotRebuilt), .. wrong];
        var usage = isVerify ? VerifyUsage : RebuildUsage;
        if (options.Contains("--help") || options.Contains("-h"))
        {
            await output.WriteLineAsync(usage);
            return Done;
        }
        if (!wrong.IsEmpty)
        {
            await error.WriteLineAsync(string.Join('\n', [.. wrong, "", usage]));
            return NotUnderstood;
        }
        return await Try(error, () => With(own, services => isVerify
            ? Verify(services, report, output)
            : Rebuild(services, names.IsEmpty ? StoredTables.Rebuilt : [.. names.Distinct()], output)));
    }

    /// <summary>What is wrong in the options is said all at once.</summary>
    private static (string[] Own, string? Report, ImmutableArray<string> Wrong) Read(string[] options, bool isVerify)
    {
        var own = new List<string>();
        var wrong = ImmutableArray.CreateBuilder<string>();
        string? report = null;
        for (var index = 0; index < options.Length; index++)
        {
            var (name, value) = options[index].IndexOf('=', StringComparison.Ordinal) is var equals and >= 0
                ? (options[index][..equals], options[index][(equals + 1)..])
                : (options[index], (string?)null);
            if (name is "--help" or "-h") continue;
            var isOurs = isVerify && name == "--report";
            if (!isOurs && name != "--environment" && !(name.StartsWith("--", StringComparison.Ordinal)
                && name.Contains(':', StringComparison.Ordinal)))
            {
                wrong.Add($"'{options[index]}' is not understood.");
                continue;
            }
            if (value is null && index + 1 < options.Length
                && !options[index + 1].StartsWith("--", StringComparison.Ordinal)) value = options[++index];
            if (string.IsNullOrWhiteSpace(value)) wrong.Add($"{name} lacks its value.");
            else if (!isOurs) own.Add($"{name}={value}");
            else if (report is not null) wrong.Add("--report is there twice.");
            else if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(value))))
                wrong.Add($"--report {value}: there is no such folder.");
            else report = value;
        }
        return ([.. own], report, wrong.ToImmutable());
    }

    private static string NotRebuilt(string table) => StoredTables.Primary.Contains(table)
        ? $"'{table}' stands nowhere else, so it cannot be made again. Restore a backup."
        : StoredTables.Log.Contains(table) || table == StoredTables.Snapshots
            ? $"'{table}' belongs to the log, from which the rest is made."
            : $"There is no table '{table}'.";

    private static async Task<int> Verify(IServiceProvider services, string? path, TextWriter output)
    {
        using var report = path is null ? null : new ReportFile(path);
        var faults = await services.GetRequiredService<Verifier>().Run(output, report);
        if (path is not null) await output.WriteLineAsync($"The report is in {path}.");
        return faults == 0 ? Done : Failed;
    }

    private static async Task<int> Rebuild(
        IServiceProvider services, ImmutableArray<string> tables, TextWriter output) =>
        await services.GetRequiredService<Rebuilder>().Run(tables, output) is null ? Failed : Done;

    /// <summary>Whether there are faults is not known where it could not look, and that is another answer.</summary>
    private static async Task<int> Try(TextWriter error, Func<Task<int>> act)
    {
        try
        {
            return await act();
        }
        catch (StorageUnavailableException cause)
        {
            await error.WriteLineAsync($"{cause.Message} {cause.InnerException?.Message}".TrimEnd());
        }
        catch (DbException cause)
        {
            await error.WriteLineAsync(
                $"The database has not the schema of this program: {cause.Message} Run migrate.");
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"The report cannot be written: {cause.Message}");
        }
        catch (InvalidOperationException cause) when (cause.Message.StartsWith("Storage:", StringComparison.Ordinal))
        {
            await error.WriteLineAsync(cause.Message);
        }
        return NotUnderstood;
    }
}
