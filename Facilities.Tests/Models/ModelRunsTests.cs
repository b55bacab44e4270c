using Xunit.Sdk;

namespace Facilities.Tests.Models;

/// <summary>The player of random lists itself: chance alone fails no check, what is out of reach does.</summary>
public sealed class ModelRunsTests
{
    [Fact]
    public void Plays_on_until_what_seldom_happens_has_happened()
    {
        var played = 0;

        ModelRuns.Play(runs: 10, steps: 3, (_, tally) =>
        {
            if (++played == 95) tally.Count("seldom", "done");
        }, least: 1, "seldom: done");

        Assert.Equal(100, played);
    }

    [Fact]
    public void Plays_no_more_than_it_must()
    {
        var played = 0;

        ModelRuns.Play(
            runs: 10, steps: 3, (_, tally) => tally.Count("often", $"{++played > 0}"), least: 10, "often: True");

        Assert.Equal(10, played);
    }

    [Fact]
    public void Says_what_it_never_reached()
    {
        var failed = Assert.Throws<FailException>(() => ModelRuns.Play(
            runs: 10, steps: 3, (_, tally) => tally.Count("often", "done"), least: 3, "often: done", "never: done"));

        Assert.Contains("Hardly ever 'never: done': often: done × 120", failed.Message, StringComparison.Ordinal);
    }
}
