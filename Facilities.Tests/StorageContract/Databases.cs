using Dapper;
using Facilities.Silo.Storage;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.StorageContract;

public sealed class SqliteStorage(SqliteFixture fixture) : DatabaseContract(fixture), IClassFixture<SqliteFixture>
{
    [Fact]
    public async Task A_row_that_changes_stays_in_its_place_in_the_file()
    {
        await Events.WriteRows([Quote("first"), Quote("second")]);
        var place = await PlaceOf("first");

        await Events.WriteRows([Quote("first", ("account_id", "a-1"))]);

        Assert.Equal(place, await PlaceOf("first"));

        Task<long> PlaceOf(string key) => fixture.Dialect.Read(connection =>
            connection.ExecuteScalarAsync<long>("select rowid from quotes where key = @key", new { key }));
    }
}

public sealed class PostgresStorage(PostgresFixture fixture)
    : DatabaseContract(fixture), IClassFixture<PostgresFixture>;

/// <summary>A migrated database for the tests of one class.</summary>
public abstract class DatabaseFixture : IAsyncLifetime
{
    private IDialect? dialect;

    public StorageOptions Options { get; private set; } = null!;

    /// <summary>Skips or fails the test where the database is missing.</summary>
    public virtual void Require()
    {
    }

    public IDialect Dialect => dialect!;

    /// <summary>Another empty database.</summary>
    public abstract Task<StorageOptions> NewDatabase();

    public virtual async ValueTask InitializeAsync()
    {
        Options = await NewDatabase();
        dialect = Options.Open();
        await Migrator.Run(dialect);
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (dialect is not null) await dialect.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

public sealed class SqliteFixture : DatabaseFixture
{
    private readonly string folder = Directory.CreateTempSubdirectory("facilities-sqlite-").FullName;
    private int databases;

    public override Task<StorageOptions> NewDatabase() => Task.FromResult(new StorageOptions(
        StorageProvider.Sqlite, $"Data Source={folder}/new/{Interlocked.Increment(ref databases)}.db"));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}

public sealed class PostgresFixture : DatabaseFixture
{
    private readonly bool installed = PostgresCluster.IsInstalled;

    public override void Require() => PostgresCluster.Require();

    public override async Task<StorageOptions> NewDatabase() =>
        new(StorageProvider.Postgres, await PostgresCluster.NewDatabase());

    public override ValueTask InitializeAsync() => installed ? base.InitializeAsync() : ValueTask.CompletedTask;
}
