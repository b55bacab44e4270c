using System.Diagnostics;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Feeds;

/// <summary>Debian's khal, a calendar program for the terminal, in a folder and a zone of its own.</summary>
internal sealed class Khal : IDisposable
{
    private const string Program = "/usr/bin/khal";

    private readonly string folder = Directory.CreateTempSubdirectory("facilities-khal-").FullName;

    private Khal(string zone)
    {
        Directory.CreateDirectory(Path.Combine(folder, "calendar"));
        File.WriteAllText(Configuration, $"""
            [calendars]
            [[bookings]]
            path = {folder}/calendar
            [locale]
            timeformat = %H:%M
            dateformat = %Y-%m-%d
            longdateformat = %Y-%m-%d
            datetimeformat = %Y-%m-%dT%H:%M
            longdatetimeformat = %Y-%m-%dT%H:%M
            local_timezone = {zone}
            default_timezone = {zone}
            [sqlite]
            path = {folder}/khal.db
            """);
    }

    private string Configuration => Path.Combine(folder, "config");

    /// <summary>Skips the test where khal is absent; in CI it fails.</summary>
    internal static Khal In(string zone)
    {
        if (File.Exists(Program)) return new Khal(zone);
        const string reason = $"{Program} is needed: apt-get install khal.";
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(reason);
        Assert.Skip(reason);
        throw new UnreachableException();
    }

    /// <summary>Reads a feed as it was downloaded.</summary>
    internal Task Import(byte[] feed)
    {
        var file = Path.Combine(folder, "feed.ics");
        File.WriteAllBytes(file, feed);
        return Run("import", "--batch", file);
    }

    /// <summary>What it shows: of each event its start, end, title and status, by the clock of its zone.</summary>
    internal async Task<string[]> Shows(string from, int days)
    {
        const string format = "{start-long}|{end-long}|{title}|{status}";
        var shown = await Run("list", "--day-format", "", "--format", format, from, $"{days}d");
        return shown.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task<string> Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Program, ["-c", Configuration, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.Environment["LC_ALL"] = "C.UTF-8";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);
        return output;
    }
}
