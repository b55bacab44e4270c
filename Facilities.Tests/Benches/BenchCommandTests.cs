using System.Text.Json;
using System.Xml.Linq;
using Facilities.Silo.Operation;

namespace Facilities.Tests.Benches;

public sealed class BenchCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("facilities-bench-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_bench_says_on_what_it_ran_and_writes_its_figures_as_json()
    {
        var (file, page) = (Path.Combine(_folder, "figures.json"), Path.Combine(_folder, "report.html"));
        using var output = new StringWriter();
        using var error = new StringWriter();

        var code = await OperatorCommands.Run(
            ["bench", "calendar", "--seconds", "1", "--past=250", "--future", "180", "--json", file, "--report", page],
            output, error);

        Assert.Equal((OperatorCommands.Done, ""), (code, error.ToString()));
        Assert.Contains("machine", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("synchronous=FULL", output.ToString(), StringComparison.Ordinal);
        IsWholePage(await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken));
        var figures = JsonDocument.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))
            .RootElement.EnumerateArray().ToDictionary(figure => figure.GetProperty("name").GetString()!);
        Assert.Superset(
            new HashSet<string> { "calendar.slots", "calendar.hold", "calendar.activation", "calendar.rule" },
            figures.Keys.ToHashSet());
        foreach (var figure in figures.Values)
        {
            Assert.Equal(
                ["name", "ours", "rival", "ratio", "p50", "p99", "unit", "settings"],
                figure.EnumerateObject().Select(member => member.Name));
            Assert.True(figure.GetProperty("ours").GetDouble() > 0);
        }
    }

    [Theory]
    [InlineData("bench")]
    [InlineData("bench tea")]
    [InlineData("bench calendar --seconds 0")]
    [InlineData("bench calendar --store oracle")]
    [InlineData("bench calendar --store postgres")]
    [InlineData("bench calendar --past many")]
    [InlineData("bench calendar --json")]
    [InlineData("bench calendar --report /no/such/folder/report.html")]
    [InlineData("bench http --api /no/such/folder")]
    [InlineData("bench all --clients none")]
    public async Task What_is_not_understood_is_said_and_nothing_runs(string line)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        Assert.Equal(OperatorCommands.NotUnderstood, await OperatorCommands.Run(line.Split(' '), output, error));

        Assert.Contains("Usage: Facilities.Silo bench", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(output.ToString());
    }

    [Fact]
    public async Task All_faults_are_said_at_once()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        await OperatorCommands.Run(
            ["bench", "tea", "--seconds", "0", "--store=oracle", "--sugar", "2", "--api", "/no/such/folder"],
            output, error);

        foreach (var fault in new[] { "tea", "--seconds is", "--store is", "--sugar", "/no/such/folder" })
            Assert.Contains(fault, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_all_who_want_the_last_ten_units_through_the_doors_ten_win()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        var code = await OperatorCommands.Run(
            ["bench", "contend", "--seconds", "1", "--clients", "30"], output, error);

        Assert.Equal((OperatorCommands.Done, ""), (code, error.ToString()));
        Assert.Contains("30 companies", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("contend.grains", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("10 win each time: holds", output.ToString(), StringComparison.Ordinal);
    }

    // One page that needs nothing from elsewhere, and tells each chart in words and in a table as well.
    private static void IsWholePage(string page)
    {
        // As XML reads it, but for the elements of the head that HTML leaves open.
        var body = XDocument.Parse(page[page.IndexOf("<body>", StringComparison.Ordinal)..]
            .Replace("</html>", "", StringComparison.Ordinal));
        foreach (var figure in new[] { "calendar.slots", "calendar.hold", "calendar.rule" })
        {
            Assert.Contains(body.Descendants("th"), head => head.Value == figure);
            Assert.Contains(body.Descendants("svg"), chart => chart.Attribute("role")?.Value == "img"
                && chart.Attribute("aria-label")!.Value.Contains(figure, StringComparison.Ordinal));
        }
        Assert.NotEmpty(body.Descendants("rect"));
        foreach (var elsewhere in new[] { "http:", "https:", "src=", "href=", "url(", "@import", "<script" })
            Assert.DoesNotContain(elsewhere, page, StringComparison.OrdinalIgnoreCase);
    }
}
