using System.Text.Json;
using Facilities.Silo.Operation;

namespace Facilities.Tests.Benches;

public sealed class BenchCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("facilities-bench-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_bench_says_on_what_it_ran_and_writes_its_figures_as_json()
    {
        var file = Path.Combine(_folder, "figures.json");
        using var output = new StringWriter();
        using var error = new StringWriter();

        var code = await OperatorCommands.Run(
            ["bench", "calendar", "--seconds", "1", "--past=250", "--future", "180", "--json", file], output, error);

        Assert.Equal((OperatorCommands.Done, ""), (code, error.ToString()));
        Assert.Contains("machine", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("synchronous=FULL", output.ToString(), StringComparison.Ordinal);
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
    public async Task What_is_not_understood_is_said_and_nothing_runs(string line)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        Assert.Equal(OperatorCommands.NotUnderstood, await OperatorCommands.Run(line.Split(' '), output, error));

        Assert.Contains("Usage: Facilities.Silo bench", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(output.ToString());
    }
}
