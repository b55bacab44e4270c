using System.Collections.Immutable;
using Dapper;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Silo.Storage;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Silo.Programmes;

/// <summary>One account of a ledger: what left it, what entered it, and by how many postings.</summary>
public sealed record LedgerBalance(string Account, Money Debits, Money Credits, long Postings)
{
    public Money Balance => Credits - Debits;
}

/// <summary>Which postings of a ledger: before an instant, of one account; all where nothing is said.</summary>
public sealed record PostingFilter(string Owner, Instant? Before = null, string? Account = null);

/// <summary>Where a page of postings begins: behind this one.</summary>
public sealed record PostingPlace(Instant At, string Key)
{
    public static PostingPlace Of(LedgerPosting posting) => new(posting.At, posting.Id);

    public string[] Texts => [InstantPattern.ExtendedIso.Format(At), Key];

    public static PostingPlace? Of(string[]? texts) =>
        texts is [var at, var key] && InstantPattern.ExtendedIso.Parse(at) is { Success: true, Value: var instant }
            ? new(instant, key)
            : null;
}

/// <summary>Ledgers, summed by the database and read a page at a time: they grow without end.</summary>
public sealed class LedgerReads(IDatabase database)
{
    /// <summary>What every account has by the postings before an instant, in the order in which money moves.</summary>
    public Task<ImmutableArray<LedgerBalance>> Balances(PostingFilter filter) => database.Read(async connection =>
    {
        // By the pairs of accounts that an index holds side by side: a dozen rows, however many postings there are.
        var pairs = (await connection.QueryAsync<Pair>($"""
            select debit, credit, currency, cast(sum(amount) as bigint) as amount, count(*) as postings from postings
            where owner = @Owner{(filter.Before is null ? "" : " and at < @Before")} group by debit, credit, currency
            """, filter)).ToArray();
        return pairs
            .SelectMany(p => new[] { (Account: p.Debit, p.Currency), (Account: p.Credit, p.Currency) }).Distinct()
            .OrderBy(a => a.Currency, StringComparer.Ordinal).ThenBy(a => LedgerAccounts.OrderOf(a.Account))
            .Select(a => new LedgerBalance(
                a.Account, Sum(a.Currency, p => p.Debit == a.Account), Sum(a.Currency, p => p.Credit == a.Account),
                pairs.Where(p => p.Currency == a.Currency && (p.Debit == a.Account || p.Credit == a.Account))
                    .Sum(p => p.Postings)))
            .ToImmutableArray();

        Money Sum(string currency, Func<Pair, bool> which) =>
            new(pairs.Where(p => p.Currency == currency && which(p)).Sum(p => p.Amount), new Currency(currency));
    });

    /// <summary>Postings in order, or the newest first, behind a place.</summary>
    public Task<ImmutableArray<LedgerPosting>> Page(
        PostingFilter filter, PostingPlace? behind, int limit, bool newestFirst = false) =>
        database.Read(async connection => (await connection.QueryAsync<Row>($"""
            select key, at, debit, credit, amount, currency, text, booking_id, voucher_id from postings
            where owner = @Owner{(filter.Before is null ? "" : " and at < @Before")}
            {(filter.Account is null ? "" : " and (debit = @Account or credit = @Account)")}
            {(behind is null ? "" : $" and (at, key) {(newestFirst ? '<' : '>')} (@At, @Key)")}
            order by at {(newestFirst ? "desc, key desc" : ", key")} limit @limit
            """, new { filter.Owner, filter.Before, filter.Account, behind?.At, behind?.Key, limit }))
            .Select(p => new LedgerPosting(
                p.Key, p.At, p.Debit, p.Credit, new Money(p.Amount, new Currency(p.Currency)),
                p.Text, p.BookingId, p.VoucherId))
            .ToImmutableArray());

    /// <summary>All of them in order, a page at a time.</summary>
    public async IAsyncEnumerable<LedgerPosting> All(PostingFilter filter)
    {
        const int atOnce = 1_000;
        PostingPlace? behind = null;
        while (true)
        {
            var page = await Page(filter, behind, atOnce);
            foreach (var posting in page) yield return posting;
            if (page.Length < atOnce) yield break;
            behind = PostingPlace.Of(page[^1]);
        }
    }

    // Not a record: of a sum over no rows SQLite tells no type, by which its constructor would be found.
    private sealed class Pair
    {
        public string Debit { get; init; } = "";
        public string Credit { get; init; } = "";
        public string Currency { get; init; } = "";
        public long Amount { get; init; }
        public long Postings { get; init; }
    }

    private sealed record Row(
        string Key, Instant At, string Debit, string Credit, long Amount, string Currency,
        string Text, string? BookingId, string? VoucherId);
}
