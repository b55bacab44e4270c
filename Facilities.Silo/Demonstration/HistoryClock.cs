using NodaTime;
#if ORLEANS
using Orleans.Runtime;
#endif

namespace Facilities.Silo.Demonstration;

/// <summary>
/// The clock that runs through the months of the history. Each of the people who act at the same time has minutes of
/// their own, so that not everything happens at one instant.
/// </summary>
internal sealed class HistoryClock(Instant start) : IClock
{
#if ORLEANS
    // A call to a grain carries the request context with it and no other ambient value.
    private const string OwnTicks = "historyTicks";

    private static Instant? Own
    {
        get => RequestContext.Get(OwnTicks) is long ticks ? Instant.FromUnixTimeTicks(ticks) : null;
        set => RequestContext.Set(OwnTicks, value!.Value.ToUnixTimeTicks());
    }
#else
    private readonly AsyncLocal<Instant?> own = new();

    private Instant? Own
    {
        get => own.Value;
        set => own.Value = value;
    }
#endif

    /// <summary>For whoever has no time of their own.</summary>
    public Instant Now { get; set; } = start;

    public Instant GetCurrentInstant() => Own ?? Now;

    /// <summary>Does something at an instant; what it calls sees that instant too.</summary>
    public async Task At(Instant at, Func<Task> act)
    {
        Own = at;
        await act();
    }
}
