using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Facilities.Silo.Operation;

/// <summary>Runs PostgreSQL's own programs, which know how to copy its databases.</summary>
internal static class PostgresPrograms
{
    private const string DebianFolder = "/usr/lib/postgresql";

    /// <summary>Runs one on the database of a connection string; answers what it printed.</summary>
    /// <exception cref="BackupException">It is not installed, or it failed.</exception>
    public static async Task<string> Run(string connection, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(Find(program))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        // Not as arguments, which everybody on the machine can read.
        foreach (var (name, value) in Environment(new NpgsqlConnectionStringBuilder(connection)))
            if (!string.IsNullOrEmpty(value)) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new BackupException($"{program} failed: {(await error).Trim()}");
        return await output;
    }

    private static (string Name, string? Value)[] Environment(NpgsqlConnectionStringBuilder settings) =>
    [
        ("PGHOST", settings.Host),
        ("PGPORT", settings.Port.ToString(CultureInfo.InvariantCulture)),
        ("PGUSER", settings.Username),
        ("PGPASSWORD", settings.Password),
        ("PGPASSFILE", settings.Passfile),
        ("PGDATABASE", settings.Database),
        ("PGSSLMODE", settings.SslMode switch
        {
            SslMode.VerifyCA => "verify-ca",
            SslMode.VerifyFull => "verify-full",
            var mode => mode.ToString().ToLowerInvariant(),
        }),
        ("PGSSLROOTCERT", settings.RootCertificate),
        ("PGSSLCERT", settings.SslCertificate),
        ("PGSSLKEY", settings.SslKey),
    ];

    /// <summary>The newest that is installed: an older one refuses a newer server.</summary>
    private static string Find(string program)
    {
        var debian = Directory.Exists(DebianFolder)
            ? Directory.GetDirectories(DebianFolder)
                .OrderByDescending(v => int.TryParse(Path.GetFileName(v), out var number) ? number : 0)
                .Select(v => Path.Combine(v, "bin"))
            : [];
        var path = (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return debian.Concat(path).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists)
            ?? throw new BackupException(
                $"{program} is not installed here; it comes with PostgreSQL's client programs.");
    }
}
