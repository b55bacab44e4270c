using Facilities.Grains.Kernel;
using Facilities.Grains.Reports;
using Facilities.Tests.Models;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Reports;

/// <summary>What is published tells of no single enterprise; what is forecast says how.</summary>
public sealed class SuppressionTests
{
    [Theory]
    [InlineData("10 20 30", "10 20 30", true)]
    [InlineData("10 4 30", "- - 30", true)]   // the least other goes with it, or the total would tell
    [InlineData("4 3 30", "- - 30", true)]    // two that are together enough hide each other
    [InlineData("1 3 30", "- - -", true)]     // together still too few
    [InlineData("4", "-", false)]             // nothing to hide behind
    [InlineData("2 2", "- -", false)]
    [InlineData("0 12", "0 12", true)]        // nobody is no small number
    [InlineData("", "", true)]
    public void Small_counts_are_left_out_with_so_many_others_that_the_total_does_not_tell(
        string counts, string published, bool total)
    {
        var (groups, sum) = Of([.. counts.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse)]);
        Assert.Equal(published, string.Join(' ', groups.Select(g => g.Count?.ToString(null, null) ?? "-")));
        Assert.Equal(total, sum.Count is not null);
    }

    [Fact]
    public void Whatever_the_counts_nothing_below_the_threshold_can_be_reckoned_back() =>
        ModelRuns.Play(runs: 200, steps: 12, (draws, _) =>
        {
            long[] counts = [.. draws.Select(d => (long)(d.A % 3 == 0 ? d.B % 5 : d.B % 40))];
            var (groups, total) = Of(counts);
            Assert.All(groups, g => Assert.True(g.Count is null or 0 or >= Suppression.Threshold));
            Assert.All(groups, g => Assert.Equal(g.Count is null, g.Amount is null));
            if (total.Count is not { } all) return;
            var hidden = groups.Count(g => g.Count is null);
            var rest = all - groups.Sum(g => g.Count ?? 0);
            Assert.True(hidden == 0 || (hidden >= 2 && rest >= Suppression.Threshold), $"{hidden} hide {rest}");
        });

    [Fact]
    public void The_budget_lasts_as_long_as_the_pace_of_the_days_looked_at_says()
    {
        var forecast = BurnForecast.Of(Eur(9_000), Eur(50_000), 400, new(2026, 12, 1));
        Assert.Equal((Eur(3_000), new LocalDate(2026, 12, 1).PlusDays(500)), (forecast.PerMonth, forecast.LastsUntil));
        Assert.Contains("last 90 days (9000.00 EUR)", forecast.Method, StringComparison.Ordinal);
        Assert.Equal(Eur(27_000), BurnForecast.Of(Eur(9_000), Eur(1), 10, new(2026, 12, 1)).PerMonth);
        Assert.Null(BurnForecast.Of(Eur(0), Eur(50_000), 400, new(2026, 12, 1)).LastsUntil);
        Assert.Null(BurnForecast.Of(Eur(-5), Eur(50_000), 400, new(2026, 12, 1)).LastsUntil);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("24", 1)]
    [InlineData("24 240", 6)]
    [InlineData("240 24 48", 2)]
    [InlineData("36", 2)]
    public void The_middle_is_the_middle(string hours, int? days) => Assert.Equal(days, Median.Days(
        hours.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(h => Duration.FromHours(int.Parse(h, null)))));

    private static (System.Collections.Immutable.ImmutableArray<PublishedFigures>, PublishedFigures) Of(
        long[] counts) => Suppression.Of(
        [.. counts.Select((count, i) => new GroupFigures($"g{i:00}", count, Eur(count * 100)))], Currency.Eur);
}
