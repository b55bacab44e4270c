using System.Collections.Immutable;
using Facilities.Grains.Clusters;
using Facilities.Grains.Platforms;
using Facilities.Silo.Storage;

namespace Facilities.Silo.Platforms;

/// <summary>What anybody may see: clusters, their agreements, platforms with their services.</summary>
public sealed class Catalogue(IDatabase database)
{
    public Task<ImmutableArray<ClusterProfile>> Clusters() =>
        database.Bodies<ClusterProfile>("select body from clusters order by key");

    public Task<ImmutableArray<Agreement>> Agreements() =>
        database.Bodies<Agreement>("select body from agreements order by key");

    public Task<ImmutableArray<PlatformView>> Platforms() =>
        database.Bodies<PlatformView>("select body from platforms order by key");
}
