using System.Collections.Immutable;
using Dapper;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Reports;
using Facilities.Grains.Services;
using Facilities.Silo.Accounts;
using Facilities.Silo.Platforms;
using Facilities.Silo.Programmes;
using Facilities.Silo.Storage;
using NodaTime;

namespace Facilities.Silo.Reports;

/// <summary>What one enterprise was awarded, with what it is grouped by.</summary>
public sealed record Beneficiary(
    AccountProfile Account, LocalDate AwardedOn, long Vouchers, Money Awarded, Money Paid);

/// <summary>How long claims take, in days: the middle of all, and how many they are.</summary>
public sealed record ClaimTimes(int? ToDecision, long Decided, int? ToPayment, long Paid);

/// <summary>One way to group awards: <c>cluster</c>, <c>region</c>, <c>size</c> or <c>category</c>.</summary>
public sealed record Grouping(string By, ImmutableArray<GroupFigures> Groups);

/// <summary>
/// What funders and the public read of a programme. Sums are the database's; nothing is kept beside it.
/// </summary>
public sealed class ProgrammeReports(
    IDatabase database, LedgerReads ledger, VoucherLists vouchers, AccountSizes sizes, Catalogue catalogue,
    IClock clock)
{
    /// <summary>The pace of awards and until when the budget lasts.</summary>
    public async Task<BurnForecast> Forecast(ProgrammeTerms terms)
    {
        var zone = DateTimeZoneProviders.Tzdb[terms.TimeZone];
        var today = clock.GetCurrentInstant().InZone(zone).Date;
        var owner = $"programme/{terms.Id}";
        var since = today.PlusDays(-BurnForecast.Days).AtStartOfDayInZone(zone).ToInstant();
        var now = await ledger.Balances(new PostingFilter(owner));
        var then = await ledger.Balances(new PostingFilter(owner, since));
        var free = Of(now, "free", terms.Budget.Currency);
        // A budget that was raised meanwhile was not awarded: what left it is counted on the side of the budget.
        var taken = -Of(now, "grant", terms.Budget.Currency) - free;
        var before = -Of(then, "grant", terms.Budget.Currency) - Of(then, "free", terms.Budget.Currency);
        var first = (await ledger.Page(new PostingFilter(owner), null, 1)).FirstOrDefault();
        var days = first is null ? 1 : Period.DaysBetween(first.At.InZone(zone).Date, today) + 1;
        return BurnForecast.Of(taken - before, free, days, today);
    }

    /// <summary>From the claim to its decision, and to its payment, of all claims that came so far.</summary>
    public async Task<ClaimTimes> Times(ProgrammeId programme)
    {
        var (decided, paid) = (new List<Duration>(), new List<Duration>());
        foreach (var row in await database.Read(connection => connection.QueryAsync<Step>("""
            select o.at as opened, s.at as done, s.credit from postings o
            join postings s on s.owner = o.owner and s.booking_id = o.booking_id and s.voucher_id = o.voucher_id
              and s.at >= o.at and ((s.debit = 'claimed' and s.credit in ('approved', 'returned'))
                or (s.debit = 'approved' and s.credit = 'paid'))
            where o.owner = @owner and o.credit = 'claimed'
            """, new { owner = $"programme/{programme}" })))
            (row.Credit == "paid" ? paid : decided).Add(row.Done - row.Opened);
        return new(Median.Days(decided), decided.Count, Median.Days(paid), paid.Count);
    }

    /// <summary>Everybody who was awarded a voucher, with what was paid for it, by name.</summary>
    public async Task<ImmutableArray<Beneficiary>> Beneficiaries(ProgrammeTerms terms)
    {
        var zone = DateTimeZoneProviders.Tzdb[terms.TimeZone];
        var rows = (await database.Read(connection => connection.QueryAsync<Sums>("""
            select v.account_id as account, min(case when p.credit = 'awarded' then p.at end) as first,
              count(distinct case when p.debit = 'free' and p.credit = 'awarded' then p.voucher_id end) as vouchers,
              cast(sum(case when p.debit = 'free' and p.credit = 'awarded' then p.amount
                when p.debit = 'awarded' and p.credit = 'free' then -p.amount
                when p.debit = 'returned' and p.credit = 'free' then -p.amount else 0 end) as bigint) as awarded,
              cast(sum(case when p.credit = 'paid' then p.amount
                when p.debit = 'paid' then -p.amount else 0 end) as bigint) as paid
            from postings p join vouchers v on v.key = p.voucher_id where p.owner = @owner group by v.account_id
            """, new { owner = $"programme/{terms.Id}" }))).ToArray();
        var accounts = (await vouchers.Accounts()).ToDictionary(a => a.Id.Value);
        return
        [
            .. from row in rows
                where accounts.ContainsKey(row.Account)
                let account = accounts[row.Account]
                orderby account.Name, account.Id.Value
                select new Beneficiary(
                    account, database.InstantOf(row.First).InZone(zone).Date, row.Vouchers,
                    new(row.Awarded, terms.Budget.Currency), new(row.Paid, terms.Budget.Currency)),
        ];
    }

    /// <summary>
    /// Awards by cluster, region and size of the enterprise, and what was claimed by kind of service.
    /// </summary>
    public async Task<ImmutableArray<Grouping>> Groupings(
        ProgrammeTerms terms, IReadOnlyCollection<Beneficiary> beneficiaries)
    {
        var today = clock.GetCurrentInstant().InZone(DateTimeZoneProviders.Tzdb[terms.TimeZone]).Date;
        var classes = await sizes.Of(beneficiaries.Select(b => b.Account), today);
        Grouping By(string name, Func<AccountProfile, string> key) => new(name,
        [
            .. beneficiaries.GroupBy(b => key(b.Account), StringComparer.Ordinal)
                .OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new GroupFigures(
                    g.Key, g.LongCount(), Money.Sum(g.Select(b => b.Awarded), terms.Budget.Currency))),
        ]);
        return
        [
            By("cluster", a => a.Cluster.Value),
            By("region", RegionOf),
            By("size", a => Refusal.NameOf(classes[a.Id])),
            await ByCategory(terms),
        ];
    }

    /// <summary>The region by which an enterprise is counted, of the second level of NUTS.</summary>
    public static string RegionOf(AccountProfile account) => account.Nuts[..Math.Min(account.Nuts.Length, 4)];

    private async Task<Grouping> ByCategory(ProgrammeTerms terms)
    {
        var kinds = (await catalogue.Platforms())
            .SelectMany(p => p.Services.Select(s => (Key: (p.Profile.Id.Value, s.Id.Value), s.Category)))
            .ToDictionary(s => s.Key, s => s.Category);
        var rows = await database.Read(connection => connection.QueryAsync<Claimed>("""
            select c.account_id as account, i.platform_id as platform, i.service_id as service,
              cast(sum(c.amount) as bigint) as amount
            from claims c join booking_items i on i.key = (
              select min(f.key) from booking_items f
              where f.booking_id = c.booking_id and f.platform_id = c.platform_id)
            where c.programme_id = @programme and c.status not in ('rejected', 'lapsed')
            group by c.account_id, i.platform_id, i.service_id
            """, new { programme = terms.Id.Value }));
        return new("category",
        [
            .. rows.GroupBy(r => kinds.GetValueOrDefault((r.Platform, r.Service), "other"), StringComparer.Ordinal)
                .OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new GroupFigures(
                    g.Key, g.Select(r => r.Account).Distinct().LongCount(),
                    new Money(g.Sum(r => r.Amount), terms.Budget.Currency))),
        ]);
    }

    private static Money Of(ImmutableArray<LedgerBalance> balances, string account, Currency currency) =>
        balances.FirstOrDefault(b => b.Account == account)?.Balance ?? Money.Zero(currency);

    // Classes and not records: of an expression over no rows SQLite tells no type.
    private sealed class Sums
    {
        public string Account { get; init; } = "";
        public object First { get; init; } = "";
        public long Vouchers { get; init; }
        public long Awarded { get; init; }
        public long Paid { get; init; }
    }

    private sealed class Claimed
    {
        public string Account { get; init; } = "";
        public string Platform { get; init; } = "";
        public string Service { get; init; } = "";
        public long Amount { get; init; }
    }

    private sealed class Step
    {
        public Instant Opened { get; init; }
        public Instant Done { get; init; }
        public string Credit { get; init; } = "";
    }
}
