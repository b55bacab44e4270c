using System.Collections.Immutable;
using System.Text.Json;
using Dapper;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;

namespace Facilities.Silo.Storage;

/// <summary>Reads projections whose rows carry their whole content as JSON.</summary>
public static class BodyQueries
{
    public static Task<ImmutableArray<T>> Bodies<T>(this IDatabase database, string sql, object? parameters = null) =>
        database.Read(async connection => (await connection.QueryAsync<string>(sql, parameters))
            .Select(Body<T>).ToImmutableArray());

    /// <summary>A row's content. Members that a newer version added are passed over.</summary>
    /// <exception cref="UnreadableDataException">This version cannot read it.</exception>
    public static T Body<T>(string body)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(body, Json.Options)!;
        }
        catch (JsonException fault)
        {
            throw new UnreadableDataException(
                $"A row has a form that this version does not know: {fault.Message}", fault);
        }
    }

    /// <summary>
    /// What stands in <c>in (…)</c>, named one by one: the databases do not agree on how a list is passed.
    /// </summary>
    public static (string Names, DynamicParameters Parameters) List(IEnumerable<string> values)
    {
        var parameters = new DynamicParameters();
        var names = new List<string>();
        foreach (var value in values)
        {
            parameters.Add($"k{names.Count}", value);
            names.Add($"@k{names.Count}");
        }
        return (names.Count == 0 ? "null" : string.Join(", ", names), parameters);
    }

    public static async Task<T?> Body<T>(this IDatabase database, string sql, object parameters) where T : class =>
        (await database.Bodies<T>(sql, parameters)).SingleOrDefault();
}
