using System.Text.Json.Nodes;
using Dapper;
using Facilities.Grains.Services;
using Facilities.Silo.Storage;
using Facilities.Tests.Recovery;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Upgrades;

public sealed class SqliteNewerData : NewerDataTests
{
    protected override Task<StorageOptions> Database() => CatalogueDatabase.Sqlite();
}

public sealed class PostgresNewerData : NewerDataTests
{
    protected override Task<StorageOptions> Database() => CatalogueDatabase.Postgres();
}

/// <summary>
/// During an upgrade this process may be the older one: what it does with events, rows, columns and due work that a
/// newer one wrote. It decides nothing on what it cannot read, says so, and goes on with the rest.
/// </summary>
public abstract class NewerDataTests
{
    private static readonly Wish First = Wish.Mri("2027-02-01");
    private static readonly Wish Second = Wish.Mri("2027-02-02");

    protected abstract Task<StorageOptions> Database();

    [Theory]
    [InlineData("booking.annotated.v2", "{}")]
    [InlineData("booking.holdExtended.v1", """{"heldUntil": "2026-12-01T10:00:00Z", "reason": "of the future"}""")]
    public async Task A_booking_that_a_newer_process_went_on_with_is_left_to_it_and_others_go_on(
        string name, string data)
    {
        using var host = ApiHost.Start(await Database());
        var sme = await host.As("sme.berlin");
        var (theirs, ours) = (await sme.Hold(First), await sme.Hold(Second));
        await NewerEvent(host, $"booking/{theirs.Id()}", name, data);

        var answer = await sme.Get($"/bookings/{theirs.Id()}");
        answer.Refused(503, "newerVersion");
        (await sme.Sign(theirs)).Refused(503, "newerVersion");
        (await sme.Post($"/bookings/{theirs.Id()}/cancellation", new { reason = "" })).Refused(503, "newerVersion");
        Assert.Equal("confirmed", (await sme.Confirm(ours)).Status());

        // What falls due of it waits, and keeps nothing else waiting.
        var third = await sme.Hold(Wish.Mri("2027-02-03"));
        var versions = await Count(host, $"select max(version) from events where stream = 'booking/{theirs.Id()}'");
        await host.Advance(Duration.FromHours(2));
        Assert.Equal("expired", (await sme.Booking(third.Id())).Status());
        Assert.Equal(versions, await Count(
            host, $"select max(version) from events where stream = 'booking/{theirs.Id()}'"));
        Assert.Equal(1, await Count(host, $"select count(*) from due where stream = 'booking/{theirs.Id()}'"));
        (await sme.Quote(First)).Refused(409, "slotTaken");
    }

    [Fact]
    public async Task A_platform_that_a_newer_process_changed_takes_nothing_here_and_the_others_do()
    {
        using var host = ApiHost.Start(await Database());
        var sme = await host.As("sme.berlin");
        var quote = (await sme.Quote(First)).Expect(201);
        await NewerEvent(host, "platform/biopmed-imaging", "platform.moved.v1", "{}");
        (await sme.Book(quote)).Refused(503, "newerVersion");
        (await sme.Quote(Second)).Refused(503, "newerVersion");
        Assert.Equal("held", (await sme.Hold(Elsewhere)).Status());
        Assert.Equal(0, await Count(host, """
            select count(*) from events where stream = 'platform/biopmed-imaging' and name = 'platform.slotsHeld.v1'
            """));
    }

    [Fact]
    public async Task Due_work_of_a_kind_that_only_a_newer_version_knows_keeps_nothing_waiting()
    {
        using var host = ApiHost.Start(await Database());
        var sme = await host.As("sme.berlin");
        var booking = await sme.Hold(First);
        await Execute(host, """
            insert into due (stream, name, at) select 'mentor/m-1', 'remind', min(at) from due
            """);
        await host.Advance(Duration.FromHours(2));
        Assert.Equal("expired", (await sme.Booking(booking.Id())).Status());
        Assert.Equal(1, await Count(host, "select count(*) from due where stream = 'mentor/m-1'"));
    }

    [Fact]
    public async Task Columns_and_tables_that_a_newer_version_adds_under_a_running_process_do_not_disturb_it()
    {
        using var host = ApiHost.Start(await Database());
        var sme = await host.As("sme.berlin");
        var before = await sme.Hold(First);
        foreach (var table in (string[])["events", "commands", "due", "outbox", "snapshots", "people", "tokens"])
            await Execute(host, $"alter table {table} add column colour text not null default 'red'");
        foreach (var table in (string[])["bookings", "booking_items", "quotes", "vouchers", "postings", "requests"])
            await Execute(host, $"alter table {table} add column colour text");
        await Execute(host, "create table offers (key text primary key)");
        await Execute(host, "insert into schema_migrations (number, name) values (9001, '9001_colours')");

        Assert.Equal("confirmed", (await sme.Confirm(before)).Status());
        Assert.Equal("confirmed", (await sme.Confirm(await sme.Hold(Second))).Status());
        // One that starts now finds the newer schema, and learns its columns.
        using var another = ApiHost.Start(host.Storage);
        var there = await another.As("sme.berlin");
        Assert.Equal("confirmed", (await there.Booking(before.Id())).Status());
        Assert.Equal("confirmed", (await there.Confirm(await there.Hold(Wish.Mri("2027-02-03")))).Status());
        Assert.Contains(": no fault.", await Operator.Succeeds(host.Storage, "verify"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_that_only_a_newer_version_can_read_is_answered_so_and_a_member_it_added_is_passed_over()
    {
        using var host = ApiHost.Start(await Database());
        var sme = await host.As("sme.berlin");
        var booking = await sme.Hold(First);
        var body = await host.Service<IDatabase>().Read(connection => connection.ExecuteScalarAsync<string>(
            "select body from bookings"));
        var json = JsonNode.Parse(body!)!.AsObject();
        json["colour"] = "red";
        await SetBody();
        (await sme.Get($"/bookings?accountId={ApiClient.Account}")).Expect(200);
        json["status"] = "dreamt";
        await SetBody();
        (await sme.Get($"/bookings?accountId={ApiClient.Account}")).Refused(503, "newerVersion");
        Assert.Equal("held", (await sme.Booking(booking.Id())).Status());

        Task SetBody() => host.Service<IDatabase>().Read(connection => connection.ExecuteAsync(
            "update bookings set body = @body", new { body = json.ToJsonString() }));
    }

    private static Wish Elsewhere => new("biotop-proteomics", "ms-session", "2027-02-02T09:00:00+01:00", "PT3H");

    private static Task NewerEvent(ApiHost host, string stream, string name, string data) =>
        host.Service<IDatabase>().Read(connection => connection.ExecuteAsync("""
            insert into events (stream, version, name, data, at, command, "by")
            select stream, version + 1, @name, @data, at, 'newer', "by" from events
            where stream = @stream order by version desc limit 1
            """, new { stream, name, data }));

    private static Task<int> Execute(ApiHost host, string sql) =>
        host.Service<IDatabase>().Read(connection => connection.ExecuteAsync(sql));

    private static Task<long> Count(ApiHost host, string sql) =>
        host.Service<IDatabase>().Read(connection => connection.ExecuteScalarAsync<long>(sql));
}
