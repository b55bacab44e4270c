using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Facilities.Silo.Storage;

namespace Facilities.Tests.TestKit;

/// <summary>The application as a process of its own, which can be killed.</summary>
public sealed class ApiProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly HttpClient http;
    private readonly List<string> output = [];
    private readonly ConcurrentDictionary<string, ApiClient> clients = [];

    private ApiProcess(ProcessStartInfo start, Uri address)
    {
        (http, Address) = (new HttpClient { BaseAddress = address }, address);
        process = new Process { StartInfo = start };
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Uri Address { get; }

    /// <summary>Its number in the system, for what it uses of memory and handles.</summary>
    public int Id => process.Id;

    public bool HasEnded => process.HasExited;

    /// <summary>What it printed.</summary>
    public string Output
    {
        get
        {
            lock (output) return string.Join('\n', output);
        }
    }

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="storage">Its database.</param>
    /// <param name="program">The folder of another build than the one that is tested.</param>
    public static async Task<ApiProcess> Start(StorageOptions storage, string? program = null)
    {
        var api = Launch(storage, program ?? AppContext.BaseDirectory, []);
        if (await api.IsReady()) return api;
        await api.DisposeAsync();
        throw new InvalidOperationException("The process did not become ready:\n" + api.Output);
    }

    /// <summary>Starts it; it may not be ready for a while.</summary>
    /// <param name="storage">Its database.</param>
    /// <param name="settings">Further settings, as in the environment.</param>
    public static ApiProcess Launch(StorageOptions storage, params (string Name, string Value)[] settings) =>
        Launch(storage, AppContext.BaseDirectory, settings);

    private static ApiProcess Launch(StorageOptions storage, string program, (string Name, string Value)[] settings)
    {
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort()}"));
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { Path.Combine(program, "Facilities.Api.dll") },
            WorkingDirectory = program,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ASPNETCORE_URLS"] = address.ToString(),
                ["Storage__Provider"] = storage.Provider.ToString().ToLowerInvariant(),
                ["Storage__Connection"] = storage.Connection,
                ["GrainHost__Port"] = FreePort().ToString(CultureInfo.InvariantCulture),
                ["Logging__LogLevel__Default"] = "Warning",
            },
        };
        foreach (var (name, value) in settings) start.Environment[name] = value;
        return new ApiProcess(start, address);
    }

    /// <summary>Somebody of the demonstration, by what stands before the at sign; signed in once.</summary>
    public async Task<ApiClient> As(string login)
    {
        if (clients.TryGetValue(login, out var known)) return known;
        var client = new ApiClient(new HttpClient { BaseAddress = Address });
        await client.SignIn(login);
        return clients[login] = client;
    }

    /// <summary>Waits until it has ended, for whatever reason.</summary>
    public Task Ended() => process.WaitForExitAsync();

    /// <summary>Ends it at once, whatever it is doing.</summary>
    public async Task Kill()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Kill();
        http.Dispose();
        process.Dispose();
    }

    /// <summary>Waits until it is ready; false where it ended instead, or took too long.</summary>
    public async Task<bool> IsReady()
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < StartMax && !process.HasExited)
        {
            try
            {
                if ((await http.GetAsync(new Uri("/health/ready", UriKind.Relative))).IsSuccessStatusCode) return true;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
            await Task.Delay(20);
        }
        return false;
    }

    private void Keep(object _, DataReceivedEventArgs line)
    {
        lock (output) output.Add(line.Data ?? "");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
