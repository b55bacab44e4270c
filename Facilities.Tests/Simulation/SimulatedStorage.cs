using Facilities.Grains.Runtime;

namespace Facilities.Tests.Simulation;

/// <summary>The simulated store keeps what the real ones keep.</summary>
public sealed class SimulatedStorage : StorageContract.StorageContract
{
    private readonly SimulatedDatabase _database = new();

    protected override IEventStore OpenStore() => new SimulatedStore(_database, new Undisturbed());

    private sealed class Undisturbed : IPace
    {
        public TaskScheduler Scheduler => TaskScheduler.Default;

        public async Task Read() => await Task.Yield();

        public async Task BeforeStored() => await Task.Yield();

        public async Task AfterStored() => await Task.Yield();

        public void Note(string what)
        {
            // Nobody listens.
        }
    }
}
