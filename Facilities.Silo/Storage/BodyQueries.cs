using System.Collections.Immutable;
using System.Text.Json;
using Dapper;
using Facilities.Grains.Kernel;

namespace Facilities.Silo.Storage;

/// <summary>Reads projections whose rows carry their whole content as JSON.</summary>
public static class BodyQueries
{
    public static Task<ImmutableArray<T>> Bodies<T>(this IDatabase database, string sql, object? parameters = null) =>
        database.Read(async connection => (await connection.QueryAsync<string>(sql, parameters))
            .Select(body => JsonSerializer.Deserialize<T>(body, Json.Options)!).ToImmutableArray());

    public static async Task<T?> Body<T>(this IDatabase database, string sql, object parameters) where T : class =>
        (await database.Bodies<T>(sql, parameters)).SingleOrDefault();
}
