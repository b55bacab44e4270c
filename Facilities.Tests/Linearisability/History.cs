using System.Collections.Concurrent;

namespace Facilities.Tests.Linearisability;

/// <summary>What a client asked of one thing, what it was told, and when.</summary>
/// <param name="Target">The thing that it concerns.</param>
/// <param name="Client">Who asked.</param>
/// <param name="What">What was asked.</param>
/// <param name="Which">For which booking; 0 where for none.</param>
/// <param name="Answer">Null where nobody knows the outcome: it takes effect at any later time, or never.</param>
/// <param name="Called">Before this moment it had no effect.</param>
/// <param name="Returned">After this moment its whole effect is there; never, where the outcome is unknown.</param>
internal sealed record Operation(
    string Target, int Client, string What, int Which, string? Answer, long Called, long Returned)
{
    public bool IsOpen => Answer is null;

    public override string ToString() =>
        $"{Called,3}..{(IsOpen ? "?" : Returned),3}  client {Client}: {What} {Which} on {Target} = {Answer ?? "?"}";
}

/// <summary>What concurrent clients asked and were told, on one clock that all of them share.</summary>
/// <param name="leavesOpen">Whether a fault says nothing about the outcome; every other fault ends the test.</param>
internal sealed class History(Func<Exception, bool> leavesOpen)
{
    private readonly ConcurrentQueue<Operation> _operations = [];
    private long _clock;
    private volatile int _newest;

    /// <summary>The last booking that was told it is held; 0 before the first.</summary>
    public int Newest => _newest;

    public IReadOnlyList<Operation> Operations => [.. _operations.OrderBy(o => o.Called)];

    /// <summary>Carries something out and records it; answers null where the outcome is unknown.</summary>
    public async Task<string?> Record(string target, int client, string what, int which, Func<Task<string>> act)
    {
        var called = Interlocked.Increment(ref _clock);
        try
        {
            var answer = await act();
            _operations.Enqueue(new(target, client, what, which, answer, called, Interlocked.Increment(ref _clock)));
            if ((what, answer) is ("hold" or "reserve", "done")) _newest = which;
            return answer;
        }
        catch (Exception fault) when (leavesOpen(fault))
        {
            _operations.Enqueue(new(target, client, what, which, null, called, long.MaxValue));
            return null;
        }
    }
}
