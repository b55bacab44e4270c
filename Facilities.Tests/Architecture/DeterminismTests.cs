using Facilities.Tests.TestKit;

namespace Facilities.Tests.Architecture;

/// <summary>
/// What the simulation can repeat: rules and delivery that take their time, their chance and their turns from those who
/// call them. Each rule stands beside samples that break it.
/// </summary>
public sealed class DeterminismTests
{
    private const string Chance =
        @"\bDateTime(Offset)?\.(Utc)?(Now|Today)\b|\bSystemClock\b|\bTimeProvider\.System\b|\bStopwatch\b"
        + @"|\bEnvironment\.TickCount|\bGuid\.(NewGuid|CreateVersion7)\b|\bnew Random\b|\bRandom\.Shared\b"
        + @"|\bRandomNumberGenerator\b";

    // What leaves the scheduler that a turn runs on, or goes by a clock that is nobody's.
    private const string Elsewhere =
        @"ConfigureAwait\(false\)|\bTask\.Run\b|\bTask\.Factory\b|\bThreadPool\b|\bnew Thread\b|\bThread\.Sleep\b"
        + @"|\bParallel\.|\.ContinueWith\(|\bRunContinuationsAsynchronously\b|\bTaskScheduler\.Default\b"
        + @"|\bTask\.Delay\((?![^)]*([cC]lock|[tT]ime\b))|\bnew PeriodicTimer\([^,)]*\)"
        + @"|\bnew (System\.Threading\.)?Timer\(";

    private static IEnumerable<SourceFile> Judged =>
        [.. Repository.Sources("Facilities.Grains/", ".cs"), .. Repository.Sources("Facilities.Silo/Delivery/", ".cs")];

    [Fact]
    public void The_rules_and_delivery_leave_nothing_to_chance() => Assert.Empty(Walls.Mentions(Judged, Chance));

    [Fact]
    public void The_rules_and_delivery_leave_no_turn_to_chance() => Assert.Empty(Walls.Mentions(Judged, Elsewhere));

    [Theory]
    [InlineData("var now = DateTime.Now;")]
    [InlineData("var now = DateTimeOffset.UtcNow;")]
    [InlineData("var now = SystemClock.Instance.GetCurrentInstant();")]
    [InlineData("var now = TimeProvider.System.GetUtcNow();")]
    [InlineData("var took = Stopwatch.StartNew();")]
    [InlineData("var id = Guid.NewGuid();")]
    [InlineData("var id = Guid.CreateVersion7();")]
    [InlineData("var lot = new Random().Next();")]
    [InlineData("var lot = Random.Shared.Next();")]
    [InlineData("var lot = RandomNumberGenerator.GetInt32(6);")]
    public void Chance_is_found(string code) => Assert.Single(Walls.Mentions([Sample(code)], Chance));

    [Theory]
    [InlineData("await Task.Run(Work);")]
    [InlineData("await Work().ConfigureAwait(false);")]
    [InlineData("await Task.Delay(1000);")]
    [InlineData("await Task.Delay(TimeSpan.FromSeconds(1), stopping);")]
    [InlineData("using var timer = new PeriodicTimer(Interval);")]
    [InlineData("using var timer = new Timer(Tick);")]
    [InlineData("var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);")]
    [InlineData("await Parallel.ForEachAsync(all, Work);")]
    [InlineData("Thread.Sleep(10);")]
    [InlineData("_ = work.ContinueWith(Next);")]
    public void Turns_that_leave_are_found(string code) => Assert.Single(Walls.Mentions([Sample(code)], Elsewhere));

    [Theory]
    [InlineData("await Task.Delay(pause, time, stopping);")]
    [InlineData("using var timer = new PeriodicTimer(Interval, time);")]
    [InlineData("await work;")]
    public void What_can_be_repeated_is_let_pass(string code) =>
        Assert.Empty(Walls.Mentions([Sample(code)], $"{Chance}|{Elsewhere}"));

    private static SourceFile Sample(string code) => new("Facilities.Grains/Bookings/Sample.cs", code);
}
