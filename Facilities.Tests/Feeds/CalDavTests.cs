using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Xml.Linq;
using Facilities.Grains.Waitlist;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Feeds;

/// <summary>The same feeds for programs that look for calendars themselves.</summary>
public sealed class CalDavTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    private const string Program = "/usr/bin/vdirsyncer";
    private static readonly XNamespace Dav = "DAV:";
    private static readonly object Wished = new { kind = "account", accountId = ApiClient.Account, audience = "full" };

    [Fact]
    public async Task A_program_discovers_the_calendar_and_reads_each_event_by_its_tag()
    {
        var sme = await api.Host.As("sme.berlin");
        await sme.Confirm(await sme.Hold(Wish.Mri("2027-02-03")));
        using var http = Client(await Secret(sme));
        var root = await Ask(http, "PROPFIND", "/caldav/", "<prop><current-user-principal/></prop>", depth: 0);
        var principal = root.Descendants(Dav + "current-user-principal").Single().Value;
        var home = (await Ask(http, "PROPFIND", principal, "<prop/>", depth: 1)).Descendants(Dav + "href")
            .Select(h => h.Value).ToArray();
        var calendar = home.Single(h => h.EndsWith("/calendar/", StringComparison.Ordinal));
        var list = await Ask(http, "PROPFIND", calendar, "<prop><getetag/></prop>", depth: 1);
        var file = list.Descendants(Dav + "href").Select(h => h.Value)
            .First(h => h.EndsWith(".ics", StringComparison.Ordinal));
        using var answer = await http.GetAsync(file);
        Assert.Contains("BEGIN:VEVENT", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var again = new HttpRequestMessage(HttpMethod.Get, file);
        again.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await http.SendAsync(again)).StatusCode);
        var none = await Ask(http, "REPORT", calendar, """
            <prop><getetag/></prop><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">
            <C:time-range start="20200101T000000Z" end="20200102T000000Z"/></C:comp-filter></C:comp-filter></C:filter>
            """, root: "C:calendar-query");
        Assert.Empty(none.Descendants(Dav + "href"));
        using var put = new HttpRequestMessage(HttpMethod.Put, file) { Content = new StringContent("x") };
        Assert.Equal(HttpStatusCode.Forbidden, (await http.SendAsync(put)).StatusCode);
        using var bomb = new HttpRequestMessage(new HttpMethod("PROPFIND"), "/caldav/")
        {
            Content = new StringContent("<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><x>&a;</x>"),
        };
        Assert.Equal(HttpStatusCode.BadRequest, (await http.SendAsync(bomb)).StatusCode);
    }

    [Fact]
    public async Task Only_the_secret_of_a_feed_opens_it_and_only_that_one()
    {
        using var stranger = Client("demo-facilities");
        using var request = new HttpRequestMessage(new HttpMethod("PROPFIND"), "/caldav/");
        var answer = await stranger.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("Basic", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        var sme = await api.Host.As("sme.berlin");
        var (one, other) = (await FeedReader.Make(sme, Wished), await Secret(sme));
        using var http = Client(other);
        using var foreign = new HttpRequestMessage(new HttpMethod("PROPFIND"), $"/caldav/{one.Text("id")}/");
        Assert.Equal(HttpStatusCode.NotFound, (await http.SendAsync(foreign)).StatusCode);
    }

    [Fact]
    public async Task A_personal_token_that_may_read_opens_all_that_its_person_sees_and_no_other_token_does()
    {
        var sme = await api.Host.As("sme.berlin");
        var booking = await sme.Confirm(await sme.Hold(Wish.Mri("2027-02-19")));
        async Task<string> Token(string scope) => (await sme.Post(
            "/tokens", new { name = "Calendar", scopes = new[] { scope } })).Expect(201).Text("secret");
        using var http = Client(await Token("read"), user: "whoever");
        var home = (await Ask(http, "PROPFIND", "/caldav/", "<prop><current-user-principal/></prop>", depth: 0))
            .Descendants(Dav + "current-user-principal").Single().Value;
        var files = (await Ask(http, "PROPFIND", $"{home}calendar/", "<prop/>")).Descendants(Dav + "href");
        var uid = FeedReader.UidOf(booking).Split('@')[0];
        Assert.Contains(files, h => h.Value.EndsWith($"/{uid}.ics", StringComparison.Ordinal));
        foreach (var wrong in new[] { await Token("write"), await Session() })
        {
            using var other = Client(wrong);
            using var request = new HttpRequestMessage(new HttpMethod("PROPFIND"), "/caldav/");
            Assert.Equal(HttpStatusCode.Unauthorized, (await other.SendAsync(request)).StatusCode);
        }

        async Task<string> Session() => (await api.Host.Visitor().Post("/session", new
        {
            email = "sme.berlin@example.org",
            password = ApiHost.Password,
        })).Expect(200).Text("token");
    }

    [Fact]
    public async Task Vdirsyncer_discovers_and_syncs_and_khal_shows_the_right_instant()
    {
        if (!File.Exists(Program))
        {
            const string reason = $"{Program} is needed: apt-get install vdirsyncer.";
            if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(reason);
            Assert.Skip(reason);
        }
        using var khal = Khal.In("Europe/Berlin");
        var sme = await api.Host.As("sme.berlin");
        var booking = await sme.Confirm(await sme.Hold(Wish.Mri("2027-02-10")));
        var secret = await Secret(sme);
        var folder = Directory.CreateTempSubdirectory("facilities-vdirsyncer-").FullName;
        try
        {
            using var http = api.Host.CreateClient();
            await File.WriteAllTextAsync(Path.Combine(folder, "config"), $"""
                [general]
                status_path = "{folder}/status/"
                [pair bookings]
                a = "here"
                b = "there"
                collections = ["from b"]
                [storage here]
                type = "filesystem"
                path = "{folder}/calendars/"
                fileext = ".ics"
                [storage there]
                type = "caldav"
                url = "{http.BaseAddress}"
                username = "sme.berlin@example.org"
                password = "{secret}"
                read_only = true
                """, TestContext.Current.CancellationToken);
            await Run(folder, "discover");
            await Run(folder, "sync");
            var files = Directory.GetFiles(Path.Combine(folder, "calendars"), "*.ics", SearchOption.AllDirectories);
            var texts = await Task.WhenAll(files.Select(f => File.ReadAllTextAsync(f)));
            var mine = Assert.Single(texts, text => text.Contains(
                $"/bookings/{booking.Id()}", StringComparison.Ordinal));
            await khal.Import(Encoding.UTF8.GetBytes(mine));
            Assert.StartsWith("2027-02-10T08:00|2027-02-10T12:00|", Assert.Single(await khal.Shows("2027-02-10", 1)),
                StringComparison.Ordinal);
            await Run(folder, "sync");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> Secret(ApiClient client) =>
        Path.GetFileNameWithoutExtension((await FeedReader.Make(client, Wished)).Text("address"));

    private HttpClient Client(string password, string user = "sme.berlin@example.org")
    {
        var http = api.Host.CreateClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        return http;
    }

    private static async Task<XElement> Ask(
        HttpClient http, string method, string path, string body, int depth = 1, string root = "propfind")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path)
        {
            Content = new StringContent(
                $"<{root} xmlns=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\">{body}</{root}>",
                Encoding.UTF8, "application/xml"),
        };
        request.Headers.Add("Depth", $"{depth}");
        using var answer = await http.SendAsync(request);
        Assert.Equal(207, (int)answer.StatusCode);
        return XElement.Parse(await answer.Content.ReadAsStringAsync());
    }

    private static async Task Run(string folder, string command)
    {
        var start = new ProcessStartInfo(Program, ["-c", Path.Combine(folder, "config"), command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync("y\ny\ny\n");
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{await output}{await errors}");
    }
}
