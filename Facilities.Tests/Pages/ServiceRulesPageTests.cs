using System.Net;
using System.Text.RegularExpressions;
using Facilities.Api.Platforms;
using Facilities.Api.Services;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using Facilities.Grains.Tax;
using Orleans;

namespace Facilities.Tests.Pages;

/// <summary>A manager reads and changes the rules of a service, and says who is qualified.</summary>
public sealed class ServiceRulesPageTests(DemonstrationPages pages) : IClassFixture<DemonstrationPages>
{
    private const string Manager = "manager.biopmed-imaging";
    private const string Address = "/manage/biopmed-imaging/services/mri-half-day";
    private const string Qualified = "/manage/genopole-cytometry/qualifications";

    private IPlatformGrain Grain => pages.Service<IGrainFactory>().GetGrain<IPlatformGrain>("biopmed-imaging");

    [Fact]
    public async Task Rules_are_read_in_words_and_saved_by_their_own_manager_alone()
    {
        var client = await pages.As(Manager);
        foreach (var other in new[] { "sme.berlin", "manager.biocat-medchem" })
            Assert.Equal(HttpStatusCode.NotFound, (await (await pages.As(other)).GetAsync(Address)).StatusCode);
        var text = DemonstrationPages.TextOf(await client.GetStringAsync(Address));
        Assert.Contains("30 min before, 30 min after", text, StringComparison.Ordinal);
        Assert.Contains("Bookings made before keep what was agreed", text, StringComparison.Ordinal);

        var fields = await Fields();
        fields["quota-timePerWeek"] = "12";
        fields["quota-timePerWeek-unit"] = "h";
        fields["specialHours-kind"] = "Discount";
        fields["specialHours-percent"] = "25";
        fields["specialHours-hours-0-from"] = "16:00";
        fields["specialHours-hours-0-to"] = "20:00";
        fields["partialUses-1-first"] = "1";
        fields["partialUses-1-first-unit"] = "h";
        var saved = await DemonstrationPages.Post(
            client, Address, "rules", fields, "specialHours-hours-0-day", "MO", "FR");
        Assert.Equal(HttpStatusCode.Redirect, saved.StatusCode);
        var rules = (await Service()).Rules!;
        Assert.Equal(new Quota(Length.OfHours(12)), rules.Quota);
        Assert.Equal("FREQ=WEEKLY;BYDAY=MO,FR", rules.SpecialHours!.Hours.Single().Rrule);
        Assert.Equal(Length.OfHours(1), rules.PartialUses!.Value.Single().First);
        text = DemonstrationPages.TextOf(await client.GetStringAsync(Address));
        Assert.Contains("For each company at most 12 h a week", text, StringComparison.Ordinal);
        Assert.Contains("25 % off the price of the time", text, StringComparison.Ordinal);
        Assert.Contains("the first 1 h of the booking", text, StringComparison.Ordinal);

        // The page that was read before that change is too old.
        var stale = await DemonstrationPages.Post(
            client, Address, "rules", fields, "specialHours-hours-0-day", "MO", "FR");
        Assert.Equal(HttpStatusCode.Conflict, stale.StatusCode);
        Assert.Contains("Somebody changed the platform", await stale.Content.ReadAsStringAsync(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_fault_stands_at_its_field_and_what_was_typed_is_kept()
    {
        var before = await Service();
        var fields = await Fields();
        fields["startStep"] = "often";
        fields["quota-slotsPerWeek"] = "0";
        fields["buffer-before"] = "";
        var refused = await DemonstrationPages.Post(await pages.As(Manager), Address, "rules", fields);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        var page = await refused.Content.ReadAsStringAsync();
        foreach (var field in new[] { "startStep", "quota-slotsPerWeek", "buffer-before" })
        {
            Assert.Matches(
                $"<input[^>]*id=\"{field}\"[^>]*aria-invalid=\"true\"[^>]*aria-describedby=\"{field}-fault\"", page);
            Assert.Contains($"id=\"{field}-fault\"", page, StringComparison.Ordinal);
        }
        Assert.Contains("value=\"often\"", page, StringComparison.Ordinal);
        Assert.Equal(before, await Service());
    }

    [Fact]
    public async Task The_ladder_in_working_days_and_the_class_of_VAT_are_changed()
    {
        var client = await pages.As(Manager);
        var fields = await Fields();
        foreach (var row in Enumerable.Range(0, ServiceBody.RungsMax))
            fields[$"cancellation-{row}-noticeDays"] = fields[$"cancellation-{row}-feePercent"] = "";
        fields["noticeIn"] = "WorkingDays";
        fields["vatClass"] = "Premises";
        fields["cancellation-0-noticeDays"] = "0";
        fields["cancellation-0-feePercent"] = "120";
        fields["cancellation-1-noticeDays"] = "5";
        fields["cancellation-1-feePercent"] = "25";
        fields["cancellation-2-noticeDays"] = "5";
        fields["cancellation-2-feePercent"] = "50";
        var refused = await DemonstrationPages.Post(client, Address, "rules", new(fields));
        var page = await refused.Content.ReadAsStringAsync();
        foreach (var field in new[] { "cancellation-0-feePercent", "cancellation-2-noticeDays" })
            Assert.Contains($"id=\"{field}-fault\"", page, StringComparison.Ordinal);
        Assert.Matches("<option value=\"WorkingDays\" selected", page);
        fields["cancellation-0-feePercent"] = "80";
        fields["cancellation-2-noticeDays"] = "2";
        var saved = await DemonstrationPages.Post(client, Address, "rules", fields);
        Assert.True(
            saved.StatusCode == HttpStatusCode.Redirect,
            DemonstrationPages.TextOf(await saved.Content.ReadAsStringAsync()));
        var service = await Service();
        Assert.Equal((NoticeIn.WorkingDays, VatClass.Premises), (service.Rules!.NoticeIn, service.Rules.VatClass));
        Assert.Equal([(5, 25m), (2, 50m), (0, 80m)],
            service.Cancellation.Select(rung => (rung.NoticeDays, rung.Fee.Value)));
        Assert.Contains("2 to 4 working days before: 50", DemonstrationPages.TextOf(
            await client.GetStringAsync(Address)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_field_has_a_label_and_an_id_of_its_own()
    {
        foreach (var (address, who) in new[] { (Address, Manager), (Qualified, "manager.genopole-cytometry") })
        {
            var page = await (await pages.As(who)).GetStringAsync(address);
            var ids = Regex.Matches(page, " id=\"([^\"]+)\"").Select(m => m.Groups[1].Value).ToArray();
            Assert.Equal(ids.Distinct(), ids);
            foreach (Match field in Regex.Matches(page, "<(input|select)[^>]* id=\"([^\"]+)\""))
                Assert.Contains($"for=\"{field.Groups[2].Value}\"", page, StringComparison.Ordinal);
            Assert.Single(Regex.Matches(page, "<h1"));
        }
    }

    [Fact]
    public async Task A_qualification_is_granted_renewed_and_withdrawn()
    {
        var client = await pages.As("manager.genopole-cytometry");
        Assert.Equal(HttpStatusCode.NotFound, (await (await pages.As("sme.paris")).GetAsync(Qualified)).StatusCode);
        async Task<string> Grant(string company, string until)
        {
            var answer = await DemonstrationPages.Post(client, Qualified, "grant", new()
            {
                ["company"] = company,
                ["qualification"] = "cytometry-user",
                ["validUntil"] = until,
                ["note"] = "Course of May",
            });
            return answer.StatusCode == HttpStatusCode.Redirect
                ? DemonstrationPages.TextOf(await client.GetStringAsync(Qualified))
                : await answer.Content.ReadAsStringAsync();
        }
        Assert.Contains("id=\"account-fault\"", await Grant("Nobody", ""), StringComparison.Ordinal);
        Assert.Contains("id=\"validUntil-fault\"", await Grant("seine-therapeutics", "2001-01-01"),
            StringComparison.Ordinal);
        Assert.Contains("31 Dec 2090", await Grant("seine-therapeutics", "2090-12-31"), StringComparison.Ordinal);
        Assert.Contains("no end", await Grant("seine-therapeutics", ""), StringComparison.Ordinal);
        await DemonstrationPages.Post(client, Qualified, "withdraw-seine-therapeutics-cytometry-user", new()
        {
            ["account"] = "seine-therapeutics",
            ["qualification"] = "cytometry-user",
        });
        Assert.Contains("withdrawn", DemonstrationPages.TextOf(await client.GetStringAsync(Qualified)),
            StringComparison.Ordinal);
    }

    private async Task<Service> Service() =>
        (await Grain.View())!.Services.Single(s => s.Id.Value == "mri-half-day");

    /// <summary>The form as the page shows it, with the edition that it was read at.</summary>
    private async Task<Dictionary<string, string>> Fields() => new(ServiceRulesForm.Of(await Service()).Typed)
    {
        ["edition"] = (await Grain.View())!.Edition.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
