namespace Facilities.Silo.Storage;

public enum StorageProvider
{
    Sqlite,
    Postgres,
}

/// <summary>Where everything is kept.</summary>
/// <param name="Connection">A connection string of the provider, such as <c>Data Source=data/facilities.db</c>.</param>
public sealed record StorageOptions(StorageProvider Provider, string Connection)
{
    public IDialect Open() => Provider switch
    {
        StorageProvider.Sqlite => new SqliteDialect(Connection),
        StorageProvider.Postgres => new PostgresDialect(Connection),
        _ => throw new InvalidOperationException($"No database is known as {Provider}."),
    };
}
