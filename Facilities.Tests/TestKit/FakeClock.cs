using NodaTime;

namespace Facilities.Tests.TestKit;

/// <summary>A clock that stands still until a test moves it.</summary>
public sealed class FakeClock(Instant start) : IClock
{
    private long ticks = start.ToUnixTimeTicks();

    public Instant GetCurrentInstant() => Instant.FromUnixTimeTicks(Interlocked.Read(ref ticks));

    public void Advance(Duration by) => Interlocked.Add(ref ticks, by.BclCompatibleTicks);

    public void MoveTo(Instant instant) => Interlocked.Exchange(ref ticks, instant.ToUnixTimeTicks());
}
