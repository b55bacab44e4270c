using System.Collections.Immutable;
using System.Text.Json;
using Dapper;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Silo.Storage;
using NodaTime;

namespace Facilities.Silo.Programmes;

/// <summary>One double entry of a ledger.</summary>
public sealed record LedgerPosting(
    string Id, Instant At, string Debit, string Credit, Money Amount,
    string Text, string? BookingId, string? VoucherId);

/// <summary>Programmes with their claims and ledgers.</summary>
public sealed class ProgrammeLists(IDatabase database)
{
    /// <summary>What is published, closed programmes included.</summary>
    public Task<ImmutableArray<ProgrammeTerms>> All() =>
        database.Bodies<ProgrammeTerms>("select body from programmes order by key");

    /// <summary>What is published and not closed.</summary>
    public Task<ImmutableArray<ProgrammeTerms>> Open() =>
        database.Bodies<ProgrammeTerms>("select body from programmes where status is null order by key");

    /// <summary>Those that were closed.</summary>
    public Task<ImmutableArray<ProgrammeTerms>> Closed() =>
        database.Bodies<ProgrammeTerms>("select body from programmes where status = 'closed' order by key");

    /// <summary>Programmes that only their funder sees.</summary>
    public Task<ImmutableArray<ProgrammeTerms>> Drafts() =>
        database.Bodies<ProgrammeTerms>("select body from programme_drafts order by key");

    public Task<ProgrammeTerms?> Find(ProgrammeId programme) =>
        database.Body<ProgrammeTerms>("select body from programmes where key = @key", new { key = programme.Value });

    /// <summary>Claims of one status, those that came first or last, and no more than asked for.</summary>
    public Task<ImmutableArray<ClaimStanding>> Claims(
        ProgrammeId programme, ClaimStatus status, int limit, bool newestFirst = false) =>
        database.Bodies<ClaimStanding>($"""
            select body from claims where programme_id = @programme and status = @status
            order by opened_at {(newestFirst ? "desc, key desc" : ", key")} limit @limit
            """, new { programme = programme.Value, status = Refusal.NameOf(status), limit });

    /// <summary>How many claims there are of each status.</summary>
    public Task<ImmutableDictionary<ClaimStatus, long>> ClaimCounts(ProgrammeId programme) =>
        database.Read(async connection => (await connection.QueryAsync<(string Status, long Count)>(
            "select status, count(*) from claims where programme_id = @programme group by status",
            new { programme = programme.Value }))
            .ToImmutableDictionary(row => Enum.Parse<ClaimStatus>(row.Status, ignoreCase: true), row => row.Count));

    /// <summary>One claim of a programme.</summary>
    public Task<ClaimStanding?> Claim(ProgrammeId programme, ClaimId claim) => database.Body<ClaimStanding>(
        "select body from claims where key = @key and programme_id = @programme",
        new { key = claim.Value, programme = programme.Value });

    /// <summary>Claims about which an account or a platform is asked something, with their programmes.</summary>
    public async Task<ImmutableArray<(ProgrammeId Programme, ClaimStanding Standing)>> Asked(
        AccountId? account, PlatformId? platform)
    {
        var rows = await database.Read(connection => connection.QueryAsync<AskedRow>("""
            select programme_id, body from claims where status = 'queried'
              and (account_id = @account or platform_id = @platform) order by opened_at, key
            """, new { account = account?.Value, platform = platform?.Value }));
        return
        [
            .. rows.Select(r => (
                new ProgrammeId(r.ProgrammeId), JsonSerializer.Deserialize<ClaimStanding>(r.Body, Json.Options)!)),
        ];
    }

    /// <summary>Claims of an account that are not paid or rejected, with their programmes.</summary>
    public async Task<ImmutableArray<(ProgrammeId Programme, ClaimStanding Standing)>> Undecided(AccountId account)
    {
        var rows = await database.Read(connection => connection.QueryAsync<AskedRow>("""
            select programme_id, body from claims where account_id = @account
              and status in ('open', 'queried', 'approved') order by opened_at, key
            """, new { account = account.Value }));
        return
        [
            .. rows.Select(r => (
                new ProgrammeId(r.ProgrammeId), JsonSerializer.Deserialize<ClaimStanding>(r.Body, Json.Options)!)),
        ];
    }

    /// <summary>Claims of which an organisation owes something back, with their programmes.</summary>
    public async Task<ImmutableArray<(ProgrammeId Programme, ClaimStanding Standing)>> OwedBack(string debtor) =>
    [
        .. (await database.Read(connection => connection.QueryAsync<AskedRow>(
            "select programme_id, body from claims where owed_by = @debtor order by opened_at, key", new { debtor })))
            .Select(r => (
                new ProgrammeId(r.ProgrammeId), JsonSerializer.Deserialize<ClaimStanding>(r.Body, Json.Options)!)),
    ];

    /// <summary>Claims of one booking, whatever programme they belong to.</summary>
    public Task<ImmutableArray<ClaimStanding>> ClaimsOf(BookingId booking) => database.Bodies<ClaimStanding>(
        "select body from claims where booking_id = @booking order by key", new { booking = booking.Value });

    /// <summary>The postings of a programme or cluster, in order; the owner is the name of its stream.</summary>
    public Task<ImmutableArray<LedgerPosting>> Postings(string owner) => database.Read(async connection =>
        (await connection.QueryAsync<PostingRow>(
            "select key, at, debit, credit, amount, currency, text, booking_id, voucher_id "
            + "from postings where owner = @owner order by at, key",
            new { owner }))
        .Select(p => new LedgerPosting(
            p.Key, p.At, p.Debit, p.Credit, new Money(p.Amount, new Currency(p.Currency)),
            p.Text, p.BookingId, p.VoucherId))
        .ToImmutableArray());

    private sealed record AskedRow(string ProgrammeId, string Body);

    private sealed record PostingRow(
        string Key, Instant At, string Debit, string Credit, long Amount, string Currency,
        string Text, string? BookingId, string? VoucherId);
}
