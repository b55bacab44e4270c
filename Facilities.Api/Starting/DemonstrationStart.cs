using Facilities.Silo.Demonstration;
using Facilities.Silo.Hosting;

namespace Facilities.Api.Starting;

/// <summary>
/// Waits for the database where it is not there yet, loads the demonstration where it belongs, once visitors are
/// listened to, and then opens.
/// </summary>
internal sealed class DemonstrationStart(IServiceProvider services, Readiness readiness, Opening opening)
    : IHostedLifecycleService
{
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        await services.AwaitDatabase(cancellationToken);
        if (!opening.IsOpen) services.SayThatItLoads();
        readiness.Demonstration = await DemonstrationLoader.EnsureLoaded(services, cancellationToken);
        opening.Open();
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
