using Facilities.Silo.Postgres;
using Facilities.Silo.Sqlite;

namespace Facilities.Silo.Storage;

public enum StorageProvider
{
    Sqlite,
    Postgres,
}

/// <summary>Where everything is kept.</summary>
/// <param name="Connection">A connection string of the provider, such as <c>Data Source=data/facilities.db</c>.</param>
/// <param name="MegabytesMax">
/// How large a SQLite file may become, so that it leaves room for its journal, for backups and for others on the disk;
/// beyond it nothing is written, and reading goes on. Without a limit where it is null.
/// </param>
public sealed record StorageOptions(StorageProvider Provider, string Connection, int? MegabytesMax = null)
{
    public IDialect Open() => Provider switch
    {
        StorageProvider.Sqlite => new SqliteDialect(Connection, MegabytesMax),
        StorageProvider.Postgres => new PostgresDialect(Connection),
        _ => throw new InvalidOperationException($"No database is known as {Provider}."),
    };
}
