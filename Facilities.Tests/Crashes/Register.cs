using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Facilities.Tests.Crashes;

/// <summary>What people were told, and what they should never have been told.</summary>
internal sealed class Register
{
    private int retries;

    /// <summary>Every answer to an act, with the key under which it was asked.</summary>
    public ConcurrentQueue<Told> Answers { get; } = [];

    /// <summary>The last that was acknowledged of each booking.</summary>
    public ConcurrentDictionary<string, Acknowledged> Bookings { get; } = [];

    public ConcurrentQueue<string> Faults { get; } = [];

    /// <summary>How often somebody had to ask again.</summary>
    public int Retries => retries;

    public void Fault(string what) => Faults.Enqueue(what);

    public void Retry() => Interlocked.Increment(ref retries);
}

internal sealed record Told(string Login, string Path, string Key, string Body, int Status, string Text);

internal sealed record Acknowledged(string Login, string Account, JsonNode Booking, string Status);
