using Facilities.Silo.Storage;
using Microsoft.Data.Sqlite;

namespace Facilities.Silo.Sqlite;

/// <summary>What SQLite's errors mean; each line is provoked by a test unless it says otherwise.</summary>
internal static class SqliteFaults
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    public static StorageFault? FaultOf(Exception exception) => exception switch
    {
        SqliteException { SqliteErrorCode: Busy } => StorageFault.Unavailable,
        SqliteException { SqliteErrorCode: Locked } => StorageFault.Unavailable, // shared caches only: not provoked
        SqliteException { SqliteErrorCode: ReadOnly } => StorageFault.Unavailable,
        SqliteException { SqliteErrorCode: InputOutput } => StorageFault.Unavailable, // a failing disk: not provoked
        SqliteException { SqliteErrorCode: Full } => StorageFault.Full,
        SqliteException { SqliteErrorCode: CannotOpen } => StorageFault.Unavailable,
        SqliteException { SqliteErrorCode: NotADatabase } => StorageFault.Unavailable,
        _ => null,
    };
}
