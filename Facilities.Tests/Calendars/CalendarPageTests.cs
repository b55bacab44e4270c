using System.Net;
using System.Text;
using Facilities.Tests.Pages;
using Facilities.Tests.TestKit;
using static Facilities.Tests.ICalendar.Calendars;

namespace Facilities.Tests.Calendars;

/// <summary>The page of calendars kept elsewhere, as a browser without scripts uses it.</summary>
public sealed class CalendarPageTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    private const string Here = "/manage/biopmed-imaging/calendars";

    private static readonly string File =
        Calendar(Event("SUMMARY:Secret review", "DTSTART:20270315T080000Z", "DTEND:20270315T090000Z"));

    [Fact]
    public async Task A_file_is_previewed_and_kept_with_the_units_it_is_for()
    {
        var client = await SignedIn("manager.biopmed-imaging");
        var preview = await Post(client, "add", File, ("step", "preview"), ("name", "Reviews"),
            ("resources", "imaging-operator"), ("units-imaging-operator", "2"));
        Assert.Contains(
            "Busy once in the two years ahead", DemonstrationPages.TextOf(preview), StringComparison.Ordinal);
        Assert.Contains("review.ics is here already", preview, StringComparison.Ordinal);
        Assert.Contains("value=\"2\"", preview, StringComparison.Ordinal);
        Assert.DoesNotContain("Secret", preview, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_the_page_cannot_keep_is_asked_for_again_and_the_rest_stays_as_it_was_typed()
    {
        var client = await SignedIn("manager.biopmed-imaging");
        // Noise does not pack: five megabytes of it are more than a field may hold.
        var (random, noise, some) = (new Random(1), new StringBuilder(), new byte[60]);
        while (noise.Length < 5_000_000)
        {
            random.NextBytes(some);
            noise.Append("X-NOISE:").Append(Convert.ToBase64String(some)).Append("\r\n");
        }
        var large = File.Replace("BEGIN:VEVENT", noise + "BEGIN:VEVENT", StringComparison.Ordinal);
        var preview = await Post(client, "add", large, ("step", "preview"), ("name", "Reviews"),
            ("resources", "mri-7t"));
        Assert.Contains("Choose review.ics again before you go on", preview, StringComparison.Ordinal);
        Assert.Contains("Busy once", preview, StringComparison.Ordinal);
        Assert.Matches("type=\"checkbox\" name=\"resources\" value=\"mri-7t\" checked", preview);
        var nothing = await Post(client, "add", null, ("step", "add"), ("name", "Reviews"),
            ("resources", "mri-7t"), ("fileName", "review.ics"));
        Assert.Contains("Nothing was added. Choose review.ics again", nothing, StringComparison.Ordinal);
        Assert.Contains("value=\"Reviews\"", nothing, StringComparison.Ordinal);
        var tooLarge = await Post(client, "add", File + new string(' ', 20_000_000), ("step", "preview"),
            ("name", "Reviews"), ("resources", "mri-7t"));
        Assert.Contains("review.ics has more than 20 MB", tooLarge, StringComparison.Ordinal);
        Assert.Contains("value=\"Reviews\"", tooLarge, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_missing_or_wrong_is_said_and_nothing_is_added()
    {
        var client = await SignedIn("manager.biopmed-imaging");
        foreach (var (fields, words) in new[]
        {
            ([("name", "A"), ("resources", "mri-7t")], "Choose a file, or write the address of a feed"),
            ([("name", "A"), ("resources", "imaging-operator"), ("units-imaging-operator", "one"), ("url", "x")],
                "write the numbers of units"),
            ([("name", "A"), ("resources", "mri-7t"), ("url", "http://127.0.0.1/x.ics")], "private network"),
            (new[] { ("name", "A"), ("url", "https://example.org/x.ics") }, "Name the resources"),
        })
            Assert.Contains(words, WebUtility.HtmlDecode(await Post(client, "add", null, [("step", "add"), .. fields])),
                StringComparison.Ordinal);
        Assert.Contains("No calendar is followed", await client.GetStringAsync(Here), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sme.berlin")]
    [InlineData("manager.genopole-sequencing")]
    public async Task A_stranger_finds_nothing_there(string login)
    {
        var client = await SignedIn(login);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(Here)).StatusCode);
    }

    private static Task<string> Post(
        HttpClient client, string form, string? file, params (string Name, string Value)[] fields) =>
        DemonstrationPages.Upload(client, Here, form,
            file is null ? null : ("review.ics", Encoding.UTF8.GetBytes(file)), fields);

    private async Task<HttpClient> SignedIn(string login)
    {
        var client = api.Host.CreateClient();
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        await DemonstrationPages.Post(client, "/sign-in", "sign-in", new()
        {
            ["email"] = $"{login}@example.org",
            ["password"] = ApiHost.Password,
        });
        return client;
    }
}
