using Facilities.Silo.Demonstration;
using Facilities.Silo.Storage;

namespace Facilities.Api.Starting;

/// <summary>
/// What happens once visitors are listened to: the demonstration is loaded where it belongs, and only then begins what
/// works in the background, since nobody may act in a history that is still being made.
/// </summary>
internal sealed partial class BackgroundStart(
    IServiceProvider services, IEnumerable<LateService> late, Readiness readiness, IHostApplicationLifetime lifetime,
    ILogger<BackgroundStart> log) : IHostedLifecycleService
{
    private readonly List<BackgroundService> started = [];

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        if (!readiness.IsReady) services.SayThatItLoads();
        readiness.Demonstration = await DemonstrationLoader.EnsureLoaded(services, cancellationToken);
        readiness.IsReady = true;
        foreach (var service in late.Select(l => l.Make(services)))
        {
            await service.StartAsync(cancellationToken);
            started.Add(service);
            _ = Watch(service);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var service in Enumerable.Reverse(started)) await service.StopAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // As the host does with those that it starts itself: without its background work no process is whole.
    private async Task Watch(BackgroundService service)
    {
        try
        {
            await (service.ExecuteTask ?? Task.CompletedTask);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // The process ends.
        }
        catch (Exception fault)
        {
            Failed(log, service.GetType().Name, fault);
            lifetime.StopApplication();
        }
    }

    [LoggerMessage(LogLevel.Critical, "{Service} failed, and so the process ends")]
    private static partial void Failed(ILogger log, string service, Exception fault);
}

/// <summary>Something that works in the background, once it is made.</summary>
internal sealed record LateService(Func<IServiceProvider, BackgroundService> Make);

internal static class LateServices
{
    /// <summary>Has what works in the background begin after the data is in, in the same order as otherwise.</summary>
    public static void AddBackgroundStart(this IServiceCollection services)
    {
        foreach (var hosted in services.Where(s => s.ServiceType == typeof(IHostedService)).ToArray())
        {
            // A factory is a Func of the provider and what it makes.
            var type = hosted.ImplementationType ?? hosted.ImplementationFactory?.GetType().GenericTypeArguments[1];
            // The framework's own, and the silo of a cluster, are needed to load and to listen.
            if (type is null || !type.IsAssignableTo(typeof(BackgroundService))
                || type.Assembly != typeof(EventStore).Assembly) continue;
            services.Remove(hosted);
            services.AddSingleton(new LateService(hosted.ImplementationFactory is { } make
                ? provider => (BackgroundService)make(provider)
                : provider => (BackgroundService)ActivatorUtilities.CreateInstance(provider, type)));
        }
        services.AddHostedService<BackgroundStart>();
    }
}
