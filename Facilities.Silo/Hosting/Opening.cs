using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Facilities.Silo.Hosting;

/// <summary>
/// When work in the background begins: at once, unless the data is still being made, in whose history nobody may act.
/// </summary>
public sealed class Opening
{
    private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether the data is in.</summary>
    public bool IsOpen => opened.Task.IsCompleted;

    internal Task Opened => opened.Task;

    /// <summary>The data is in.</summary>
    public void Open() => opened.TrySetResult();
}

/// <summary>Work that waits for the opening.</summary>
public static class OpeningSetup
{
    /// <summary>Has this begin once the data is in, and end with the host.</summary>
    public static void AddOnceOpened<TWork>(this IServiceCollection services) where TWork : BackgroundService
    {
        services.TryAddSingleton<TWork>();
        services.AddHostedService<OnceOpened<TWork>>();
    }

    private sealed class OnceOpened<TWork>(TWork work, Opening opening) : BackgroundService
        where TWork : BackgroundService
    {
        public override async Task StopAsync(CancellationToken cancellationToken)
        {
            await base.StopAsync(cancellationToken);
            await work.StopAsync(cancellationToken);
        }

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await opening.Opened.WaitAsync(stoppingToken);
            await work.StartAsync(stoppingToken);
            await (work.ExecuteTask ?? Task.CompletedTask);
        }
    }
}
