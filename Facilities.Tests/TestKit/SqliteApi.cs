using Facilities.Silo.Storage;

namespace Facilities.Tests.TestKit;

/// <summary>One application on SQLite for the tests of a class, which stay out of each other's days.</summary>
public sealed class SqliteApi : IAsyncLifetime
{
    public ApiHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Host = ApiHost.Start(await CatalogueDatabase.Sqlite());

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
