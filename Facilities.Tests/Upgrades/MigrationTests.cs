using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Facilities.Grains.Bookings;
using Facilities.Silo.Operation;
using Facilities.Silo.Storage;
using Facilities.Tests.Recovery;
using Facilities.Tests.StorageContract;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Upgrades;

/// <summary>Migrations: a released one never changes, and a new one leaves room for the version before.</summary>
public sealed class MigrationTests
{
    private static readonly string Folder =
        Path.Combine(Repository.Root, "Facilities.Silo", "Storage", "Migrations");

    public static TheoryData<string> Versions => FixtureTests.Versions;

    public static TheoryData<string> Files => [.. All];

    private static IEnumerable<string> All => Directory.GetFiles(Folder, "*.sql", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal);

    /// <summary>The checksums of all migrations as they are: one line for each.</summary>
    public static string Sums() => string.Concat(All.Select(file => $"{Sum(file)}  {file}\n"));

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_released_migration_is_never_edited(string version)
    {
        var released = File.ReadAllLines(Fixtures.MigrationsOf(version)).Select(line => line.Split("  ")).ToArray();
        Assert.NotEmpty(released);
        foreach (var line in released)
        {
            var (sum, file) = (line[0], line[1]);
            Assert.True(All.Contains(file), $"{file} was released with {version} and is gone.");
            Assert.True(
                Sum(file) == sum,
                $"{file} was released with {version}, so databases hold what it made: bring it back, and add another.");
        }
        var newest = released.Select(line => Path.GetFileName(line[1])).Max(StringComparer.Ordinal);
        var added = All.Except(released.Select(line => line[1]));
        Assert.All(added, file => Assert.True(
            string.CompareOrdinal(Path.GetFileName(file), newest) > 0, $"{file} comes before what was released."));
    }

    [Fact]
    public void Both_databases_have_the_same_migrations() => Assert.Equal(
        All.Where(f => f.StartsWith("Postgres/", StringComparison.Ordinal)).Select(Path.GetFileName),
        All.Where(f => f.StartsWith("Sqlite/", StringComparison.Ordinal)).Select(Path.GetFileName));

    [Theory]
    [MemberData(nameof(Files))]
    public void A_migration_leaves_room_for_the_version_before(string file) =>
        Assert.Empty(ExpandOnly.Faults(File.ReadAllText(Path.Combine(Folder, file))));

    [Theory]
    [InlineData("drop table quotes")]
    [InlineData("alter table quotes drop column body")]
    [InlineData("alter table quotes rename to offers")]
    [InlineData("ALTER TABLE quotes\n  RENAME COLUMN body TO content;")]
    [InlineData("alter table events alter column data type jsonb")]
    [InlineData("alter table events alter data set data type jsonb")]
    [InlineData("alter table people alter column password_hash set not null")]
    [InlineData("alter table people add column nickname text not null")]
    [InlineData("alter table people add nickname text not null")]
    [InlineData("alter table bookings add column colour text not null default 'red'")]
    [InlineData("alter table people add column nickname text unique")]
    [InlineData("alter table events add constraint named check (name <> '')")]
    [InlineData("create unique index people_by_name on people (name)")]
    [InlineData("delete from snapshots")]
    [InlineData("truncate snapshots")]
    [InlineData("create trigger t after insert on events for each row execute function f()")]
    [InlineData("create table a (key text); drop table quotes -- no longer used")]
    public void A_migration_that_breaks_an_older_process_is_found(string sql)
    {
        Assert.Single(ExpandOnly.Faults(sql));
        Assert.Empty(ExpandOnly.Faults(
            sql + "\n; insert into settings (key, value) values ('schema.floor', '5')"));
    }

    [Theory]
    [InlineData("-- drop table quotes\ncreate table offers (key text primary key, body text not null)")]
    [InlineData("create table offers (key text); create unique index offers_key on offers (key)")]
    [InlineData("alter table bookings add column colour text")]
    [InlineData("alter table people add column nickname text not null default ''")]
    [InlineData("create index events_name on events (name)")]
    [InlineData("insert into settings (key, value) values ('typed', 'x')")]
    public void A_migration_that_only_adds_is_let_pass(string sql) => Assert.Empty(ExpandOnly.Faults(sql));

    [Theory]
    [InlineData(StorageProvider.Sqlite)]
    [InlineData(StorageProvider.Postgres)]
    public async Task An_older_program_runs_on_a_newer_schema_that_leaves_room_and_on_no_other(StorageProvider provider)
    {
        if (provider == StorageProvider.Postgres) PostgresCluster.Require();
        await using DatabaseFixture fixture =
            provider == StorageProvider.Sqlite ? new SqliteFixture() : new PostgresFixture();
        await fixture.InitializeAsync();
        await Execute("insert into schema_migrations (number, name) values (9001, '9001_from_the_future')");
        Assert.Contains("9001_from_the_future",
            await Operator.Succeeds(fixture.Options, "migrate"), StringComparison.Ordinal);

        await Execute($"insert into settings (key, value) values ('{Migrator.FloorSetting}', '3')");
        await Operator.Succeeds(fixture.Options, "migrate");
        await Execute($"update settings set value = '9001' where key = '{Migrator.FloorSetting}'");
        var (code, output) = await Operator.Run(fixture.Options, "migrate");
        Assert.Equal(OperatorCommands.Failed, code);
        Assert.Contains("Start the newer version", output, StringComparison.Ordinal);

        Task<int> Execute(string sql) => fixture.Dialect.Read(connection => connection.ExecuteAsync(sql));
    }

    [Theory]
    [InlineData(StorageProvider.Sqlite)]
    [InlineData(StorageProvider.Postgres)]
    public async Task Rows_of_bookings_no_longer_say_what_work_an_older_program_was_at(StorageProvider provider)
    {
        if (provider == StorageProvider.Postgres) PostgresCluster.Require();
        await using DatabaseFixture fixture =
            provider == StorageProvider.Sqlite ? new SqliteFixture() : new PostgresFixture();
        await fixture.InitializeAsync();
        var works = Enum.GetNames<PendingWork>().Select(JsonNamingPolicy.CamelCase.ConvertName).ToArray();
        await fixture.Dialect.Read(connection => connection.ExecuteAsync(
            "insert into bookings (key, body) values (@work, @body)",
            works.Select(work => new { work, body = $$"""{"id":"{{work}}","pending":"{{work}}","quote":null}""" })));

        var sql = await File.ReadAllTextAsync(
            Path.Combine(Folder, provider.ToString(), "0020_bookings_without_pending.sql"),
            TestContext.Current.CancellationToken);
        await fixture.Dialect.Read(connection => connection.ExecuteAsync(sql));

        var bodies = await fixture.Dialect.Read(connection => connection.QueryAsync<string>(
            "select body from bookings order by key"));
        Assert.Equal(
            works.Order(StringComparer.Ordinal).Select(work => $$"""{"id":"{{work}}","pending":"none","quote":null}"""),
            bodies);
    }

    private static string Sum(string file) => Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes(File.ReadAllText(Path.Combine(Folder, file)).ReplaceLineEndings("\n"))));
}
