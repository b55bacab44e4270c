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

    public Task<ImmutableArray<Voucher>> OfAccount(AccountId account) => database.Bodies<Voucher>(
        "select body from vouchers where account_id = @account order by expires_on, key",
        new { account = account.Value });

    public Task<ImmutableArray<Voucher>> OfProgramme(ProgrammeId programme) => database.Bodies<Voucher>(
        "select body from vouchers where programme_id = @programme order by key", new { programme = programme.Value });

    /// <summary>The vouchers of a programme with whose they are, the newest first.</summary>
    public async Task<ImmutableArray<ListedVoucher>> Awarded(ProgrammeId programme)
    {
        var vouchers = await OfProgramme(programme);
        var owners = (await database.Read(connection => connection.QueryAsync<OwnerRow>(
            "select key, account_id from vouchers where programme_id = @programme",
            new { programme = programme.Value })))
            .ToDictionary(o => o.Key, o => new AccountId(o.AccountId));
        return
        [
            .. from voucher in vouchers
                where owners.ContainsKey(voucher.Id.Value)
                orderby voucher.AwardedAt descending, voucher.Id.Value
                select new ListedVoucher(owners[voucher.Id.Value], voucher),
        ];
    }

    public async Task<ListedVoucher?> Find(VoucherId voucher)
    {
        var account = await database.Read(connection => connection.QuerySingleOrDefaultAsync<string>(
            "select account_id from vouchers where key = @key", new { key = voucher.Value }));
        return account is null ? null : new ListedVoucher(new AccountId(account),
            (await database.Body<Voucher>("select body from vouchers where key = @key", new { key = voucher.Value }))!);
    }

    private sealed record OwnerRow(string Key, string AccountId);
}
