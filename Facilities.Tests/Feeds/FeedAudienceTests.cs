using System.Net;
using System.Text.Json.Nodes;
using Dapper;
using Facilities.Grains.Feeds;
using Facilities.Grains.Kernel;
using Facilities.Grains.Services;
using Facilities.Silo.Storage;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Feeds;

/// <summary>Row I9: who may read what, with an address for each person and audience.</summary>
public sealed class FeedAudienceTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    private const string Manager = "manager.biopmed-imaging";

    private readonly ApiHost host = api.Host;

    private static object At(string audience) =>
        new { kind = "platform", platformId = "biopmed-imaging", audience, name = "Scanner" };

    [Fact]
    public async Task I9_strangers_see_when_it_is_busy_and_no_name_and_each_company_only_its_own()
    {
        var (berlin, cuneo) = (await host.As("sme.berlin"), await host.As("sme.cuneo"));
        var first = await Hold(berlin, "2027-01-11", ApiClient.Account);
        var second = await Hold(cuneo, "2027-01-12", "langhe-biotech");

        var busy = await FeedReader.Of(host, Manager, At("busy"));
        Assert.Equal(["Busy", "Busy"], (await busy.Events()).Select(e => e.Summary));
        string[] secrets =
        [
            "MRI", "Spree", "Langhe", "spree", "langhe", "Torino", "purpose", first.Id(), second.Id(), "URL",
            "LOCATION", "DESCRIPTION", "/bookings/",
        ];
        var told = await busy.Text();
        Assert.All(secrets, word => Assert.DoesNotContain(word, told, StringComparison.Ordinal));

        var own = await FeedReader.Of(host, "sme.berlin", At("own"));
        Assert.Equal(["MRI 7 T, half day with operator", "Busy"], (await own.Events()).Select(e => e.Summary));
        Assert.DoesNotContain("anghe", await own.Text(), StringComparison.Ordinal);
        Assert.DoesNotContain(second.Id(), await own.Text(), StringComparison.Ordinal);

        var full = await FeedReader.Of(host, Manager, At("full"));
        Assert.Equal(
            ["Spree", "Langhe"],
            (await full.Events()).Select(e => e.Summary.Split(" · ")[1].Split(' ')[0]));
        // The same event wherever it is read, so that a program that follows two feeds can tell.
        Assert.Equal((await full.Events()).Select(e => e.Uid), (await busy.Events()).Select(e => e.Uid));
    }

    [Fact]
    public async Task I9_each_address_ends_alone_and_looks_then_like_one_that_never_was()
    {
        var manager = await host.As(Manager);
        var (one, other) = (await FeedReader.Make(manager, At("full")), await FeedReader.Make(manager, At("busy")));
        Assert.NotEqual(one.Text("address"), other.Text("address"));
        var (reader, neighbour) = (Follow(one), Follow(other));
        await reader.Text();
        Assert.Equal(204, (await manager.Send(HttpMethod.Delete, $"/feeds/{one.Text("id")}", null)).Status);
        var gone = await reader.Ask();
        var never = await new FeedReader(host.CreateClient(), "/feeds/never-made.ics").Ask();
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (gone.Status, never.Status));
        Assert.Equal(never.Text, gone.Text);
        Assert.Equal(Headers(never.Answer), Headers(gone.Answer));
        await neighbour.Text();

        static string[] Headers(HttpResponseMessage answer) => [.. answer.Headers.Concat(answer.Content.Headers)
            .Where(h => h.Key != "Date").Select(h => $"{h.Key}: {string.Join(", ", h.Value)}").Order()];
    }

    [Fact]
    public async Task I9_an_address_is_kept_as_a_hash_and_shown_once()
    {
        var manager = await host.As(Manager);
        var wish = At("full");
        var made = (await manager.Post("/feeds", wish, "feed-1")).Expect(201);
        Assert.Equal(made.Text("address"), (await manager.Post("/feeds", wish, "feed-1")).Expect(201).Text("address"));
        var secret = made.Text("address").Split('/')[^1][..^".ics".Length];
        Assert.True(secret.Length >= 43);
        foreach (var table in (string[])["feed_tokens", "requests", "events"])
        {
            var rows = await host.Service<IDatabase>().Read(c => c.QueryAsync($"select * from {table}"));
            Assert.DoesNotContain(rows.SelectMany(row => (IDictionary<string, object?>)row),
                field => field.Value?.ToString()?.Contains(secret, StringComparison.Ordinal) == true);
        }
        await Follow(made).Text();
        var list = (await manager.Get("/feeds")).Expect(200);
        Assert.DoesNotContain(secret, list.ToJsonString(), StringComparison.Ordinal);
        var listed = Assert.Single(list["items"]!.AsArray(), f => f!.Text("id") == made.Text("id"))!;
        Assert.Equal("2026-12-01", listed.Text("lastUsedOn"));
    }

    [Fact]
    public async Task I9_a_feed_ends_with_the_role_that_it_rests_on()
    {
        await using var other = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var feed = await FeedReader.Of(other, Manager, At("full"));
        var mine = await FeedReader.Of(other, Manager, new { kind = "person", audience = "full" });
        await Hold(await other.As("sme.berlin"), "2027-01-11", ApiClient.Account);
        Assert.Single(await feed.Events());
        Assert.Single(await mine.Events());
        await other.Service<IDatabase>().Read(connection => connection.ExecuteAsync(
            "delete from memberships where kind = 'facility' and organisation_id = 'biopmed-imaging'"));
        Assert.Equal(HttpStatusCode.NotFound, (await feed.Ask()).Status);
        Assert.Empty(await mine.Events());
    }

    [Theory]
    [InlineData("sme.berlin", "full", 403)]
    [InlineData("sme.berlin", "busy", 403)]
    [InlineData("sme.berlin", "own", 201)]
    [InlineData("manager.biopmed-imaging", "full", 201)]
    [InlineData("manager.biopmed-imaging", "busy", 201)]
    [InlineData("manager.biopmed-imaging", "own", 403)]
    [InlineData("manager.biocat-structural", "full", 404)]
    [InlineData("funder.berlin", "busy", 404)]
    public async Task I9_only_those_who_see_it_may_make_a_platforms_feed(string login, string audience, int status) =>
        Assert.Equal(status, (await (await host.As(login)).Post("/feeds", At(audience))).Status);

    [Fact]
    public void I9_busy_times_are_given_out_by_managers_alone()
    {
        var reader = new Actor(new PersonId("p"), "P",
            [new Membership("x", "X", OrganisationKind.Facility, [Role.Signatory])]);
        var scope = new FeedScope.Platform(new PlatformId("x"));
        Assert.Equal(FeedRefusal.NotAllowed, FeedRules.WhyNot(reader, scope, FeedAudience.Busy)!.Code);
        Assert.Null(FeedRules.WhyNot(reader, scope, FeedAudience.Full));
    }

    [Fact]
    public async Task What_a_feed_needs_is_said()
    {
        var manager = await host.As(Manager);
        (await manager.Post("/feeds", new { kind = "resource", platformId = "biopmed-imaging", audience = "full" }))
            .Refused(422, "invalidRequest");
        (await manager.Post("/feeds", new
        {
            kind = "resource",
            platformId = "biopmed-imaging",
            resourceId = "none",
            audience = "full",
        })).Refused(404, "resourceUnknown");
        (await manager.Post("/feeds", new { kind = "person", audience = "full", name = new string('x', 101) }))
            .Refused(422, "invalidRequest");
    }

    [Fact]
    public async Task Nobody_else_lists_or_revokes_a_feed()
    {
        var sme = await host.As("sme.berlin");
        var made = await FeedReader.Make(sme, At("own"));
        foreach (var login in (string[])["sme.paris", Manager])
        {
            var other = await host.As(login);
            Assert.DoesNotContain(made.Text("id"), (await other.Get("/feeds")).Text, StringComparison.Ordinal);
            (await other.Send(HttpMethod.Delete, $"/feeds/{made.Text("id")}", null)).Refused(404, "notFound");
        }
        await Follow(made).Text();
    }

    private FeedReader Follow(JsonNode made) => new(host.CreateClient(), made.Text("address"));

    private static async Task<JsonNode> Hold(ApiClient client, string day, string account) =>
        (await client.Book((await client.Quote(Wish.Mri(day), account)).Expect(201), purpose: "A secret purpose"))
            .Expect(201);
}
