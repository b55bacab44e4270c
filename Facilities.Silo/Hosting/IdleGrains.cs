#if !ORLEANS
using Microsoft.Extensions.Hosting;
using NodaTime;

namespace Facilities.Silo.Hosting;

/// <summary>Lets grains go that nobody called for a while.</summary>
public sealed class IdleGrains(LocalGrains grains, TimeProvider time) : BackgroundService
{
    private static readonly Duration Idle = Duration.FromMinutes(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await grains.Collect(Idle);
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }
}
#endif
