using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Facilities.Tests.Pages;

/// <summary>The pages of visitors and SMEs, on the demonstration data.</summary>
public sealed partial class MainJobPagesTests(DemonstrationPages pages) : IClassFixture<DemonstrationPages>
{
    private const string Picker = "/platforms/biopmed-imaging/services/mri-half-day";

    [Theory]
    [InlineData("/", "Book time at shared life-science facilities")]
    [InlineData("/sign-in", "Sign in")]
    [InlineData("/about", "About")]
    [InlineData("/find", "Find a slot")]
    [InlineData("/find?category=imaging&where=country:IT&duration=PT4H&sort=price", "Find a slot")]
    [InlineData("/find?from=never&to=0000-00-00&duration=P&where=cluster:", "Find a slot")]
    [InlineData("/platforms", "Which platform fits?")]
    [InlineData("/platforms?q=magnetic&cluster=biopmed&country=IT&stage=preclinical", "Which platform fits?")]
    [InlineData("/platforms/biopmed-imaging", "Preclinical imaging")]
    [InlineData(Picker, "When do you need MRI 7 T, half day with operator?")]
    [InlineData(Picker + "?from=2027-02-01&duration=PT8H&quantity=9",
        "When do you need MRI 7 T, half day with operator?")]
    public async Task A_visitor_reads_what_is_public(string address, string heading) =>
        await Shows(Visitor(), address, heading);

    [Theory]
    [InlineData("/", "What waits for you")]
    [InlineData("/bookings", "Which bookings are there?")]
    [InlineData("/bookings?state=settled", "Which bookings are there?")]
    [InlineData("/vouchers", "What is left on your vouchers?")]
    public async Task An_SME_reads_what_is_its_own(string address, string heading) =>
        await Shows(await pages.As("sme.berlin"), address, heading);

    [Theory]
    [InlineData("/bookings")]
    [InlineData("/bookings/b1")]
    [InlineData("/quotes/q1")]
    [InlineData("/vouchers")]
    [InlineData("/invoices/i1")]
    public async Task Who_is_not_signed_in_is_led_there_and_back(string address)
    {
        var answer = await Visitor().GetAsync(address);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.EndsWith("/sign-in?returnUrl=" + Uri.EscapeDataString(address),
            answer.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nowhere")]
    [InlineData("/platforms/unknown")]
    [InlineData("/platforms/biopmed-imaging/services/unknown")]
    [InlineData("/bookings/unknown")]
    [InlineData("/bookings/unknown/cancel")]
    [InlineData("/bookings/unknown/move")]
    [InlineData("/bookings/unknown/contract")]
    [InlineData("/quotes/un%20known")]
    [InlineData("/invoices/unknown")]
    public async Task What_is_not_there_is_said_in_a_page(string address)
    {
        var answer = await (await pages.As("sme.berlin")).GetAsync(address);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains(
            "<h1>There is nothing here</h1>", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_refused_and_the_address_kept()
    {
        var answer = await DemonstrationPages.Post(Visitor(), "/sign-in", "sign-in",
            new() { ["email"] = "nobody@example.org", ["password"] = "wrong" });
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains("role=\"alert\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"nobody@example.org\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_beyond_its_limit_is_refused()
    {
        var answer = await DemonstrationPages.Post(Visitor(), "/sign-in", "sign-in",
            new() { ["email"] = new string('a', 5_000), ["password"] = "wrong" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
    }

    [Fact]
    public async Task A_link_from_elsewhere_does_not_lead_on_to_a_third_site()
    {
        var answer = await DemonstrationPages.Post(Visitor(), "/sign-in?returnUrl=//elsewhere.example", "sign-in",
            new() { ["email"] = "sme.paris@example.org", ["password"] = "demo-facilities" });
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.DoesNotContain("elsewhere", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_main_job_goes_from_a_slot_to_a_signed_and_cancelled_booking_in_plain_forms()
    {
        var client = await pages.As("sme.berlin");
        var start = await FirstStart(client);
        var quote = await Follow(client, await DemonstrationPages.Post(client, Picker, "quote",
            new() { ["start"] = start, ["duration"] = "PT4H", ["quantity"] = "1" }));
        var price = DemonstrationPages.TextOf(await client.GetStringAsync(quote));
        foreach (var figure in (string[])["€1,710.00", "−€171.00", "−€85.50", "−€1,090.13", "€363.37", "VAT 0 %"])
            Assert.Contains(figure, price, StringComparison.Ordinal);

        var booking = await Follow(client, await Hold(client, quote, "a pilot"));
        var held = await client.GetStringAsync(booking);
        Assert.Contains("Held until", held, StringComparison.Ordinal);
        Assert.Contains("a pilot", held, StringComparison.Ordinal);

        var refused = await Hold(client, quote, "typed and kept");
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        var refusal = await refused.Content.ReadAsStringAsync();
        Assert.Contains("Slot taken", refusal, StringComparison.Ordinal);
        Assert.Contains("typed and kept", refusal, StringComparison.Ordinal);
        Assert.Contains(Picker + "?start=", refusal, StringComparison.Ordinal);

        await Follow(client, await DemonstrationPages.Post(client, booking, "extend", []));
        await Follow(client, await DemonstrationPages.Post(client, booking, "sign",
            new() { ["hash"] = Hash().Match(held).Groups[1].Value, ["name"] = "Jana Krüger", ["agree"] = "yes" }));
        await Follow(client, await DemonstrationPages.Post(client, booking, "pay", []));
        Assert.Contains("Confirmed", await client.GetStringAsync(booking), StringComparison.Ordinal);

        Assert.Contains(
            "What goes back to whom", await client.GetStringAsync(booking + "/cancel"), StringComparison.Ordinal);
        await Follow(client, await DemonstrationPages.Post(
            client, booking + "/cancel", "cancel", new() { ["reason"] = "plan changed" }));
        Assert.Contains("plan changed", await client.GetStringAsync(booking), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await (await pages.As("sme.paris")).GetAsync(booking)).StatusCode);
    }

    [Fact]
    public async Task An_amount_is_written_as_the_reader_writes_it()
    {
        var client = Visitor();
        client.DefaultRequestHeaders.Add("Accept-Language", "fr-FR,en;q=0.5");
        var page = WebUtility.HtmlDecode(await client.GetStringAsync("/platforms/biopmed-imaging"));
        Assert.Matches("1[\u202f\u00a0]380,00\u00a0€", page);
    }

    [Fact]
    public async Task A_time_is_shown_by_the_readers_clock_too_where_it_differs()
    {
        var client = Visitor();
        client.DefaultRequestHeaders.Add("Cookie", "tz=Europe/Lisbon");
        Assert.Contains(
            "07:00–11:00 yours", WebUtility.HtmlDecode(await client.GetStringAsync(Picker)), StringComparison.Ordinal);
        Assert.DoesNotContain("yours</span>", await Visitor().GetStringAsync(Picker), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("manager.biopmed-imaging")]
    [InlineData("funder.berlin")]
    [InlineData("cluster.biotop")]
    [InlineData("operator")]
    public async Task Everybody_has_a_first_page(string login) =>
        await Shows(await pages.As(login), "/", "What waits for you");

    private HttpClient Visitor()
    {
        var client = pages.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        return client;
    }

    /// <summary>Answers with one heading, and with nothing that the content policy forbids.</summary>
    private static async Task Shows(HttpClient client, string address, string heading)
    {
        var answer = await client.GetAsync(address);
        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(heading, Heading().Match(page).Groups[1].Value.Trim());
        Assert.Single(Heading().Matches(page));
        Assert.DoesNotMatch("(?i)<[^>]+\\s(style|on[a-z]+)=|<script(?![^>]*src=)|<style", page);
    }

    private static async Task<string> FirstStart(HttpClient client) =>
        WebUtility.HtmlDecode(Start().Match(await client.GetStringAsync(Picker)).Groups[1].Value);

    private static Task<HttpResponseMessage> Hold(HttpClient client, string quote, string purpose) =>
        DemonstrationPages.Post(client, quote, "hold", new() { ["purpose"] = purpose });

    private static async Task<string> Follow(HttpClient client, HttpResponseMessage answer)
    {
        Assert.True(answer.StatusCode == HttpStatusCode.Redirect,
            $"{answer.StatusCode}: {DemonstrationPages.TextOf(await answer.Content.ReadAsStringAsync())}");
        return new Uri(client.BaseAddress!, answer.Headers.Location!).PathAndQuery;
    }

    [GeneratedRegex("<h1[^>]*>(.*?)</h1>", RegexOptions.Singleline)]
    private static partial Regex Heading();

    [GeneratedRegex("name=\"start\" value=\"([^\"]+)\"")]
    private static partial Regex Start();

    [GeneratedRegex("name=\"hash\" value=\"([^\"]+)\"")]
    private static partial Regex Hash();
}
