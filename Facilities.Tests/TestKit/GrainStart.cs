using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Facilities.Tests.TestKit;

internal static class GrainStart
{
    /// <summary>
    /// Starts what hosts the grains of a composition that has no application around it; the Local host needs none.
    /// </summary>
    public static async Task StartGrains(this IServiceProvider services)
    {
        foreach (var hosted in services.GetServices<IHostedService>()) await hosted.StartAsync(CancellationToken.None);
    }
}
