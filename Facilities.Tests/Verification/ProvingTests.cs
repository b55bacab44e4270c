using System.Text.Json.Nodes;
using Facilities.Silo.Operation;
using Facilities.Silo.Storage;

namespace Facilities.Tests.Verification;

/// <summary>The commands verify and rebuild as an operator gives them.</summary>
public sealed class ProvingTests
{
    [Fact]
    public async Task Everything_that_is_wrong_in_the_options_is_said_at_once()
    {
        var (code, output) = await Run("verify", "all", "--repot=x", "--report", "--Storage:Connection", "--quick");
        Assert.Equal(OperatorCommands.NotUnderstood, code);
        foreach (var wrong in (string[])
            ["'all'", "'--repot=x'", "--report lacks", "--Storage:Connection lacks", "'--quick'"])
            Assert.Contains(wrong, output, StringComparison.Ordinal);
        (code, output) = await Run("rebuild", "people", "events", "halley", "bookings", "--report=x");
        Assert.Equal(OperatorCommands.NotUnderstood, code);
        foreach (var wrong in (string[])["'people' stands", "'events' belongs", "no table 'halley'", "'--report=x'"])
            Assert.Contains(wrong, output, StringComparison.Ordinal);
        Assert.DoesNotContain("'bookings'", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("verify", "--report FILE")]
    [InlineData("rebuild", "booking_items, bookings")]
    public async Task Help_says_what_it_does_and_how_it_ends(string command, string says)
    {
        var (code, output) = await Run(command, "--help");
        Assert.Equal(OperatorCommands.Done, code);
        Assert.Contains(says, output, StringComparison.Ordinal);
        Assert.Contains("Ends with 0", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_it_cannot_look_that_is_neither_sound_nor_a_fault()
    {
        var folder = Directory.CreateTempSubdirectory("facilities-proving-").FullName;
        var empty = Path.Combine(folder, "empty.db");
        var (code, output) = await Run("verify", $"--Storage:Connection=Data Source={empty}");
        Assert.Equal(OperatorCommands.NotUnderstood, code);
        Assert.Contains("Run migrate.", output, StringComparison.Ordinal);
        (code, output) = await Run(
            "verify", "--Storage:Provider=postgres", "--Storage:Connection=Host=127.0.0.1;Port=1;Username=nobody");
        Assert.Equal(OperatorCommands.NotUnderstood, code);
        Assert.Contains("cannot be reached", output, StringComparison.Ordinal);
        Assert.Equal(OperatorCommands.NotUnderstood, (await Run("verify", "--Storage:Provider=oracle")).Code);
        Assert.Equal(OperatorCommands.NotUnderstood, (await Run("verify", $"--report={folder}/none/r.json")).Code);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_report_holds_every_fault_and_what_was_looked_at_and_rebuild_mends_them()
    {
        await using var database = await SoundDatabase.Copy(StorageProvider.Sqlite);
        var connection = $"--Storage:Connection={database.Options.Connection}";
        var folder = Directory.CreateTempSubdirectory("facilities-proving-").FullName;
        var path = Path.Combine(folder, "report.json");
        await database.Damage("update postings set amount = amount + 1");
        var (code, output) = await Run("verify", connection, "--report", path);
        Assert.Equal(OperatorCommands.Failed, code);
        Assert.Contains("FAULT projectionDiffers: and more", output, StringComparison.Ordinal);
        Assert.Equal([path], Directory.GetFiles(folder));
        var report = JsonNode.Parse(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken))!;
        var rows = report["rows"]!["postings"]!.GetValue<int>();
        Assert.Equal((false, rows, rows), (
            report["sound"]!.GetValue<bool>(), report["faults"]!.AsArray().Count,
            report["faultCounts"]!["projectionDiffers"]!.GetValue<int>()));
        Assert.Contains("amount is", report["faults"]![0]!["what"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.StartsWith("postings/", report["faults"]![0]!["where"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.StartsWith("Sqlite ", report["database"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.True(report["events"]!.GetValue<int>() > 900 && report["seconds"]!.GetValue<double>() > 0);

        (code, output) = await Run("rebuild", "postings", connection);
        Assert.Equal(OperatorCommands.Done, code);
        Assert.Contains($"postings: {rows} rows changed", output, StringComparison.Ordinal);
        (code, _) = await Run("verify", connection, "--report", path);
        Assert.Equal(OperatorCommands.Done, code);
        report = JsonNode.Parse(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken))!;
        Assert.Empty(report["faults"]!.AsArray());
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<(int Code, string Output)> Run(params string[] args)
    {
        using var output = new StringWriter();
        var code = await OperatorCommands.Run(args, output, output);
        return (code, output.ToString());
    }
}
