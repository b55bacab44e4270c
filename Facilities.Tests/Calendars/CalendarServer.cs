using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Facilities.Tests.Calendars;

/// <summary>A real HTTP server on 127.0.0.1 that answers as a test says, byte by byte.</summary>
internal sealed class CalendarServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly Task running;
    private readonly Func<string, Stream, CancellationToken, Task> answer;

    internal CalendarServer(Func<string, Stream, CancellationToken, Task> answer)
    {
        this.answer = answer;
        listener.Start();
        running = Accept();
    }

    /// <summary>A server that answers every request with one text.</summary>
    internal CalendarServer(string text) : this((_, stream, cancellation) =>
        stream.WriteAsync(Encoding.ASCII.GetBytes(text), cancellation).AsTask())
    {
    }

    internal int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    internal Uri Address => new($"http://127.0.0.1:{Port}/calendar.ics");

    /// <summary>The heads of all requests, in order.</summary>
    internal ConcurrentQueue<string> Requests { get; } = new();

    internal static string Ok(string body, string headers = "") =>
        $"HTTP/1.1 200 OK\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{headers}"
        + $"Connection: close\r\n\r\n{body}";

    internal static string To(string location) =>
        $"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await running;
        stopping.Dispose();
    }

    private async Task Accept()
    {
        var served = new List<Task>();
        try
        {
            while (true) served.Add(Serve(await listener.AcceptTcpClientAsync(stopping.Token)));
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException
            or ObjectDisposedException or InvalidOperationException)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task Serve(TcpClient client)
    {
        using var _ = client;
        try
        {
            var stream = client.GetStream();
            var head = new StringBuilder();
            var one = new byte[1];
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                if (await stream.ReadAsync(one, stopping.Token) == 0) return;
                head.Append((char)one[0]);
            }
            Requests.Enqueue(head.ToString());
            await answer(head.ToString(), stream, stopping.Token);
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException)
        {
            // The caller hung up, as some of these tests want it to.
        }
    }
}
