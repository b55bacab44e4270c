using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Facilities.Silo.Calendars;

/// <summary>
/// Fetches calendars from addresses that people typed. Every hop goes to a public address that was checked and is the
/// very one connected to, so no name can point elsewhere in between. Nothing of an address is logged: whoever has it
/// reads the calendar.
/// </summary>
public sealed class CalendarFetcher : IDisposable
{
    private const int RedirectsMax = 3;
    private const int HeaderKilobytesMax = 32;

    private readonly CalendarFetching options;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> addressesOf;
    private readonly HttpMessageInvoker client;

    /// <summary>A fetcher.</summary>
    /// <param name="options">What it may fetch.</param>
    /// <param name="addressesOf">How names become addresses; as the system does it where nothing is said.</param>
    public CalendarFetcher(
        CalendarFetching options, Func<string, CancellationToken, Task<IPAddress[]>>? addressesOf = null)
    {
        this.options = options;
        this.addressesOf = addressesOf ?? Dns.GetHostAddressesAsync;
        client = new(new SocketsHttpHandler
        {
            ConnectCallback = Connect,
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            Credentials = null,
            AutomaticDecompression = DecompressionMethods.All,
            // Each request resolves and checks anew.
            PooledConnectionLifetime = TimeSpan.Zero,
            MaxResponseHeadersLength = HeaderKilobytesMax,
            MaxResponseDrainSize = 0,
            // Traces would keep the address.
            ActivityHeadersPropagator = null,
        });
    }

    /// <summary>The address as it is fetched; null where it is none that calendars are followed from.</summary>
    public static Uri? AddressOf(string? text)
    {
        text = text?.Trim() ?? "";
        foreach (var scheme in (string[])["webcal://", "webcals://"])
            if (text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) text = "https://" + text[scheme.Length..];
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            && address.UserInfo.Length == 0 && address.Host.Length > 0
            ? address
            : null;
    }

    public async Task<Fetched> Fetch(
        Uri address, string? entityTag, string? lastModified, CancellationToken cancellation = default)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        time.CancelAfter(options.TimeMax);
        try
        {
            return await Follow(address, entityTag, lastModified, time.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Unreached($"The server took longer than {options.TimeMax.TotalSeconds:0.#} seconds.");
        }
        catch (HttpRequestException fault)
        {
            return fault.InnerException is AddressRefusedException refused
                ? new Fetched.Failed("addressRefused", refused.Message)
                : Unreached(Reason(fault));
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or SocketException)
        {
            return Unreached("The answer broke off or could not be unpacked.");
        }
    }

    public void Dispose() => client.Dispose();

    private async Task<Fetched> Follow(
        Uri address, string? entityTag, string? lastModified, CancellationToken cancellation)
    {
        for (var hop = 0; hop <= RedirectsMax; hop++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.TryAddWithoutValidation("User-Agent", "Facilities calendar reader");
            request.Headers.TryAddWithoutValidation("Accept", "text/calendar, text/plain;q=0.5, */*;q=0.1");
            if (entityTag is not null) request.Headers.TryAddWithoutValidation("If-None-Match", entityTag);
            if (lastModified is not null) request.Headers.TryAddWithoutValidation("If-Modified-Since", lastModified);
            using var response = await client.SendAsync(request, cancellation);
            if (response.StatusCode == HttpStatusCode.NotModified && (entityTag ?? lastModified) is not null)
                return new Fetched.Unchanged();
            if (response.StatusCode == HttpStatusCode.OK) return await Read(response, cancellation);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308))
                return Unreached(string.Create(
                    CultureInfo.InvariantCulture, $"The server answered {(int)response.StatusCode}."));
            if (response.Headers.Location is not { } location
                || AddressOf(new Uri(address, location).ToString()) is not { } next)
                return new Fetched.Failed("addressRefused", "The server leads to no address of http or https.");
            if (address.Scheme == "https" && next.Scheme == "http")
                return new Fetched.Failed("addressRefused", "The server leads from https to http.");
            address = next;
        }
        return Unreached($"The server leads on more than {RedirectsMax} times.");
    }

    private async Task<Fetched> Read(HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        while (await body.ReadAsync(chunk, cancellation) is > 0 and var read)
        {
            if (buffer.Length + read > options.BytesMax)
                return new Fetched.Failed("calendarTooLarge", string.Create(CultureInfo.InvariantCulture,
                    $"The calendar has more than {options.BytesMax / 1_000_000m:0.#} MB. Follow a shorter time."));
            var isFirst = buffer.Length == 0;
            buffer.Write(chunk, 0, read);
            if (isFirst && read > 64 && !CalendarReading.IsCalendar(chunk.AsSpan(0, read))) return NoCalendar();
        }
        var bytes = buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
        // Half a calendar would show free what is not, and not every server says how long its answer is.
        if (CalendarReading.IsCalendar(bytes.Span) && !CalendarReading.IsWhole(bytes.Span))
            return Unreached("The answer broke off: it does not end with END:VCALENDAR.");
        return CalendarReading.IsCalendar(bytes.Span)
            ? new Fetched.Content(bytes, response.Headers.ETag?.ToString(),
                response.Content.Headers.LastModified?.ToString("R", CultureInfo.InvariantCulture))
            : NoCalendar();
    }

    private static Fetched.Failed NoCalendar() => new(
        "calendarNotReadable", "What stands at the address is no iCalendar file: it does not begin with "
        + "BEGIN:VCALENDAR. Copy the address that ends in .ics, not that of the page.");

    private static Fetched.Failed Unreached(string reason) => new("calendarNotReached", reason);

    private static string Reason(HttpRequestException fault) => fault switch
    {
        { InnerException: AuthenticationException } => "The server's certificate is not valid.",
        { HttpRequestError: HttpRequestError.NameResolutionError } => "There is no server of that name.",
        { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData } } =>
            "There is no server of that name.",
        _ => "The server could not be reached.",
    };

    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host.Trim('[', ']'), out var literal)
            ? [literal]
            : await addressesOf(host, cancellation);
        if (addresses.Length == 0) throw new SocketException((int)SocketError.HostNotFound);
        // One private address among public ones is enough: which of them is tried is not for the name to choose.
        if (!options.Allows(host.Trim('[', ']')) && !addresses.All(PublicAddresses.Has))
            throw new AddressRefusedException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class AddressRefusedException() : IOException(
        "The address, or one that it leads to, lies in a private network. Calendars are followed from public "
        + "addresses; the operator can name hosts inside.");
}
