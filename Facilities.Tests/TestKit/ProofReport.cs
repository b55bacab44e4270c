namespace Facilities.Tests.TestKit;

/// <summary>
/// What a long proof found, in a sentence for people who run facilities rather than computers. It stands in the test's
/// output, and at the end of the file that the variable PROOF_REPORT names: <c>deploy/prove.sh</c> prints that file.
/// </summary>
internal static class ProofReport
{
    private static readonly Lock Gate = new();

    public static void Say(string sentence)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(sentence);
        if (Environment.GetEnvironmentVariable("PROOF_REPORT") is not { Length: > 0 } file) return;
        lock (Gate) File.AppendAllText(file, sentence + Environment.NewLine);
    }
}
