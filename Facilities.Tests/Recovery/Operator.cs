using Facilities.Silo.Operation;
using Facilities.Silo.Storage;

namespace Facilities.Tests.Recovery;

/// <summary>Gives the operator's commands on a database.</summary>
internal static class Operator
{
    public static async Task<(int Code, string Output)> Run(StorageOptions storage, params string[] command)
    {
        using var output = new StringWriter();
        var code = await OperatorCommands.Run(
            [.. command, $"--Storage:Provider={storage.Provider}", $"--Storage:Connection={storage.Connection}"],
            output, output);
        return (code, output.ToString());
    }

    /// <summary>What the command said, where it succeeded.</summary>
    public static async Task<string> Succeeds(StorageOptions storage, params string[] command)
    {
        var (code, output) = await Run(storage, command);
        Assert.True(code == OperatorCommands.Done, $"{command[0]}: {code}\n{output}");
        return output;
    }
}
