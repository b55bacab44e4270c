using System.Data.Common;
using Facilities.Grains.Runtime;

namespace Facilities.Silo.Storage;

/// <summary>All that differs between the databases.</summary>
public interface IDialect : IDatabase, IAsyncDisposable
{
    /// <summary>The folder of this database's migrations.</summary>
    string Migrations { get; }

    /// <summary>Begins a transaction that only one process at a time can be in.</summary>
    Task<DbTransaction> BeginMigration(DbConnection connection, CancellationToken cancel);

    /// <summary>A connection to write batches by.</summary>
    Task<IBatchWriter> OpenWriter();

    /// <summary>Writes batches on a connection that is open, in the transaction that it is in.</summary>
    IBatchWriter WriterOn(DbConnection connection);

    /// <summary>
    /// Begins to read: until the rollback the connection sees everything as of one moment, whatever others write, and
    /// keeps nobody from writing. Only temporary tables can be written.
    /// </summary>
    Task BeginReading(DbConnection connection);

    /// <summary>Begins to repair tables: until the end nobody else writes to them, nor any event.</summary>
    Task BeginRepair(DbConnection connection, IReadOnlyCollection<string> tables);

    /// <summary>What an exception of the driver means; null where it is a bug and no fault of the database.</summary>
    StorageFault? FaultOf(Exception exception);
}

/// <summary>What went wrong in the database.</summary>
public enum StorageFault
{
    /// <summary>Two writers stood in each other's way and nothing was stored: do the same again.</summary>
    Collision,
    /// <summary>The connection broke; a new one may work.</summary>
    ConnectionLost,
    /// <summary>The database cannot work now: busy, read-only, shutting down.</summary>
    Unavailable,
    /// <summary>There is no space to write; what is there can be read.</summary>
    Full,
}

/// <summary>One connection that carries batches to the database, one transaction each.</summary>
public interface IBatchWriter : IAsyncDisposable
{
    /// <summary>What the store holds of streams and commands.</summary>
    Task<StreamFacts> Read(IReadOnlyCollection<StreamName> streams, IReadOnlyCollection<CommandKey> commands);

    /// <summary>Writes in the transaction that the connection is in.</summary>
    /// <returns>The inserts whose keys were free.</returns>
    Task<IReadOnlySet<RowKey>> Write(BatchWrites writes);

    /// <summary>
    /// Writes a batch in a transaction of its own and commits it; null, and nothing stored, where a version of a stream
    /// or a command is there already.
    /// </summary>
    /// <returns>The inserts whose keys were free.</returns>
    Task<IReadOnlySet<RowKey>?> Store(BatchWrites writes);
}

internal static class Faults
{
    public static StorageUnavailableException Unavailable(Exception cause) =>
        new("The database cannot be reached or did not answer in time; try again later.", cause);

    public static async Task<T> Named<T>(this IDialect dialect, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception cause) when (dialect.FaultOf(cause) is not null)
        {
            throw Unavailable(cause);
        }
    }
}
