using System.Diagnostics;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.ICalendar;

/// <summary>Debian's Python with its calendar libraries, the independent judges of our module.</summary>
internal static class Python
{
    private const string Program = "/usr/bin/python3";

    /// <summary>Skips the test where a module is absent; in CI it fails.</summary>
    internal static void Needs(string module)
    {
        if (File.Exists(Program))
        {
            using var process = Start("-c", $"import {module}");
            process.StandardInput.Close();
            process.WaitForExit();
            if (process.ExitCode == 0) return;
        }
        var reason = $"{Program} with {module} is needed: apt-get install python3-{module}.";
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(reason);
        Assert.Skip(reason);
    }

    /// <summary>Runs a script that stands beside this file and gives what it writes for these lines.</summary>
    internal static async Task<string[]> Run(string script, IEnumerable<string> lines)
    {
        using var process = Start(Path.Combine(Repository.Root, "Facilities.Tests", "ICalendar", script));
        var writing = Task.Run(async () =>
        {
            foreach (var line in lines) await process.StandardInput.WriteLineAsync(line);
            process.StandardInput.Close();
        });
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);
        await writing;
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo(Program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        StandardInputEncoding = new System.Text.UTF8Encoding(false),
    })!;
}
