using System.Collections.Immutable;
using Dapper;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Undertakings;
using Facilities.Silo.Accounts;
using Facilities.Silo.Storage;
using NodaTime;
using Orleans;

namespace Facilities.Silo.Undertakings;

/// <summary>An aid of a programme with whose it is.</summary>
public sealed record ListedAid(string Undertaking, string Name, RegisteredAid Held);

/// <summary>The aid register of a programme: what stands in it, and what its officers enter.</summary>
public sealed class AidRegister(IDatabase database, VoucherLists vouchers, IGrainFactory grains)
{
    private const string Columns = "select undertaking, body from aid_entries where programme_id = @programme";
    private const string ToDoFirst =
        "order by case when register_by is null then 1 else 0 end, register_by, granted_on desc, key";

    // An alarm comes five working days before the deadline; no country has holidays for longer than this.
    private const int AlarmDays = 21;

    /// <summary>What a programme granted, what is to be done first; from a place on, and so many.</summary>
    public Task<ImmutableArray<ListedAid>> Of(ProgrammeId programme, int from, int limit) => Listed(
        $"{Columns} {ToDoFirst} limit @limit offset @from", new { programme = programme.Value, from, limit });

    /// <summary>All that an officer has to enter or correct, what is due first.</summary>
    public Task<ImmutableArray<ListedAid>> ToDo(ProgrammeId programme) => Listed(
        $"{Columns} and register_by is not null {ToDoFirst}", new { programme = programme.Value });

    /// <summary>All that is entered, or need not be, the newest first.</summary>
    public Task<ImmutableArray<ListedAid>> Done(ProgrammeId programme, int limit) => Listed(
        $"{Columns} and register_by is null {ToDoFirst} limit @limit", new { programme = programme.Value, limit });

    /// <summary>What an officer must not put off on a day: so many at the most.</summary>
    public async Task<ImmutableArray<ListedAid>> Pressing(ProgrammeId programme, LocalDate today, int limit) =>
    [
        .. (await Listed(
            $"{Columns} and register_by <= @until {ToDoFirst} limit @limit",
            new { programme = programme.Value, until = Words.IsoDay(today.PlusDays(AlarmDays)), limit }))
            .Where(aid => aid.Held.StatusOn(today) is RegisterStatus.Overdue or RegisterStatus.Urgent
                or RegisterStatus.CorrectionDue),
    ];

    /// <summary>How many aids a programme granted, the last day of one, and how many vouchers it awarded.</summary>
    public Task<(int Aids, string? LastGrantedOn, int Vouchers)> Counts(ProgrammeId programme) =>
        database.Read(async connection =>
        {
            var (aids, last) = await connection.QuerySingleAsync<(long, string?)>(
                "select count(*), max(granted_on) from aid_entries where programme_id = @programme",
                new { programme = programme.Value });
            var awarded = await connection.ExecuteScalarAsync<long>(
                "select count(*) from vouchers where programme_id = @programme", new { programme = programme.Value });
            return ((int)aids, last, (int)awarded);
        });

    /// <summary>Vouchers of a programme under an act with a ceiling that stand in no register.</summary>
    public async Task<ImmutableArray<ListedVoucher>> Missing(ProgrammeTerms terms)
    {
        if (!IsCounted(terms)) return [];
        var entered = (await database.Bodies<RegisteredAid>(
            "select body from aid_entries where programme_id = @programme", new { programme = terms.Id.Value }))
            .Select(held => held.Entry.Id).ToHashSet();
        return
        [
            .. (await vouchers.Awarded(terms.Id, int.MaxValue)).Where(v => !entered.Contains(v.Voucher.Id.Value)),
        ];
    }

    /// <summary>Whether what a programme awards counts against a ceiling.</summary>
    public static bool IsCounted(ProgrammeTerms terms) =>
        Grains.Programmes.Eligibility.BasisOf(terms) is { } basis && AidCeiling.Of(basis.Act) is not null;

    /// <summary>
    /// Takes vouchers into the register that were awarded before it was kept; each counts from the day of its award.
    /// Answers how many, or why one could not be taken in.
    /// </summary>
    public async Task<(int Taken, Refusal? Refusal)> TakeIn(ProgrammeTerms terms, Actor by)
    {
        var taken = 0;
        if (!IsCounted(terms)) return (0, null);
        var basis = Grains.Programmes.Eligibility.BasisOf(terms)!.Act;
        foreach (var listed in await Missing(terms))
        {
            if (listed.Voucher.FaceValue.Currency != AidCeiling.Of(basis)!.Value.Currency)
                return (taken, Refusal.Of(
                    "rateNeeded", $"{listed.Voucher.Id} is in {listed.Voucher.FaceValue.Currency}, and what it counts "
                        + "is not known without the rate of its day. Enter it in the central register by hand."));
            var profile = (await grains.GetGrain<IAccountGrain>(listed.Account.Value).View())!.Profile;
            var zone = DateTimeZoneProviders.Tzdb[terms.TimeZone];
            var entry = new AidEntry(
                listed.Voucher.Id.Value, new EnterpriseId(listed.Account.Value), terms.Country, basis,
                listed.Voucher.AwardedAt.InZone(zone).Date, listed.Voucher.FaceValue, listed.Voucher.FaceValue,
                terms.Funder, AidSource.Voucher)
            {
                Programme = terms.Id,
                Nace = profile.Nace,
                Rate = SupportCeiling.RateOf(listed.Voucher.Programme),
            };
            var command = new RecordAid(new CommandId($"record-{entry.Id}"), by, entry);
            if (await Tell(terms.Country, profile.UndertakingId, register => register.Record(command)) is { } refusal)
                return (taken, refusal);
            taken++;
        }
        return (taken, null);
    }

    /// <summary>One aid of a programme; null where it has none of this id.</summary>
    public async Task<ListedAid?> Find(ProgrammeId programme, string entry) => (await Listed(
        $"{Columns} and key like @key escape '!'",
        new { programme = programme.Value, key = "%/" + Escaped(entry) })).FirstOrDefault();

    /// <summary>Records the reference of an aid in the central register; null where that was done.</summary>
    public async Task<Refusal?> Register(ProgrammeId programme, RegisterAid command) =>
        await Find(programme, command.Entry) is { } listed
            ? await Tell(
                listed.Held.Entry.Country, listed.Undertaking, register => register.Register(command))
            : Refusal.Of("entryUnknown", $"The register has no entry {command.Entry}.");

    private async Task<ImmutableArray<ListedAid>> Listed(string sql, object parameters)
    {
        var rows = (await database.Read(connection => connection.QueryAsync<AidRow>(sql, parameters)))
            .Select(row => (row.Undertaking, Held: BodyQueries.Body<RegisteredAid>(row.Body))).ToArray();
        if (rows.Length == 0) return [];
        var ids = rows.Select(row => new AccountId(row.Held.Entry.Beneficiary.Value)).Distinct().ToArray();
        var names = (await (ids.Length > Limits.PageMax ? vouchers.Accounts() : vouchers.Accounts(ids)))
            .ToDictionary(a => a.Id.Value, a => a.Name);
        return
        [
            .. from row in rows
                let who = row.Held.Entry.Beneficiary.Value
                select new ListedAid(row.Undertaking, names.GetValueOrDefault(who, who), row.Held),
        ];
    }

    private async Task<Refusal?> Tell(
        string country, string undertaking, Func<IUndertakingGrain, Task<Reply<UndertakingRefusal>>> tell)
    {
        for (var hops = 0; ; hops++)
        {
            var reply = await tell(grains.GetGrain<IUndertakingGrain>(IUndertakingGrain.KeyOf(country, undertaking)));
            if (reply.Refusal is not { } refusal) return null;
            if (refusal.Code != UndertakingRefusal.UndertakingClosed || hops == Limits.UndertakingHops)
                return Refusal.Of(refusal);
            undertaking = refusal.Reason;
        }
    }

    private static string Escaped(string text) => text.Replace("!", "!!", StringComparison.Ordinal)
        .Replace("%", "!%", StringComparison.Ordinal).Replace("_", "!_", StringComparison.Ordinal);

    private sealed record AidRow(string Undertaking, string Body);
}
