using Facilities.Grains.Accounts;
using Facilities.Grains.Bookings;
using Facilities.Grains.Platforms;
using Facilities.Grains.Programmes;
using Facilities.Grains.Runtime;
using Facilities.Silo.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;
using Orleans;

namespace Facilities.Silo.Delivery;

/// <summary>
/// Wakes grains whose due work has come: a hold or an offer that runs out, an acceptance that is deemed given, a
/// voucher whose last day passed, a process that a crash interrupted. Several processes may pump the same rows:
/// waking twice does no harm.
/// </summary>
public sealed partial class DuePump(
    IDueWork due, IGrainFactory grains, IClock clock, TimeProvider time, ILogger<DuePump> log) : BackgroundService
{
    private const int BatchMax = 200;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Wakes all that is due now; answers how many were woken.</summary>
    public async Task<int> RunOnce()
    {
        var woken = 0;
        var tried = new HashSet<StreamName>();
        while (true)
        {
            var batch = await due.DueBefore(clock.GetCurrentInstant(), BatchMax);
            var streams = batch.Select(d => d.Stream).Where(tried.Add).ToArray();
            if (streams.Length == 0) return woken;
            await Task.WhenAll(streams.Select(Wake));
            woken += streams.Length;
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await RunOnce();
            }
            catch (StorageUnavailableException fault)
            {
                Unavailable(log, fault.Message);
            }
        }
        while (await Ticked(timer, stoppingToken));
    }

    private static async Task<bool> Ticked(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task Wake(StreamName stream)
    {
        try
        {
            // A kind that is unknown here belongs to a newer version, whose processes wake it.
            IWakeable grain = stream.Kind switch
            {
                "booking" => grains.GetGrain<IBookingGrain>(stream.Key),
                "platform" => grains.GetGrain<IPlatformGrain>(stream.Key),
                "account" => grains.GetGrain<IAccountGrain>(stream.Key),
                "programme" => grains.GetGrain<IProgrammeGrain>(stream.Key),
                _ => throw new UnreadableDataException($"Nothing here wakes {stream}."),
            };
            await grain.Wake();
        }
        catch (Exception fault) when (fault is StorageUnavailableException or InvalidOperationException)
        {
            // The row stays due, so it is tried again; one grain's trouble must not keep others from waking.
            NotWoken(log, stream.Value, fault);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database is unavailable, due work waits: {Reason}")]
    private static partial void Unavailable(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Stream} could not be woken and is tried again")]
    private static partial void NotWoken(ILogger log, string stream, Exception fault);
}
