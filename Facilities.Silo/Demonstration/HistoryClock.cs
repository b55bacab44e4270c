using NodaTime;

namespace Facilities.Silo.Demonstration;

/// <summary>
/// The clock that runs through the months of the history. Each of the people who act at the same time has minutes of
/// their own, so that not everything happens at one instant.
/// </summary>
internal sealed class HistoryClock(Instant start) : IClock
{
    private readonly AsyncLocal<Instant?> own = new();

    /// <summary>For whoever has no time of their own.</summary>
    public Instant Now { get; set; } = start;

    public Instant GetCurrentInstant() => own.Value ?? Now;

    /// <summary>Does something at an instant; what it calls sees that instant too.</summary>
    public async Task At(Instant at, Func<Task> act)
    {
        own.Value = at;
        await act();
    }
}
