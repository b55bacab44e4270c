using Facilities.Silo.Storage;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Facilities.Silo.Postgres;

/// <summary>Columns of many rows as parameters.</summary>
internal static class PostgresArrays
{
    public static NpgsqlParameter Text(IEnumerable<string> values) =>
        new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    public static NpgsqlParameter Numbers(IEnumerable<long> values) =>
        new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };

    public static NpgsqlParameter Instants(IEnumerable<Instant> values) => new()
    {
        Value = values.Select(InstantHandler.ToTimestamp).ToArray(),
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz,
    };

    public static NpgsqlParameter Json(string json) => new() { Value = json, NpgsqlDbType = NpgsqlDbType.Json };
}
