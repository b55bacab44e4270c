using Facilities.Grains.Runtime;
using Facilities.Silo.Hosting;

namespace Facilities.Tests.Simulation;

/// <summary>A bug put between the product and what it stands on, to see whether the simulation finds it.</summary>
internal class Plant
{
    /// <summary>No bug.</summary>
    public static readonly Plant None = new();

    public virtual SimulatedDatabase Database() => new();

    public virtual IEventStore Store(IEventStore store, SimulatedRun run) => store;

    public virtual ILocalPath Path(ILocalPath path, SimulatedRun run) => path;
}
