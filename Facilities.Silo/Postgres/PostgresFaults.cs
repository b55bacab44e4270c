using System.Net.Sockets;
using Facilities.Silo.Storage;
using Npgsql;

namespace Facilities.Silo.Postgres;

/// <summary>What PostgreSQL's errors mean; each line is provoked by a test unless it says otherwise.</summary>
internal static class PostgresFaults
{
    public static StorageFault? FaultOf(Exception exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected } => StorageFault.Collision,
        PostgresException { SqlState: PostgresErrorCodes.SerializationFailure } => StorageFault.Collision,
        PostgresException { SqlState: PostgresErrorCodes.AdminShutdown } => StorageFault.ConnectionLost,
        PostgresException { SqlState: PostgresErrorCodes.CrashShutdown } => StorageFault.ConnectionLost, // not provoked
        PostgresException { SqlState: PostgresErrorCodes.CannotConnectNow } => StorageFault.Unavailable, // not provoked
        PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } => StorageFault.Unavailable,
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } => StorageFault.Unavailable,
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => StorageFault.Unavailable,
        PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } => StorageFault.Unavailable,
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => StorageFault.Full, // not provoked
        PostgresException { SqlState: PostgresErrorCodes.OutOfMemory } => StorageFault.Unavailable, // not provoked
        PostgresException { SqlState: PostgresErrorCodes.IoError } => StorageFault.Unavailable, // not provoked
        PostgresException => null,
        NpgsqlException { InnerException: TimeoutException } => StorageFault.Unavailable,
        NpgsqlException { InnerException: SocketException } => StorageFault.ConnectionLost,
        NpgsqlException { InnerException: IOException } => StorageFault.ConnectionLost,
        _ => null,
    };
}
