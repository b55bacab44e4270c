using System.IO.Compression;
using System.Net;
using System.Text;
using Facilities.Silo.Calendars;
using static Facilities.Tests.ICalendar.Calendars;

namespace Facilities.Tests.Calendars;

/// <summary>Addresses that people typed: only public ones are asked, on every hop, within time and size.</summary>
public sealed class CalendarFetcherTests
{
    private static readonly string Body = Calendar(Event("DTSTART:20270201T080000Z", "DTEND:20270201T090000Z"));

    private static CalendarFetcher Fetcher(
        string[]? hosts = null, double seconds = 20, int bytes = 1_000_000) => new(new CalendarFetching
        {
            InternalHosts = [.. hosts ?? []],
            TimeMax = TimeSpan.FromSeconds(seconds),
            BytesMax = bytes,
        });

    private static async Task<Fetched> Fetch(CalendarFetcher fetcher, string address)
    {
        using var _ = fetcher;
        return await fetcher.Fetch(
            CalendarFetcher.AddressOf(address)!, null, null, TestContext.Current.CancellationToken);
    }

    private static string NameOf(Fetched fetched) =>
        fetched is Fetched.Failed failed ? failed.Name : fetched.GetType().Name;

    /// <summary>One address of each kind that is nobody's on the internet, as text that a person could type.</summary>
    public static TheoryData<string> Private =>
    [
        "127.0.0.1", "127.255.0.1", "localhost", "0.0.0.0", "10.1.2.3", "100.64.0.1", "169.254.169.254", "172.16.0.1",
        "192.168.1.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "2130706433", "0x7f.1", "127.1",
        "[::1]", "[::]", "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]", "[::ffff:127.0.0.1]",
        "[::ffff:a9fe:a9fe]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::1]",
        "[2002:7f00:1::]", "[2002:a9fe:a9fe::1]", "[2001:0:7f00:1::]", "[2001:db8::1]", "[2a00:1450::5efe:a00:1]",
    ];

    [Theory]
    [MemberData(nameof(Private))]
    public async Task I10_a_private_address_is_refused_on_the_first_hop_and_by_a_redirect(string host)
    {
        await using var target = new CalendarServer(CalendarServer.Ok(Body));
        Assert.Equal("addressRefused", NameOf(await Fetch(Fetcher(), $"http://{host}:{target.Port}/x.ics")));
        await using var leading = new CalendarServer(CalendarServer.To($"http://{host}:{target.Port}/x.ics"));
        var by = await Fetch(Fetcher(["127.0.0.1:0", "public.example"]), leading.Address.ToString());
        Assert.Equal("addressRefused", NameOf(by));
        Assert.Empty(leading.Requests);
        // The server that leads there is allowed by a name that the private address does not have.
        var inside = host is "127.0.0.1" or "2130706433" or "0x7f.1" or "127.1" ? "localhost" : "127.0.0.1";
        Assert.Equal("addressRefused",
            NameOf(await Fetch(Fetcher([inside]), $"http://{inside}:{leading.Port}/calendar.ics")));
        Assert.Single(leading.Requests);
        Assert.Empty(target.Requests);
    }

    [Fact]
    public void I10_public_addresses_are_told_from_all_others()
    {
        foreach (var text in new[]
        {
            "1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.32.0.1", "192.169.0.1", "2a00:1450:4001::1",
            "2606:4700::1111", "64:ff9b::808:808", "2002:808:808::1", "::ffff:8.8.8.8",
        })
            Assert.True(PublicAddresses.Has(IPAddress.Parse(text)), text);
    }

    [Fact]
    public async Task I10_an_internal_host_that_the_operator_named_is_asked_and_no_other()
    {
        await using var server = new CalendarServer(CalendarServer.Ok(Body, "ETag: \"one\"\r\n"));
        var content = Assert.IsType<Fetched.Content>(await Fetch(Fetcher(["127.0.0.1"]), server.Address.ToString()));
        Assert.Equal(Body, Encoding.UTF8.GetString(content.Bytes.Span));
        Assert.Equal("\"one\"", content.EntityTag);
        var head = server.Requests.Single();
        Assert.DoesNotContain("Cookie", head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Authorization", head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("traceparent", head, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("addressRefused",
            NameOf(await Fetch(Fetcher(["127.0.0.1"]), $"http://localhost:{server.Port}/calendar.ics")));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task I10_the_address_that_was_checked_is_the_one_connected_to_and_the_name_is_asked_once()
    {
        await using var server = new CalendarServer(CalendarServer.Ok(Body));
        var asked = 0;
        // A name that no resolver knows: whoever looked it up anew to connect would find nothing.
        using var fetcher = new CalendarFetcher(
            new CalendarFetching { InternalHosts = ["rebinding.invalid"] },
            (_, _) => Task.FromResult<IPAddress[]>([asked++ == 0 ? IPAddress.Loopback : IPAddress.Parse("127.9.9.9")]));
        Assert.IsType<Fetched.Content>(await fetcher.Fetch(
            new Uri($"http://rebinding.invalid:{server.Port}/x.ics"), null, null,
            TestContext.Current.CancellationToken));
        Assert.Equal(1, asked);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("8.8.8.8", "127.0.0.1")]
    [InlineData("127.0.0.1", "8.8.8.8")]
    [InlineData("2606:4700::1111", "fd00::1")]
    public async Task I10_a_name_with_one_private_address_is_refused_whatever_else_it_has(params string[] addresses)
    {
        await using var server = new CalendarServer(CalendarServer.Ok(Body));
        using var fetcher = new CalendarFetcher(
            new CalendarFetching(), (_, _) => Task.FromResult(addresses.Select(IPAddress.Parse).ToArray()));
        Assert.Equal("addressRefused", NameOf(await fetcher.Fetch(
            new Uri($"http://public.example:{server.Port}/x.ics"), null, null,
            TestContext.Current.CancellationToken)));
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://example.org/x.ics")]
    [InlineData("gopher://example.org/")]
    [InlineData("https://user:secret@example.org/x.ics")]
    [InlineData("//example.org/x.ics")]
    [InlineData("x.ics")]
    [InlineData("")]
    [InlineData(null)]
    public void I10_only_addresses_of_http_without_credentials_are_followed(string? text) =>
        Assert.Null(CalendarFetcher.AddressOf(text));

    [Fact]
    public async Task I10_redirects_are_followed_three_times_and_never_to_another_protocol()
    {
        CalendarServer? server = null;
        await using var _ = server = new CalendarServer(async (head, stream, cancellation) =>
        {
            var left = head.Split(' ')[1].Length - 2;
            var text = left == 0 ? CalendarServer.Ok(Body) : CalendarServer.To("/" + new string('a', left));
            await stream.WriteAsync(Encoding.ASCII.GetBytes(text), cancellation);
        });
        string At(int hops) => $"http://127.0.0.1:{server.Port}/{new string('a', hops + 1)}";
        Assert.IsType<Fetched.Content>(await Fetch(Fetcher(["127.0.0.1"]), At(3)));
        Assert.Equal("calendarNotReached", NameOf(await Fetch(Fetcher(["127.0.0.1"]), At(4))));
        foreach (var location in new[] { "file:///etc/passwd", "gopher://127.0.0.1/", "http://a:b@127.0.0.1/" })
        {
            await using var leading = new CalendarServer(CalendarServer.To(location));
            Assert.Equal("addressRefused", NameOf(await Fetch(Fetcher(["127.0.0.1"]), leading.Address.ToString())));
        }
        Assert.Equal("https://example.org/x.ics", CalendarFetcher.AddressOf("webcal://example.org/x.ics")!.ToString());
    }

    [Fact]
    public async Task I10_a_slow_server_is_cut_off()
    {
        await using var silent = new CalendarServer((_, _, cancellation) => Task.Delay(-1, cancellation));
        Assert.Equal("calendarNotReached",
            NameOf(await Fetch(Fetcher(["127.0.0.1"], seconds: 0.5), silent.Address.ToString())));
        await using var dripping = new CalendarServer(async (_, stream, cancellation) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\nBEGIN:VCALENDAR\r\n"u8.ToArray(), cancellation);
            while (true)
            {
                await Task.Delay(50, cancellation);
                await stream.WriteAsync("X"u8.ToArray(), cancellation);
            }
        });
        Assert.Equal("calendarNotReached",
            NameOf(await Fetch(Fetcher(["127.0.0.1"], seconds: 0.5), dripping.Address.ToString())));
    }

    [Fact]
    public async Task I10_an_endless_body_and_a_bomb_are_cut_off()
    {
        await using var endless = new CalendarServer(async (_, stream, cancellation) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\nBEGIN:VCALENDAR\r\n"u8.ToArray(), cancellation);
            var chunk = new byte[64 * 1024];
            while (true) await stream.WriteAsync(chunk, cancellation);
        });
        Assert.Equal("calendarTooLarge", NameOf(await Fetch(Fetcher(["127.0.0.1"]), endless.Address.ToString())));
        await using var bomb = new CalendarServer(async (_, stream, cancellation) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"u8.ToArray(), cancellation);
            await using var zip = new GZipStream(stream, CompressionLevel.SmallestSize);
            await zip.WriteAsync("BEGIN:VCALENDAR\r\n"u8.ToArray(), cancellation);
            var chunk = new byte[1024 * 1024];
            for (var megabyte = 0; megabyte < 200; megabyte++) await zip.WriteAsync(chunk, cancellation);
        });
        Assert.Equal("calendarTooLarge", NameOf(await Fetch(Fetcher(["127.0.0.1"]), bomb.Address.ToString())));
    }

    [Fact]
    public async Task What_is_no_calendar_or_cannot_be_had_is_said_in_words()
    {
        await using var page = new CalendarServer(CalendarServer.Ok("<!doctype html><title>Sign in</title>"));
        Assert.Equal("calendarNotReadable", NameOf(await Fetch(Fetcher(["127.0.0.1"]), page.Address.ToString())));
        await using var gone = new CalendarServer("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        var failed = Assert.IsType<Fetched.Failed>(await Fetch(Fetcher(["127.0.0.1"]), gone.Address.ToString()));
        Assert.Equal("The server answered 404.", failed.Reason);
        await using var broken = new CalendarServer("HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\nBEGIN:VCALENDAR\r\n");
        Assert.Equal("calendarNotReached", NameOf(await Fetch(Fetcher(["127.0.0.1"]), broken.Address.ToString())));
        Assert.Equal("calendarNotReached",
            NameOf(await Fetch(Fetcher(), "http://no-such-name.invalid/calendar.ics")));
    }
}
