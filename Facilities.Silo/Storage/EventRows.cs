using System.Collections.Immutable;
using System.Data.Common;
using System.Runtime.CompilerServices;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;

namespace Facilities.Silo.Storage;

/// <summary>Reads rows of the log one by one.</summary>
internal static class EventRows
{
    public static async IAsyncEnumerable<StoredEvent> Read(
        DbConnection connection, IDatabase database, string where, KeyValuePair<string, object>[] parameters,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"""select position, stream, version, name, data, at, command, "by" from events {where}""";
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel)) yield return Event(reader, database);
    }

    public static async Task<ImmutableArray<T>> ToImmutableArray<T>(
        this IAsyncEnumerable<T> items, CancellationToken cancel)
    {
        var all = ImmutableArray.CreateBuilder<T>();
        await foreach (var item in items.WithCancellation(cancel)) all.Add(item);
        return all.ToImmutable();
    }

    private static StoredEvent Event(DbDataReader row, IDatabase database) => new(
        row.GetInt64(0), new(row.GetString(1)), row.GetInt64(2), new(row.GetString(3), row.GetString(4)),
        database.InstantOf(row.GetValue(5)), new(row.GetString(6)), new(row.GetString(7)));
}
