using System.Collections.Immutable;
using Dapper;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Silo.Storage;

namespace Facilities.Silo.Accounts;

/// <summary>A voucher with whose it is.</summary>
public sealed record ListedVoucher(AccountId Account, Voucher Voucher);

/// <summary>Accounts and their vouchers, as lists and reports read them.</summary>
public sealed class VoucherLists(IDatabase database)
{
    public Task<ImmutableArray<AccountProfile>> Accounts() =>
        database.Bodies<AccountProfile>("select body from accounts order by key");

    /// <summary>The accounts of these ids.</summary>
    public Task<ImmutableArray<AccountProfile>> Accounts(IEnumerable<AccountId> ids)
    {
        var (names, parameters) = BodyQueries.List(ids.Select(id => id.Value).Distinct());
        return database.Bodies<AccountProfile>(
            $"select body from accounts where key in ({names}) order by key", parameters);
    }

    public Task<ImmutableArray<Voucher>> OfAccount(AccountId account) => database.Bodies<Voucher>(
        "select body from vouchers where account_id = @account order by expires_on, key",
        new { account = account.Value });

    /// <summary>
    /// The vouchers of a programme that are valid longest, which are the newest, with whose they are.
    /// </summary>
    public Task<ImmutableArray<ListedVoucher>> Awarded(ProgrammeId programme, int limit) =>
        database.Read(async connection => (await connection.QueryAsync<OwnedRow>("""
            select account_id, body from vouchers where programme_id = @programme
            order by expires_on desc, key desc limit @limit
            """, new { programme = programme.Value, limit }))
            .Select(row => new ListedVoucher(new AccountId(row.AccountId), BodyQueries.Body<Voucher>(row.Body)))
            .ToImmutableArray());

    public Task<long> CountOf(ProgrammeId programme) => database.Read(connection =>
        connection.ExecuteScalarAsync<long>(
            "select count(*) from vouchers where programme_id = @programme", new { programme = programme.Value }));

    public async Task<ListedVoucher?> Find(VoucherId voucher)
    {
        var account = await database.Read(connection => connection.QuerySingleOrDefaultAsync<string>(
            "select account_id from vouchers where key = @key", new { key = voucher.Value }));
        return account is null ? null : new ListedVoucher(new AccountId(account),
            (await database.Body<Voucher>("select body from vouchers where key = @key", new { key = voucher.Value }))!);
    }

    private sealed record OwnedRow(string AccountId, string Body);
}
