using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Facilities.Tests.TestKit;

/// <summary>
/// Passes connections on, byte by byte, to the first of some addresses that takes them; can cut them and stall them.
/// </summary>
public sealed class TcpProxy : IDisposable
{
    private readonly Func<IReadOnlyList<IPEndPoint>> targets;
    private readonly ConcurrentDictionary<Socket, Socket> pairs = [];
    private readonly IPEndPoint address;
    private Socket? listener;
    private TaskCompletionSource open = Opened();

    /// <param name="targets">Asked anew for each connection; tried in this order.</param>
    public TcpProxy(Func<IReadOnlyList<IPEndPoint>> targets)
    {
        this.targets = targets;
        listener = Listen(new IPEndPoint(IPAddress.Loopback, 0));
        address = (IPEndPoint)listener.LocalEndPoint!;
    }

    public int Port => address.Port;

    /// <summary>Breaks every connection and refuses new ones.</summary>
    public void Cut()
    {
        Interlocked.Exchange(ref listener, null)?.Dispose();
        foreach (var (one, other) in pairs) Break(one, other);
    }

    /// <summary>Lets no byte through, in either direction; connections are still taken.</summary>
    public void Stall() => open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Works again, and passes on what was stalled.</summary>
    public void Restore()
    {
        listener ??= Listen(address);
        open.TrySetResult();
    }

    public void Dispose()
    {
        Cut();
        open.TrySetResult();
    }

    private static TaskCompletionSource Opened()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }

    private Socket Listen(IPEndPoint at)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(at);
        socket.Listen(512);
        _ = Accept(socket);
        return socket;
    }

    private async Task Accept(Socket from)
    {
        try
        {
            while (true) _ = Carry(await from.AcceptAsync());
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // It was cut.
        }
    }

    private async Task Carry(Socket client)
    {
        if (await Connect() is not { } server)
        {
            Break(client);
            return;
        }
        client.NoDelay = server.NoDelay = true;
        pairs[client] = server;
        // A cut that came meanwhile did not know this pair.
        if (Volatile.Read(ref listener) is null) Break(client, server);
        try
        {
            await Task.WhenAny(Pump(client, server), Pump(server, client));
        }
        finally
        {
            pairs.TryRemove(client, out _);
            client.Dispose();
            server.Dispose();
        }
    }

    private async Task<Socket?> Connect()
    {
        foreach (var target in targets())
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(target);
                return socket;
            }
            catch (SocketException)
            {
                socket.Dispose();
            }
        }
        return null;
    }

    private async Task Pump(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is var count and > 0)
            {
                await open.Task;
                for (var sent = 0; sent < count;) sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
            }
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            // The other direction ends with it.
        }
    }

    /// <summary>As a crash breaks them: with a reset, not with a farewell.</summary>
    private static void Break(params Socket[] sockets)
    {
        foreach (var socket in sockets)
        {
            try
            {
                socket.LingerState = new LingerOption(true, 0);
            }
            catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
            {
                // It is gone already.
            }
            socket.Dispose();
        }
    }
}
