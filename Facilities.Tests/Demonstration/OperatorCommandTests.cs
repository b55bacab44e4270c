using Facilities.Silo.Operation;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Demonstration;

public sealed class OperatorCommandTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("bench")]
    [InlineData("verify", "demo")]
    [InlineData("demo", "--advance", "soon")]
    public async Task A_command_that_is_not_understood_is_2(params string[] args) =>
        Assert.Equal(OperatorCommands.NotUnderstood, (await Run(args)).Code);

    [Fact]
    public async Task Verify_is_0_on_a_sound_database_and_1_on_a_damaged_one()
    {
        using var database = await DemonstrationDatabase.Copy();
        var connection = $"--Storage:Connection=Data Source={database.Path}";
        Assert.Equal(OperatorCommands.Done, (await Run("verify", connection)).Code);
        database.Execute("update bookings set status = 'held' where key = 'demo-01'");
        var (code, output) = await Run("verify", connection);
        Assert.Equal(OperatorCommands.Failed, code);
        Assert.Contains("FAULT projectionDiffers bookings/demo-01", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Advancing_says_what_it_did_and_is_refused_in_production()
    {
        using var database = await DemonstrationDatabase.Copy();
        var connection = $"--Storage:Connection=Data Source={database.Path}";
        var (code, output) = await Run("demo", "--advance", "P10D", connection, "--environment=Development");
        Assert.Equal(OperatorCommands.Done, code);
        Assert.Contains("by P10D", output, StringComparison.Ordinal);
        Assert.Equal(OperatorCommands.Failed,
            (await Run("demo", "--advance=P10D", connection, "--environment=Production")).Code);
        Assert.Equal(OperatorCommands.Failed, (await Run("demo", connection, "--environment=Production")).Code);
    }

    private static async Task<(int Code, string Output)> Run(params string[] args)
    {
        using var output = new StringWriter();
        var code = await OperatorCommands.Run(args, output, output);
        return (code, output.ToString());
    }
}
