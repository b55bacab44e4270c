using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Facilities.Silo.Storage;

namespace Facilities.Silo.BenchDoors;

/// <summary>The doors as a process of their own, as an operator runs them, with a client that speaks to them.</summary>
internal sealed class ApiProcess : IAsyncDisposable
{
    private const string Name = "Facilities.Api";

    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(2);

    // A process that crashed has closed its connections a little before it is gone.
    private static readonly TimeSpan EndNoticed = TimeSpan.FromMilliseconds(100);

    private readonly Process process;
    private readonly List<string> said = [];

    private ApiProcess(ProcessStartInfo start, Uri address)
    {
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false })
        {
            BaseAddress = address,
        };
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        StartedAt = Stopwatch.GetTimestamp();
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public HttpClient Http { get; }

    /// <summary>When the system was asked to start it, by <see cref="Stopwatch"/>.</summary>
    public long StartedAt { get; }

    /// <summary>What the process has in memory, in bytes.</summary>
    public long WorkingSet
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>What the process has used of the processors.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>The program of the doors, as given or beside the one that runs; null where it was not built.</summary>
    public static string? Find(string? given)
    {
        var here = AppContext.BaseDirectory;
        string[] folders = given is not null
            ? [given, Path.GetDirectoryName(Path.GetFullPath(given))!]
            : [here, here.Replace("Facilities.Silo", Name, StringComparison.Ordinal)];
        return folders.Select(folder => Path.GetFullPath(Path.Combine(folder, Name + ".dll")))
            .FirstOrDefault(file =>
                File.Exists(file) && File.Exists(Path.ChangeExtension(file, ".runtimeconfig.json")));
    }

    /// <summary>Starts it and waits for its first whole answer.</summary>
    /// <param name="program">As <see cref="Find"/> found it.</param>
    /// <param name="storage">Its database.</param>
    /// <param name="environment">Only outside <c>Production</c> it loads the demonstration.</param>
    /// <param name="path">What is asked for.</param>
    public static async Task<ApiProcess> Start(
        string program, StorageOptions storage, string environment = "Production", string path = "/health/ready")
    {
        var api = new ApiProcess(How(program, storage, environment, out var address), address);
        while (!api.process.HasExited && Stopwatch.GetElapsedTime(api.StartedAt) < StartMax)
        {
            try
            {
                using var answer = await api.Http.GetAsync(new Uri(path, UriKind.Relative));
                if (answer.IsSuccessStatusCode) return api;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
            await Task.Delay(Step);
        }
        await api.DisposeAsync();
        throw new InvalidOperationException($"{program} did not start:\n{string.Join('\n', api.said)}");
    }

    /// <summary>Waits until it answers everything: later than the first page where it loads something.</summary>
    public async Task Ready()
    {
        while (Stopwatch.GetElapsedTime(StartedAt) < StartMax)
        {
            using var answer = await Http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            if (answer.IsSuccessStatusCode) return;
            await Task.Delay(Step);
        }
        throw new InvalidOperationException($"It is not ready:\n{string.Join('\n', said)}");
    }

    private static ProcessStartInfo How(
        string program, StorageOptions storage, string environment, out Uri address)
    {
        address = new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort()}"));
        return new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            ArgumentList = { program },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ASPNETCORE_URLS"] = address.ToString(),
                ["ASPNETCORE_ENVIRONMENT"] = environment,
                ["Storage__Provider"] = storage.Provider.ToString().ToLowerInvariant(),
                ["Storage__Connection"] = storage.Connection,
                ["GrainHost__Port"] = FreePort().ToString(CultureInfo.InvariantCulture),
                ["Quiet"] = "true",
            },
        };
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Keep(string? line)
    {
        lock (said) if (line is not null && said.Count < 1_000) said.Add(line);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        var endedItself = process.WaitForExit(EndNoticed);
        if (!endedItself) process.Kill();
        await process.WaitForExitAsync();
        if (endedItself)
            await Console.Error.WriteLineAsync($"{Name} ended with {process.ExitCode}:\n{string.Join('\n', said)}");
        process.Dispose();
    }
}
