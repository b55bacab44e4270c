using System.Diagnostics;
using System.Net;
using Facilities.Silo.Storage;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Crashes;

/// <summary>
/// One of several processes of the application: started again whenever it ends, as service managers do.
/// </summary>
internal sealed class Replica : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly StorageOptions storage;
    private readonly Action<string> fault;
    private readonly (string Name, string Value)[] settings;
    private readonly Task keeping;
    private ApiProcess? current;
    private volatile bool isUp;
    private volatile bool isKilled;
    private volatile bool isOver;

    /// <param name="storage">The database, as this process reaches it.</param>
    /// <param name="link">What its way to the database leads through; null where it has a file.</param>
    /// <param name="fault">Hears of a process that ended although nobody killed it.</param>
    /// <param name="settings">Further settings, as in the environment.</param>
    public Replica(
        StorageOptions storage, TcpProxy? link, Action<string> fault, params (string Name, string Value)[] settings)
    {
        (this.storage, Link, this.fault, this.settings) = (storage, link, fault, settings);
        keeping = Keep();
    }

    public TcpProxy? Link { get; }

    public bool IsUp => isUp;

    /// <summary>Where it listens, or will soon; null while there is no process.</summary>
    public IPEndPoint? Address =>
        Volatile.Read(ref current) is { HasEnded: false } process
            ? new(IPAddress.Loopback, process.Address.Port)
            : null;

    public string Output => Volatile.Read(ref current)?.Output ?? "";

    /// <summary>Ends the process at once, whatever it is doing.</summary>
    public async Task Kill()
    {
        (isKilled, isUp) = (true, false);
        if (Volatile.Read(ref current) is { } process) await process.Kill();
    }

    /// <summary>Waits until it is ready.</summary>
    public async Task<TimeSpan> Up()
    {
        var watch = Stopwatch.StartNew();
        while (!isUp)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(90), $"A process does not get ready:\n{Output}");
            await Task.Delay(5);
        }
        return watch.Elapsed;
    }

    public async ValueTask DisposeAsync()
    {
        isOver = true;
        await Kill();
        await keeping;
        Link?.Dispose();
    }

    private async Task Keep()
    {
        while (!isOver)
        {
            isKilled = false;
            await using var process = ApiProcess.Launch(storage, settings);
            Volatile.Write(ref current, process);
            if (isOver) await process.Kill();
            var wasUp = isUp = await process.IsReady() && !isKilled;
            await process.Ended();
            isUp = false;
            // One that finds no database when it starts may give up; the next try may find it.
            if (wasUp && !isKilled) fault($"A process ended that nobody killed:\n{process.Output}");
            await Task.Delay(Pause);
        }
    }
}
