using Facilities.Grains.Runtime;
using Facilities.Silo.Storage;
using NodaTime;

namespace Facilities.Tests.TestKit;

/// <summary>Two hosts of grains on one database, which know nothing of each other.</summary>
internal sealed class TwoHosts : IAsyncDisposable
{
    private TwoHosts(GrainHost first, GrainHost second) => (First, Second) = (first, second);

    public GrainHost First { get; }

    public GrainHost Second { get; }

    public static async Task<TwoHosts> Start(
        StorageOptions storage, Instant now, Func<IEventStore, IEventStore>? wrap = null) =>
        new(await GrainHost.Start(storage, now, wrap), await GrainHost.Start(storage, now, wrap));

    /// <summary>Whichever the load balancer picks.</summary>
    public GrainHost Any(Random random) => random.Next(2) == 0 ? First : Second;

    public IEnumerable<T> Services<T>() where T : notnull => [First.Service<T>(), Second.Service<T>()];

    public async ValueTask DisposeAsync()
    {
        await First.DisposeAsync();
        await Second.DisposeAsync();
    }
}
