using System.Data.Common;
using Dapper;
using Facilities.Silo.Storage;
using NodaTime;
using Npgsql;

namespace Facilities.Silo.Postgres;

/// <summary>PostgreSQL 15 or later.</summary>
public sealed class PostgresDialect : IDialect
{
    // Any number, as long as every process that migrates uses the same: "facility" in ASCII.
    private const long MigrationLock = 0x666163696c697479;

    // Longer than any batch takes.
    private const int LockSeconds = 20;

    // Several processes share a server, which by default takes a hundred connections from all of them.
    private const int PoolMax = 20;

    private readonly NpgsqlDataSource source;

    public PostgresDialect(string connection)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection);
        settings.ApplicationName ??= "Facilities";
        // The store sends the same few statements for ever.
        if (settings.MaxAutoPrepare == 0) settings.MaxAutoPrepare = 100;
        source = NpgsqlDataSource.Create(settings);
    }

    public string Migrations => "Postgres";

    /// <summary>The connection string with a pool of a size that leaves room for others, where it names none.</summary>
    public static string WithModestPool(string connection)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection);
        // Asking for the key would find every key that the driver knows.
        if (!settings.ShouldSerialize("Maximum Pool Size")) settings.MaxPoolSize = PoolMax;
        return settings.ConnectionString;
    }

    public Task<DbConnection> Open(CancellationToken cancel = default) =>
        this.Named<DbConnection>(async () => await source.OpenConnectionAsync(cancel));

    public Task<T> Read<T>(Func<DbConnection, Task<T>> query, CancellationToken cancel = default) =>
        this.Named(async () =>
        {
            await using var connection = await source.OpenConnectionAsync(cancel);
            return await query(connection);
        });

    public async Task<DbTransaction> BeginMigration(DbConnection connection, CancellationToken cancel)
    {
        var transaction = await connection.BeginTransactionAsync(cancel);
        await connection.ExecuteAsync(
            "select pg_advisory_xact_lock(@MigrationLock)", new { MigrationLock }, transaction);
        return transaction;
    }

    public async Task<IBatchWriter> OpenWriter()
    {
        var connection = await source.OpenConnectionAsync();
        // An answer must outlive a crash, whatever the server's default is. Snapshots are large and written often: the
        // quicker compression, where the server has it.
        await connection.ExecuteAsync("""
            select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off';
            select set_config(name, 'lz4', false) from pg_settings
            where name = 'default_toast_compression' and 'lz4' = any(enumvals)
            """);
        return new PostgresBatchWriter(connection);
    }

    public IBatchWriter WriterOn(DbConnection connection) => new PostgresBatchWriter((NpgsqlConnection)connection);

    public Task BeginReading(DbConnection connection) =>
        connection.ExecuteAsync("begin isolation level repeatable read, read only");

    // Every append writes events first, so whoever holds them waits for nobody who holds a row.
    public Task BeginRepair(DbConnection connection, IReadOnlyCollection<string> tables) =>
        connection.ExecuteAsync($"""
            begin isolation level read committed; set local lock_timeout = '{LockSeconds}s';
            lock table events in share row exclusive mode;
            lock table {string.Join(", ", tables)} in share row exclusive mode
            """);

    public StorageFault? FaultOf(Exception exception) => PostgresFaults.FaultOf(exception);

    public object Param(Instant instant) => InstantHandler.ToTimestamp(instant);

    public Instant InstantOf(object value) => InstantHandler.Of(value);

    public ValueTask DisposeAsync() => source.DisposeAsync();
}
