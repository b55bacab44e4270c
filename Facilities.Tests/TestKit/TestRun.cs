using System.Collections.Concurrent;
using Facilities.Tests.TestKit;

[assembly: AssemblyFixture(typeof(TestRun))]

namespace Facilities.Tests.TestKit;

/// <summary>
/// What is put away after the last test, while the runner still waits for it: of what happens at the end of the
/// process it allows ten seconds, then says that foreground threads were left running and breaks off.
/// </summary>
public sealed class TestRun : IDisposable
{
    private static readonly ConcurrentStack<Action> Ends = [];

    // For runs that are broken off, which dispose of nothing.
    static TestRun() => AppDomain.CurrentDomain.ProcessExit += (_, _) => PutAway();

    public static void AtEnd(Action end) => Ends.Push(end);

    public void Dispose() => PutAway();

    private static void PutAway()
    {
        while (Ends.TryPop(out var end)) end();
    }
}
