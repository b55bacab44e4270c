using System.Net;

namespace Facilities.Tests.TestKit;

/// <summary>
/// A plain load balancer: each connection to the next process that takes it. It repeats nothing and knows no health.
/// </summary>
public sealed class RoundRobin : IDisposable
{
    private readonly TcpProxy proxy;
    private readonly Func<IReadOnlyList<IPEndPoint>> processes;
    private int turn;

    /// <param name="processes">Where they are just now.</param>
    public RoundRobin(Func<IReadOnlyList<IPEndPoint>> processes)
    {
        this.processes = processes;
        proxy = new TcpProxy(Next);
        Address = new UriBuilder("http", "127.0.0.1", proxy.Port).Uri;
    }

    public Uri Address { get; }

    public void Dispose() => proxy.Dispose();

    private IPEndPoint[] Next()
    {
        var all = processes();
        var first = (int)((uint)Interlocked.Increment(ref turn) % (uint)Math.Max(1, all.Count));
        return [.. all.Skip(first), .. all.Take(first)];
    }
}
