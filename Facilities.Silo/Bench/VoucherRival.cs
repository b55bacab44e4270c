using System.Data.Common;
using Dapper;
using Facilities.Silo.Storage;
using Npgsql;

namespace Facilities.Silo.Bench;

/// <summary>The customary way to draw on a balance: one guarded update for each reservation and each return.</summary>
internal sealed class VoucherRival : IAsyncDisposable
{
    private readonly StorageOptions storage;
    private readonly int vouchers;
    private readonly List<DbCommand> updates = [];
    private int last;

    private VoucherRival(StorageOptions storage, int vouchers) => (this.storage, this.vouchers) = (storage, vouchers);

    public static async Task<VoucherRival> Start(StorageOptions storage, int vouchers)
    {
        await using var connection = await RivalConnection.Open(storage);
        await connection.ExecuteAsync("""
            drop table if exists rival_vouchers;
            create table rival_vouchers (id bigint primary key, balance bigint not null)
            """);
        await using var transaction = await connection.BeginTransactionAsync();
        foreach (var id in Enumerable.Range(0, vouchers))
            await connection.ExecuteAsync(
                "insert into rival_vouchers (id, balance) values (@id, 1000000)", new { id = (long)id }, transaction);
        await transaction.CommitAsync();
        return new VoucherRival(storage, vouchers);
    }

    /// <summary>What so many clients do, each on a connection of its own: reserve, and give back.</summary>
    public Func<int, Task> With(int clients)
    {
        while (updates.Count < clients) updates.Add(Update());
        return async client =>
        {
            var voucher = (long)(Interlocked.Increment(ref last) % vouchers);
            await Draw(updates[client], voucher, 1);
            await Draw(updates[client], voucher, -1);
        };
    }

    private static async Task Draw(DbCommand update, long voucher, long amount)
    {
        update.Parameters[0].Value = voucher;
        update.Parameters[1].Value = amount;
        if (await update.ExecuteNonQueryAsync() != 1) throw new InvalidOperationException("The rival drew nothing.");
    }

    private DbCommand Update()
    {
        var command = RivalConnection.Open(storage).GetAwaiter().GetResult().CreateCommand();
        command.CommandText = "update rival_vouchers set balance = balance - $2 where id = $1 and balance >= $2";
        for (var index = 1; index <= 2; index++)
        {
            var parameter = command.CreateParameter();
            if (command is not NpgsqlCommand) parameter.ParameterName = $"${index}";
            parameter.Value = 0L;
            command.Parameters.Add(parameter);
        }
        command.Prepare();
        return command;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var update in updates)
        {
            await update.Connection!.DisposeAsync();
            await update.DisposeAsync();
        }
    }
}
