using System.Collections.Immutable;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Rates;
using Facilities.Grains.Runtime;
using Facilities.Silo.Delivery;
using Facilities.Silo.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Facilities.Tests.Simulation;

/// <summary>
/// One of several processes on one database. It is killed between any two steps and comes back later as a new
/// incarnation, which knows nothing but what is stored. Its clock goes on wrong as before.
/// </summary>
internal sealed class SimulatedProcess(SimulatedRun run, int number)
{
    public string Name { get; } = $"p{number}";

    public SkewedClock Clock { get; } = new(run.Clock) { Skew = run.Weather.Skew() };

    /// <summary>Null while the process is down.</summary>
    public Incarnation? Current { get; private set; }

    public void Start() => Current = new Incarnation(run, this);

    public void Kill()
    {
        run.Trace.Add(Name, "killed");
        Current?.Die();
        Current = null;
    }

    public void SetClock(Duration skew)
    {
        run.Trace.Add(Name, $"clock set from {Clock.Skew} to {skew}");
        Clock.Skew = skew;
        Current?.Pump.LookAgain();
    }
}

/// <summary>A process from one start to the next kill: its grains, its way to the store, its timers.</summary>
internal sealed class Incarnation : IServiceProvider
{
    private readonly GrainServices _services;
    private readonly TaskCompletionSource _died = new();

    public Incarnation(SimulatedRun run, SimulatedProcess process)
    {
        Name = process.Name;
        var pace = new SimulatedPace(run, this);
        _services = new GrainServices(run.Plant.Store(new SimulatedStore(run.Database, pace), run), process.Clock);
        var path = run.Plant.Path(new SimulatedPath(run, this), run);
        Grains = new LocalGrains(this, process.Clock, run.Scheduler, path);
        Quotes = new QuoteDesk(Grains, run.Quotes, SimulatedRates.Bank, process.Clock);
        Bookings = new BookingDesk(Grains, run.Quotes, process.Clock);
        Pump = new SimulatedPump(run, process, this, new DuePump(
            new SimulatedDueWork(run.Database, pace), Grains, process.Clock, TimeProvider.System,
            new PumpLog(run, process.Name)));
        Pump.LookAgain();
    }

    public string Name { get; }

    public LocalGrains Grains { get; }

    public QuoteDesk Quotes { get; }

    public BookingDesk Bookings { get; }

    public SimulatedPump Pump { get; }

    public bool IsDead => _died.Task.IsCompleted;

    public Task Died => _died.Task;

    /// <summary>
    /// Nothing that it does reaches anybody any more: what waits for the store or for a message waits for ever.
    /// </summary>
    public void Die() => _died.TrySetResult();

    /// <summary>What a dead process waits for.</summary>
    public Task OrNever() => IsDead ? new TaskCompletionSource().Task : Task.CompletedTask;

    public object? GetService(Type serviceType) =>
        serviceType == typeof(GrainServices) ? _services : serviceType == typeof(IRateBook) ? new NoRates() : null;

    /// <summary>Every platform of the simulation invoices in its country's currency.</summary>
    private sealed class NoRates : IRateBook
    {
        public Task<ImmutableArray<DayRate>> Around(IEnumerable<Currency> currencies, LocalDate day) =>
            currencies.Any()
                ? throw new NotSupportedException("The simulation has no rates.")
                : Task.FromResult(ImmutableArray<DayRate>.Empty);
    }
}

/// <summary>The way of one incarnation to the database.</summary>
internal sealed class SimulatedPace(SimulatedRun run, Incarnation incarnation) : IPace
{
    public TaskScheduler Scheduler => run.Scheduler;

    public async Task Read()
    {
        await run.Clock.Delay(run.Weather.StoreTakes());
        await incarnation.OrNever();
        if (run.Weather.FailsBefore()) throw Unavailable();
    }

    public async Task BeforeStored()
    {
        var wasAlive = !incarnation.IsDead;
        await run.Clock.Delay(run.Weather.StoreTakes());
        if (incarnation.IsDead)
        {
            if (!wasAlive || !run.Weather.Lands()) await incarnation.OrNever();
            run.Coverage.Count("fault: stored after its process was killed");
            run.Trace.Add(incarnation.Name, "what was in flight lands");
        }
        else if (run.Weather.FailsBefore()) throw Unavailable();
    }

    public async Task AfterStored()
    {
        await incarnation.OrNever();
        if (run.Weather.FailsAfter()) throw Unavailable();
        await run.Clock.Delay(Duration.FromMilliseconds(1));
        await incarnation.OrNever();
    }

    public void Note(string what) => run.Trace.Add(incarnation.Name, what);

    private StorageUnavailableException Unavailable()
    {
        run.Trace.Add(incarnation.Name, "the store fails");
        return new StorageUnavailableException("The simulated store cannot be reached.");
    }
}

/// <summary>What lies between callers and the grains of one incarnation.</summary>
internal sealed class SimulatedPath(SimulatedRun run, Incarnation incarnation) : ILocalPath
{
    public async Task<TAnswer> Carry<TAnswer>(LocalCall call, Func<Task<TAnswer>> deliver)
    {
        var fault = run.Weather.Message();
        if (fault != MessageFault.None)
            run.Trace.Add(incarnation.Name, $"{fault}: {call.Class.Name} {call.Key} {call.Method}");
        switch (fault)
        {
            case MessageFault.Late:
                await run.Clock.Delay(run.Weather.Lateness());
                break;
            case MessageFault.Lost:
                await run.Clock.Delay(Duration.FromSeconds(10));
                throw Lost(call);
            case MessageFault.ReplyLost:
                run.Watch(deliver(), incarnation);
                await run.Clock.Delay(Duration.FromSeconds(10));
                throw Lost(call);
            case MessageFault.Doubled:
                if (call.Argument is Command command) run.Doubled.Add(command.Id);
                run.Watch(Again(deliver), incarnation);
                break;
        }
        await incarnation.OrNever();
        var answer = await deliver();
        await incarnation.OrNever();
        return answer;
    }

    private async Task<TAnswer> Again<TAnswer>(Func<Task<TAnswer>> deliver)
    {
        await run.Clock.Delay(run.Weather.Lateness());
        await incarnation.OrNever();
        return await deliver();
    }

    // What the other host makes of a message that was not answered in time.
    private static StorageUnavailableException Lost(LocalCall call) =>
        new($"{call.Class.Name} did not answer {call.Method}; try again.");
}

/// <summary>
/// Runs the real pump of due work when it would find something: within half a second of the instant, by the clock of
/// its process, and again while something stays due.
/// </summary>
internal sealed class SimulatedPump(SimulatedRun run, SimulatedProcess process, Incarnation incarnation, DuePump pump)
{
    private bool _isRunning;
    private Instant? _next;
    private int _failures;

    /// <summary>Looks for the next due work anew: it changed, or the clock did.</summary>
    public void LookAgain()
    {
        if (incarnation.IsDead || run.Database.NextDue is not { } due) return;
        var at = Instant.Max(run.Clock.Now, due - process.Clock.Skew) + Duration.FromMilliseconds(run.Lots.Next(500));
        if (_failures > 0) at += Duration.FromSeconds(Math.Min(60, 1 << Math.Min(6, _failures)));
        if (_isRunning || (_next is { } next && next <= at)) return;
        _next = at;
        run.Clock.Ring(at, () =>
        {
            if (_next != at || _isRunning || incarnation.IsDead) return;
            _next = null;
            _isRunning = true;
            run.Watch(run.Scheduler.Start(Run), incarnation);
        });
    }

    private async Task Run()
    {
        try
        {
            var woken = await pump.RunOnce();
            if (woken > 0) run.Trace.Add(incarnation.Name, $"{woken} woken");
            _failures = run.Database.NextDue <= process.Clock.GetCurrentInstant() ? _failures + 1 : 0;
        }
        catch (StorageUnavailableException)
        {
            _failures++;
        }
        finally
        {
            _isRunning = false;
        }
        LookAgain();
    }
}

/// <summary>What the pump complains of: an outage is expected, a bug is found.</summary>
internal sealed class PumpLog(SimulatedRun run, string name) : ILogger<DuePump>
{
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        run.Trace.Add(name, formatter(state, exception));
        if (exception is not (null or StorageUnavailableException))
            run.Find($"{formatter(state, exception)}: {exception.Message}");
    }
}
