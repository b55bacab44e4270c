using System.Data.Common;
using Dapper;
using Facilities.Silo.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace Facilities.Silo.Bench;

/// <summary>
/// The customary way to book without a double booking: on PostgreSQL one insert for each booking into a table that
/// excludes overlaps, on SQLite one transaction that looks for an overlap and inserts. Each client has a connection.
/// </summary>
internal sealed class SlotRival : IAsyncDisposable
{
    private static readonly DateTime First = new(2027, 1, 4, 0, 0, 0, DateTimeKind.Utc);

    private readonly StorageOptions storage;
    private readonly List<DbCommand> insertions = [];
    private int last;

    private SlotRival(StorageOptions storage) => this.storage = storage;

    private bool IsPostgres => storage.Provider == StorageProvider.Postgres;

    /// <summary>A rival on the same database as ours, in a table of its own.</summary>
    public static async Task<SlotRival> Start(StorageOptions storage)
    {
        var rival = new SlotRival(storage);
        await using var connection = await RivalConnection.Open(storage);
        await connection.ExecuteAsync(rival.IsPostgres
            ? """
              create extension if not exists btree_gist;
              create table rival_bookings (
                id text primary key, platform text not null, during tstzrange not null,
                exclude using gist (platform with =, during with &&))
              """
            : """
              create table rival_bookings (
                id text primary key, platform text not null, start text not null, "end" text not null);
              create index rival_times on rival_bookings (platform, start)
              """);
        return rival;
    }

    /// <summary>What so many clients do, each on a connection of its own.</summary>
    public Func<int, Task> With(int clients)
    {
        while (insertions.Count < clients) insertions.Add(Insertion());
        return Book;
    }

    private Task Book(int client)
    {
        var number = Interlocked.Increment(ref last);
        var insertion = insertions[client];
        var start = First.AddHours(number / SlotsBench.Platforms);
        insertion.Parameters[0].Value = $"b-{number}";
        insertion.Parameters[1].Value = $"platform-{number % SlotsBench.Platforms}";
        if (IsPostgres)
        {
            insertion.Parameters[2].Value = new NpgsqlRange<DateTime>(start, true, start.AddHours(1), false);
            return Expect(insertion.ExecuteNonQueryAsync());
        }
        insertion.Parameters[2].Value = start.ToString("O");
        insertion.Parameters[3].Value = start.AddHours(1).ToString("O");
        using var transaction = ((SqliteConnection)insertion.Connection!).BeginTransaction(deferred: false);
        insertion.Transaction = transaction;
        if (insertion.ExecuteNonQuery() != 1) throw new InvalidOperationException("The rival did not book.");
        transaction.Commit();
        return Task.CompletedTask;

        static async Task Expect(Task<int> inserted)
        {
            if (await inserted != 1) throw new InvalidOperationException("The rival did not book.");
        }
    }

    private DbCommand Insertion()
    {
        var command = RivalConnection.Open(storage).GetAwaiter().GetResult().CreateCommand();
        command.CommandText = IsPostgres
            ? "insert into rival_bookings (id, platform, during) values ($1, $2, $3)"
            : """
              insert into rival_bookings (id, platform, start, "end") select $1, $2, $3, $4
              where not exists (select 1 from rival_bookings where platform = $2 and start < $4 and "end" > $3)
              """;
        for (var index = 1; index <= (IsPostgres ? 3 : 4); index++)
        {
            var parameter = command.CreateParameter();
            if (!IsPostgres) parameter.ParameterName = $"${index}";
            command.Parameters.Add(parameter);
        }
        if (command is not NpgsqlCommand npgsql) return command;
        npgsql.Parameters[0].NpgsqlDbType = npgsql.Parameters[1].NpgsqlDbType = NpgsqlDbType.Text;
        npgsql.Parameters[2].NpgsqlDbType = NpgsqlDbType.TimestampTzRange;
        npgsql.Prepare();
        return command;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var insertion in insertions)
        {
            await insertion.Connection!.DisposeAsync();
            await insertion.DisposeAsync();
        }
    }
}
