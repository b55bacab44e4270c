using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using Facilities.Silo.Storage;
using NodaTime;

namespace Facilities.Tests.Verification;

/// <summary>Damage beside the events, on both databases: each is named with its place, and nothing else is.</summary>
public sealed class DamagedTableTests
{
    private static readonly ImmutableArray<(string Fault, string Where, string Sql)> Damages =
    [
        ("projectionMissing", "invoices/i-demo-02",
            "delete from invoices where key = (select min(key) from invoices where booking_id = 'demo-02')"),
        ("projectionDiffers", "bookings/demo-01: status is 'held'; by the events it is 'settled'.",
            "update bookings set status = 'held' where key = 'demo-01'"),
        ("projectionDiffers", "bookings/demo-03: waits_for is 'us'; by the events it is nothing.",
            "update bookings set waits_for = 'us' where key = 'demo-03'"),
        ("projectionExtra", "vouchers/stray", "insert into vouchers (key, body) values ('stray', '{}')"),
        ("dueMissing", "booking/demo-22: its deadline",
            "delete from due where stream = 'booking/demo-22' and name = 'deadline'"),
        ("dueDiffers", "booking/demo-23: its deadline",
            "update due set at = (select max(at) from events) where stream = 'booking/demo-23'"),
        ("dueStray", "booking/nobody: its deadline",
            "insert into due (stream, name, at) select 'booking/nobody', 'deadline', max(at) from due"),
        ("dueStray", "booking/demo-01: its resume",
            "insert into due (stream, name, at) select 'booking/demo-01', 'resume', max(at) from due"),
        ("snapshotStray", "snapshots/booking/nobody",
            "insert into snapshots (stream, version, shape, data) values ('booking/nobody', 1, 'x', '{}')"),
        ("outboxStray", "outbox/1: mail of booking/nobody", """
            insert into outbox (id, stream, kind, data, created_at, next_at)
            select 'm-1', 'booking/nobody', 'mail', '{}', max(at), max(at) from events
            """),
        ("outboxLate", "outbox/2: mail of booking/demo-01", """
            insert into outbox (id, stream, kind, data, created_at, next_at)
            select 'm-2', 'booking/demo-01', 'mail', '{}', min(at), max(at) from events
            """),
        ("outboxFailing", "outbox/3: mail of booking/demo-01 failed 10 times: no such host", """
            insert into outbox (id, stream, kind, data, created_at, next_at, attempts, last_error)
            select 'm-3', 'booking/demo-01', 'mail', '{}', max(at), max(at), 10, 'no such host' from events
            """),
        ("commandMissing", "cluster/biopmed#3",
            "delete from commands where stream = 'cluster/biopmed' and version = 3"),
        ("commandStray", "booking/demo-02#99",
            "insert into commands (stream, command, hash, version) values ('booking/demo-02', 'c', 'h', 99)"),
        ("commandTwice", "booking/demo-05#2",
            "update commands set version = version + 1 where stream = 'booking/demo-05' and version = 2"),
        ("sealBroken", "quotes/", """
            update quotes set body = replace(body, 'sha256:', 'sha256:0')
            where key = (select min(key) from quotes)
            """),
        ("quoteUnreadable", "quotes/", "update quotes set body = '[]' where key = (select max(key) from quotes)"),
        ("timeReversed", "cluster/biopmed#2",
            "update events set at = (select max(at) from due) where stream = 'cluster/biopmed' and version = 1"),
    ];

    [Theory]
    [InlineData(StorageProvider.Sqlite)]
    [InlineData(StorageProvider.Postgres)]
    public async Task Each_damage_is_named_with_its_place_and_nothing_else_is(StorageProvider provider)
    {
        await using var database = await SoundDatabase.Copy(provider);
        (await database.Verify()).IsSound();
        foreach (var (_, _, sql) in Damages) await database.Damage(sql);
        var found = await database.Verify();
        foreach (var (fault, where, _) in Damages) found.Names(fault, where);
        Assert.Equal(
            Damages.GroupBy(d => d.Fault).OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => KeyValuePair.Create(g.Key, g.Key == "commandStray" ? 2 : g.Count())),
            found.Faults.ByName);
        Assert.Contains("fault projectionDiffers: 2", found.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StorageProvider.Sqlite)]
    [InlineData(StorageProvider.Postgres)]
    public async Task A_kept_state_is_compared_with_replay_and_ignored_where_its_shape_is_another(
        StorageProvider provider)
    {
        await using var database = await SoundDatabase.Copy(provider);
        var stream = new StreamName("account/havel-biologics");
        const int version = 10;
        var kept = await StateAt(database, stream, version);
        await Keep(database, stream, version, KeptState<AccountState>.Shape, kept.ToJson());
        (await database.Verify()).IsSound();

        var other = kept with { State = kept.State with { Profile = kept.State.Profile! with { Name = "Somebody" } } };
        await Keep(database, stream, version, KeptState<AccountState>.Shape, other.ToJson());
        (await database.Verify()).Names("snapshotDiffers", $"{stream}#{version}: /state/profile/name is \"Somebody\"");

        await Keep(database, stream, version, "another", other.ToJson());
        var ignored = await database.Verify();
        ignored.IsSound();
        Assert.Equal(1, ignored.Faults.Notes["snapshotIgnored"]);

        await Keep(database, stream, 999, KeptState<AccountState>.Shape, kept.ToJson());
        (await database.Verify()).Names("snapshotDiffers", $"{stream}#999");
    }

    private static async Task<KeptState<AccountState>> StateAt(SoundDatabase database, StreamName stream, int version)
    {
        await using var store = new EventStore(database.Dialect);
        var events = (await store.Load(stream, "")).Events.Take(version).ToArray();
        var state = events.Aggregate(AccountState.Nobody,
            (state, stored) => AccountState.Evolve(state, (AccountEvent)EventNames.Read(stored.Event), stored.At));
        return new KeptState<AccountState>(events[^1].At, state);
    }

    private static async Task Keep(
        SoundDatabase database, StreamName stream, long version, string shape, string data) =>
        await database.Damage("""
            insert into snapshots (stream, version, shape, data) values (@stream, @version, @shape, @data)
            on conflict (stream) do update set version = @version, shape = @shape, data = @data
            """, new { stream = stream.Value, version, shape, data });
}
