#if !ORLEANS
using Microsoft.Extensions.Hosting;
using NodaTime;

namespace Facilities.Silo.Hosting;

/// <summary>Lets grains go that nobody called for a while.</summary>
public sealed class IdleGrains(LocalGrains grains, TimeProvider time) : BackgroundService
{
    private static readonly Duration Idle = Duration.FromMinutes(15);

    // A busy day leaves thousands of bookings behind in a quarter of an hour, and loading one takes a millisecond.
    private const int ManyGrains = 10_000;
    private static readonly Duration IdleAmongMany = Duration.FromMinutes(1);

    /// <summary>How long a grain is kept that nobody calls, where so many are in memory.</summary>
    public static Duration KeptFor(int grains) => grains > ManyGrains ? IdleAmongMany : Idle;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await grains.Collect(KeptFor(grains.Count));
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }
}
#endif
