#if ORLEANS
using Facilities.Grains.Runtime;
using Orleans;
using Orleans.Runtime;

namespace Facilities.Silo.Hosting;

/// <summary>
/// A call that the cluster lost says the same as one that the database lost: whether it was carried out is unknown, and
/// the same id may be sent again. So doors and grains need to know one fault only.
/// </summary>
internal sealed class ClusterFaults : IOutgoingGrainCallFilter
{
    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        catch (Exception fault) when (fault is OrleansException or TimeoutException)
        {
            throw new StorageUnavailableException(
                $"The cluster did not answer {context.MethodName}; try again.", fault);
        }
    }
}
#endif
