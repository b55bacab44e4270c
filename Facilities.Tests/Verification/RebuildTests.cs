using Dapper;
using Facilities.Silo.Rebuilding;
using Facilities.Silo.Storage;
using Facilities.Silo.Verification;
using NodaTime;

namespace Facilities.Tests.Verification;

/// <summary>Projections made again from the log.</summary>
public sealed class RebuildTests
{
    [Theory]
    [InlineData(StorageProvider.Sqlite)]
    [InlineData(StorageProvider.Postgres)]
    public async Task What_drifted_is_made_right_and_what_was_right_is_left_alone(StorageProvider provider)
    {
        await using var database = await SoundDatabase.Copy(provider);
        // The demonstration has none of these: one too much is taken away.
        string[] empty = ["programme_drafts", "applications", "application_checks"];
        foreach (var table in StoredTables.Rebuilt)
            await database.Damage(empty.Contains(table)
                ? $"insert into {table} (key, body) values ('stray', '{{}}')"
                : $"delete from {table}");
        await database.Damage("insert into bookings (key, body) values ('stray', '{}')");
        Assert.True((await database.Verify()).Faults.Count > 0);
        var (changed, _) = await database.Rebuild();
        Assert.Equal(StoredTables.Rebuilt.Order(), changed!.Keys.Order());
        (await database.Verify()).IsSound();

        await database.Damage("update bookings set status = 'held' where key = 'demo-01'");
        await database.Damage("update due set at = (select min(at) from events) where stream = 'booking/demo-22'");
        var (again, output) = await database.Rebuild();
        Assert.Equal([KeyValuePair.Create("bookings", 1), KeyValuePair.Create("due", 1)], again!.OrderBy(c => c.Key));
        Assert.Contains(
            "CHANGE bookings/demo-01: status is 'held'; by the events it is 'settled'", output,
            StringComparison.Ordinal);
        (await database.Verify()).IsSound();
        Assert.Empty((await database.Rebuild()).Changed!);
    }

    [Fact]
    public async Task Only_what_was_named_is_rebuilt()
    {
        await using var database = await SoundDatabase.Copy(StorageProvider.Sqlite);
        await database.Damage("delete from postings");
        await database.Damage("delete from claims");
        Assert.Equal(["claims"], (await database.Rebuild("claims")).Changed!.Keys);
        Assert.Equal(["projectionMissing"], (await database.Verify()).Faults.ByName.Keys);
    }

    [Fact]
    public async Task A_damaged_log_is_no_ground_to_build_on()
    {
        await using var database = await SoundDatabase.Copy(StorageProvider.Sqlite);
        await database.Damage("delete from events where stream = 'booking/demo-01' and version = 1");
        await database.Damage("update bookings set status = 'held' where key = 'demo-03'");
        var (changed, output) = await database.Rebuild();
        Assert.Null(changed);
        Assert.Contains("nothing was changed", output, StringComparison.Ordinal);
        Assert.Equal("held", await database.Dialect.Read(connection =>
            connection.QuerySingleAsync<string>("select status from bookings where key = 'demo-03'")));
    }

    [Theory]
    [InlineData(StorageProvider.Sqlite)]
    [InlineData(StorageProvider.Postgres)]
    public async Task Every_table_is_in_the_list(StorageProvider provider)
    {
        await using var database = await SoundDatabase.Copy(provider);
        var tables = await database.Dialect.Read(connection => connection.QueryAsync<string>(
            provider == StorageProvider.Sqlite
                ? "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"
                : "select table_name::text from information_schema.tables where table_schema = current_schema()"));
        Assert.Equal(
            ((string[])
            [
                .. StoredTables.Log, .. StoredTables.Rebuilt, StoredTables.Snapshots, .. StoredTables.Primary,
            ]).Order(StringComparer.Ordinal), tables.Order(StringComparer.Ordinal));
    }
}
