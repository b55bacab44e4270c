
namespace Facilities.Tests.Simulation;

/// <summary>
/// Runs everything of one simulation on one thread: whatever is ready waits in a list, and the seed picks what runs
/// next. So every order that the machine could show comes up under some seed, and comes up again under the same one.
/// </summary>
internal sealed class SeededScheduler(Random random) : TaskScheduler
{
    private readonly Thread _thread = Thread.CurrentThread;
    private readonly List<Task> _ready = [];

    /// <summary>Tasks that came from another thread: something left the simulation and cannot be repeated.</summary>
    public int Leaks { get; private set; }

    public long Steps { get; private set; }

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Starts something that runs beside the rest.</summary>
    public Task Start(Func<Task> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this).Unwrap();

    /// <summary>Runs one of what is ready; false where nothing is.</summary>
    public bool RunOne()
    {
        if (_ready.Count == 0) return false;
        var picked = random.Next(_ready.Count);
        var task = _ready[picked];
        _ready[picked] = _ready[^1];
        _ready.RemoveAt(_ready.Count - 1);
        Steps++;
        TryExecuteTask(task);
        return true;
    }

    protected override void QueueTask(Task task)
    {
        if (Thread.CurrentThread != _thread) Leaks++;
        lock (_ready) _ready.Add(task);
    }

    /// <summary>What goes on within the turn that runs; an activation would wait for ever for a refusal.</summary>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && Thread.CurrentThread == _thread && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [.. _ready];
}
