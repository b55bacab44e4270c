using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using NodaTime;

namespace Facilities.Tests.Simulation;

/// <summary>What one seed led to.</summary>
internal sealed record RunResult(int Seed, IReadOnlyList<string> Findings, Trace Trace, Coverage Coverage);

/// <summary>One simulation: everything that it has, and its three acts: trouble, quiet, audit.</summary>
internal sealed class SimulatedRun
{
    private const int StepsMax = 2_000_000;
    private readonly List<string> _findings = [];
    private int _numbers;

    private SimulatedRun(int seed, Plant plant, bool isCalm, Instant start)
    {
        Seed = seed;
        Plant = plant;
        // Each purpose has its own lots, so that a change of one leaves the others as they were.
        Lots = new Random(seed * 4);
        Scheduler = new SeededScheduler(new Random(seed * 4 + 1));
        Clock = new VirtualClock(start, new Random(seed * 4 + 2));
        Weather = new Weather(new Random(seed * 4 + 3), Coverage, isCalm);
        Trace = new Trace(Clock);
        Database = plant.Database();
        Database.Now = () => Clock.Now;
        Database.DueSet = _ => LookAgain();
        Processes = [.. Enumerable.Range(0, 3).Select(number => new SimulatedProcess(this, number))];
    }

    public int Seed { get; }

    /// <summary>Commits from before anybody came.</summary>
    public int Opened { get; private set; }

    public Plant Plant { get; }

    public Random Lots { get; }

    public SeededScheduler Scheduler { get; }

    public VirtualClock Clock { get; }

    public Weather Weather { get; }

    public Coverage Coverage { get; } = new();

    public Trace Trace { get; }

    public SimulatedDatabase Database { get; }

    public SimulatedQuotes Quotes { get; } = new();

    public IReadOnlyList<SimulatedProcess> Processes { get; }

    public List<Call> Calls { get; } = [];

    public List<Reading> Readings { get; } = [];

    public List<Quoted> Quoted { get; } = [];

    /// <summary>Commands of which a second copy was on its way.</summary>
    public HashSet<CommandId> Doubled { get; } = [];

    /// <summary>Every deviation that a clock had.</summary>
    public List<Duration> Skews { get; } = [Duration.Zero];

    /// <summary>What a process that ran to the end says of each booking and account.</summary>
    public SortedDictionary<string, string> LastViews { get; } = new(StringComparer.Ordinal);

    public int NextNumber() => ++_numbers;

    public void Find(string what)
    {
        Trace.Add("auditor", what);
        if (_findings.Count < 20) _findings.Add(what);
    }

    /// <summary>Looks after something that nobody waits for.</summary>
    public void Watch(Task task, Incarnation incarnation) => Scheduler.Start(async () =>
    {
        try
        {
            await task;
        }
        catch (StorageUnavailableException)
        {
            // An outage, which is no bug.
        }
        catch (Exception fault)
        {
            Find($"{incarnation.Name}: {fault.GetType().Name}: {fault.Message}");
        }
    });

    /// <summary>Runs one seed from start to audit, on this thread.</summary>
    public static RunResult Run(int seed, Plant? plant = null)
    {
        var template = Template.Of(seed % 2);
        var run = new SimulatedRun(seed, plant ?? Plant.None, false, template.Start);
        template.Database.CopyTo(run.Database);
        run.Opened = run.Database.Commits.Count;
        var wasCalm = run.Weather.IsCalm;
        run.Drive(() => Acts(run, template));
        run.Coverage.Count("fault: another process was faster", run.Database.Conflicts);
        try
        {
            Auditor.Judge(run, wasCalm);
        }
        catch (Exception fault) when (fault is InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            run.Find($"The log makes no sense: {fault.Message}");
        }
        run.Coverage.Count(run._findings.Count == 0 ? "ending: run without a finding" : "ending: run with a finding");
        return new RunResult(seed, run._findings, run.Trace, run.Coverage);
    }

    /// <summary>Runs something on a calm marketplace of one process, and answers what it left behind.</summary>
    public static SimulatedDatabase Calm(Instant start, Func<Incarnation, VirtualClock, Task> work)
    {
        var run = new SimulatedRun(0, Plant.None, true, start);
        run.Drive(async () =>
        {
            run.Processes[0].Start();
            await work(run.Processes[0].Current!, run.Clock);
        });
        return run._findings.Count == 0
            ? run.Database
            : throw new InvalidOperationException(string.Join('\n', run._findings));
    }

    private static async Task Acts(SimulatedRun run, Template template)
    {
        foreach (var process in run.Processes)
        {
            run.Skews.Add(process.Clock.Skew);
            process.Start();
        }
        var trouble = run.Scheduler.Start(() => Trouble.Make(run));
        await Clients.Act(run, template);
        await trouble;
        await Trouble.End(run);
        await EndAudit.Look(run);
    }

    private void Drive(Func<Task> main)
    {
        var ending = Scheduler.Start(main);
        while (!ending.IsCompleted)
        {
            // A bug that was planted is found; what it breaks beyond that may go on for ever.
            if (Plant != Plant.None && _findings.Count > 0) return;
            if (Scheduler.RunOne() || Clock.Jump())
            {
                if (Scheduler.Steps < StepsMax) continue;
                Find("The run does not come to an end.");
                return;
            }
            Find("Somebody waits for what never comes.");
            return;
        }
        if (ending.IsFaulted) Find($"The run broke off: {ending.Exception!.InnerException}");
        if (Scheduler.Leaks > 0) Find($"{Scheduler.Leaks} turns left the simulation.");
    }

    private void LookAgain()
    {
        foreach (var process in Processes) process.Current?.Pump.LookAgain();
    }
}

/// <summary>The marketplace on its first day, made once for each start and copied for each seed.</summary>
internal sealed record Template(Instant Start, SimulatedDatabase Database, IReadOnlyList<Wish> Listed)
{
    private static readonly Lazy<Template>[] All =
    [
        .. Marketplace.Starts.Zip(
            Marketplace.Programmes, (start, fund) => new Lazy<Template>(() => Make(start, fund))),
    ];

    public static Template Of(int variant) => All[variant].Value;

    private static Template Make(Instant start, Fund inAdvance)
    {
        List<Wish> listed = [];
        // Weeks before, so that vouchers of a month expire while others book.
        var database = SimulatedRun.Calm(start - Marketplace.Before, async (incarnation, clock) =>
        {
            await Marketplace.Open(incarnation.Grains, inAdvance);
            await clock.Until(start);
            foreach (var offer in Marketplace.Offers) listed.AddRange(await Clients.Listed(incarnation, offer, start));
        });
        return new Template(start, database, listed);
    }
}

/// <summary>Quotes, which never change.</summary>
internal sealed class SimulatedQuotes : IQuoteBook
{
    private readonly Dictionary<QuoteId, QuoteBasis> _kept = [];

    public Task<QuoteBasis> Keep(QuoteBasis basis)
    {
        _kept.TryAdd(basis.Quote.Id, basis);
        return Task.FromResult(_kept[basis.Quote.Id]);
    }

    public Task<QuoteBasis?> Find(QuoteId quote) => Task.FromResult(_kept.GetValueOrDefault(quote));
}
