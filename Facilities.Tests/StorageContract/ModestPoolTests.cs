using Facilities.Silo.Postgres;
using Facilities.Silo.Storage;
using Npgsql;

namespace Facilities.Tests.StorageContract;

/// <summary>How many connections a process takes of a server that it shares.</summary>
public sealed class ModestPoolTests
{
    [Theory]
    [InlineData("Host=a;Username=b", 20)]
    [InlineData("Host=a;Maximum Pool Size=7", 7)]
    [InlineData("Host=a;MaxPoolSize=100", 100)]
    public void A_pool_is_modest_where_its_size_is_not_said(string connection, int expected) =>
        Assert.Equal(
            expected, new NpgsqlConnectionStringBuilder(PostgresDialect.WithModestPool(connection)).MaxPoolSize);
}
