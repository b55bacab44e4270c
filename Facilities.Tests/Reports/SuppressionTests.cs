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
        ModelRuns.Play(runs: 200, steps: 12, (draws, tally) =>
        {
            // In some lists no group is small, in some many are.
            long[] counts = [.. draws.Select(d => (long)(d.A % 9 < draws[0].C % 4 ? d.B % 5 : 5 + (d.B % 40)))];
            var (groups, total) = Of(counts);
            Assert.All(groups, g => Assert.True(g.Count is null or 0 or >= Suppression.Threshold));
            Assert.All(groups, g => Assert.Equal(g.Count is null, g.Amount is null));
            if (total.Count is not { } all) return;
            var hidden = groups.Count(g => g.Count is null);
            tally.Count("groups", hidden == 0 ? "shown" : "hidden");
            var rest = all - groups.Sum(g => g.Count ?? 0);
            Assert.True(hidden == 0 || (hidden >= 2 && rest >= Suppression.Threshold), $"{hidden} hide {rest}");
        }, least: 20, "groups: shown", "groups: hidden");

    [Fact]
    public void Nothing_below_the_threshold_can_be_reckoned_from_clusters_regions_and_their_totals() =>
        ModelRuns.Play(runs: 300, steps: 14, (draws, tally) =>
        {
            // A region lies in one cluster, seldom in two.
            var cells = draws.Select(d => (
                Region: $"r{d.A % 9}", Cluster: d.B % 20 == 0 ? "c4" : $"c{d.A % 9 / 3}",
                Count: 1L + (d.B % 3 == 0 ? d.B % 4 : d.B % 30))).ToArray();
            var (clusters, regions) = (By(cells.Select(c => (c.Cluster, c.Count))),
                By(cells.Select(c => (c.Region, c.Count))));
            var links = cells.Select(c => (c.Region, c.Cluster)).Distinct().ToArray();
            var (wholes, parts, total) = Suppression.Nested(clusters, regions, links, Currency.Eur);
            var hidden = wholes.Concat(parts).Where(g => g.Count is null).Select(g => g.Group).ToArray();
            tally.Count("groups", hidden.Length == 0 ? "shown" : "hidden");
            // What is known: the sum of each cluster's regions, where no other cluster shares them, and both totals.
            var known = new List<double[]> { };
            if (total.Count is not null)
            {
                known.Add(Row(g => g[0] == 'c' ? 1 : 0));
                known.Add(Row(g => g[0] == 'r' ? 1 : 0));
            }
            foreach (var cluster in clusters.Select(c => c.Group))
            {
                var among = links.Where(l => l.Cluster == cluster).Select(l => l.Region).ToHashSet();
                var with = links.Where(l => among.Contains(l.Region)).Select(l => l.Cluster).ToHashSet();
                if (links.Where(l => with.Contains(l.Cluster)).All(l => among.Contains(l.Region)))
                    known.Add(Row(g => with.Contains(g) ? 1 : among.Contains(g) ? -1 : 0));
            }
            var told = Told(known, hidden.Length).Select(i => hidden[i]).ToHashSet();
            Assert.DoesNotContain(clusters.Concat(regions), g => g.Count < Suppression.Threshold
                && (told.Contains(g.Group) || !hidden.Contains(g.Group)));

            double[] Row(Func<string, int> factor) => [.. hidden.Select(g => (double)factor(g))];
        }, least: 20, "groups: shown", "groups: hidden");

    [Fact]
    public void A_region_is_not_told_by_what_the_other_regions_leave_of_its_cluster()
    {
        GroupFigures[] clusters = [Group("genopole", 52), Group("biotop", 40)];
        GroupFigures[] regions = [Group("FR10", 50), Group("FRK2", 2), Group("DE30", 38), Group("DE40", 2)];
        var alone = Suppression.Of(regions, Currency.Eur).Groups;
        Assert.Equal([50L, null, null, null], [.. alone.Select(g => g.Count)]);
        var (_, parts, _) = Suppression.Nested(clusters, regions,
            [("FR10", "genopole"), ("FRK2", "genopole"), ("DE30", "biotop"), ("DE40", "biotop")], Currency.Eur);
        Assert.All(parts, g => Assert.Null(g.Count));
    }

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

    private static GroupFigures Group(string name, long count) => new(name, count, Eur(count * 100));

    private static GroupFigures[] By(IEnumerable<(string Group, long Count)> cells) =>
    [
        .. cells.GroupBy(c => c.Group).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => Group(g.Key, g.Sum(c => c.Count))),
    ];

    /// <summary>Which unknowns sums determine: those that stand alone in a row of the reduced form.</summary>
    private static IEnumerable<int> Told(List<double[]> rows, int unknowns)
    {
        var done = 0;
        for (var column = 0; column < unknowns && done < rows.Count; column++)
        {
            var pivot = rows.FindIndex(done, r => Math.Abs(r[column]) > 1e-9);
            if (pivot < 0) continue;
            (rows[done], rows[pivot]) = (rows[pivot], rows[done]);
            rows[done] = [.. rows[done].Select(x => x / rows[done][column])];
            foreach (var other in Enumerable.Range(0, rows.Count).Where(r => r != done))
                rows[other] = [.. rows[other].Select((x, i) => x - rows[other][column] * rows[done][i])];
            done++;
        }
        return rows.Where(r => r.Count(x => Math.Abs(x) > 1e-9) == 1)
            .Select(r => Array.FindIndex(r, x => Math.Abs(x) > 1e-9));
    }
}
