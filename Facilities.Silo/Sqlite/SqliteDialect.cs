using System.Data.Common;
using System.Runtime.CompilerServices;
using Dapper;
using Facilities.Silo.Storage;
using Microsoft.Data.Sqlite;
using NodaTime;

namespace Facilities.Silo.Sqlite;

/// <summary>SQLite in a file of its own, with its write-ahead log synchronised at every commit.</summary>
public sealed class SqliteDialect : IDialect
{
    private const int BusySeconds = 5;

    // 16 MB. A commit that copies them holds up all others; in a running marketplace they are copied beside them.
    private const int LogPagesMax = 4_000;

    // The pages of indexes that a writer comes back to; at the usual 2 MB it reads them from the file each time. More
    // would cost more than it saves: where a page was split SQLite looks through all that are kept at the next commit.
    private const int WriterKilobytes = 8_000;

    private readonly string connectionString;
    private readonly int? megabytesMax;

    // What is set stays with a connection through the pool, and setting it takes longer than most queries.
    private readonly ConditionalWeakTable<SQLitePCL.sqlite3, object> prepared = [];

    public SqliteDialect(string connection, int? megabytesMax = null)
    {
        this.megabytesMax = megabytesMax;
        var settings = new SqliteConnectionStringBuilder(connection) { ForeignKeys = true };
        if (!settings.ShouldSerialize("Default Timeout")) settings.DefaultTimeout = BusySeconds;
        connectionString = settings.ToString();
        var folder = Path.GetDirectoryName(Path.GetFullPath(settings.DataSource));
        if (folder is not null) Directory.CreateDirectory(folder);
    }

    public string Migrations => "Sqlite";

    public async Task<DbConnection> Open(CancellationToken cancel = default) =>
        await this.Named(() => Task.FromResult(OpenConnection()));

    public Task<T> Read<T>(Func<DbConnection, Task<T>> query, CancellationToken cancel = default) =>
        this.Named(async () =>
        {
            await using var connection = OpenConnection();
            return await query(connection);
        });

    public Task<DbTransaction> BeginMigration(DbConnection connection, CancellationToken cancel) =>
        Task.FromResult<DbTransaction>(((SqliteConnection)connection).BeginTransaction(deferred: false));

    public Task<IBatchWriter> OpenWriter()
    {
        var connection = OpenConnection();
        using var settings = new SqliteCommand($"pragma cache_size = -{WriterKilobytes}", connection);
        settings.ExecuteNonQuery();
        return Task.FromResult<IBatchWriter>(new SqliteBatchWriter(connection));
    }

    public IBatchWriter WriterOn(DbConnection connection) => new SqliteBatchWriter((SqliteConnection)connection);

    // A reader of the write-ahead log sees it as it was at its first read. Meanwhile checkpoints copy only what is
    // older, so the log file grows by what is written; the next checkpoint after the end uses it anew.
    public Task BeginReading(DbConnection connection) => connection.ExecuteAsync("begin deferred");

    public Task BeginRepair(DbConnection connection, IReadOnlyCollection<string> tables) =>
        connection.ExecuteAsync("begin immediate");

    public StorageFault? FaultOf(Exception exception) => SqliteFaults.FaultOf(exception);

    public object Param(Instant instant) => InstantHandler.ToText(instant);

    public Instant InstantOf(object value) => InstantHandler.Of(value);

    private SqliteConnection OpenConnection()
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            if (prepared.TryGetValue(connection.Handle!, out _)) return connection;
            using var settings = connection.CreateCommand();
            settings.CommandText = $"""
                pragma busy_timeout = {connection.DefaultTimeout * 1000};
                pragma journal_mode = wal;
                pragma synchronous = full;
                pragma wal_autocheckpoint = {LogPagesMax};
                """;
            settings.ExecuteNonQuery();
            if (megabytesMax is { } megabytes) Limit(settings, megabytes);
            prepared.AddOrUpdate(connection.Handle!, this);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Limit(SqliteCommand command, long megabytes)
    {
        command.CommandText = "pragma page_size";
        var pages = megabytes * 1024 * 1024 / (long)command.ExecuteScalar()!;
        command.CommandText = $"pragma max_page_count = {pages}";
        command.ExecuteNonQuery();
    }

    public ValueTask DisposeAsync()
    {
        using var connection = new SqliteConnection(connectionString);
        SqliteConnection.ClearPool(connection);
        return ValueTask.CompletedTask;
    }
}
