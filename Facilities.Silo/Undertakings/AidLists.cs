using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Undertakings;
using Facilities.Silo.Accounts;
using Facilities.Silo.Storage;
using NodaTime;
using Orleans;

namespace Facilities.Silo.Undertakings;

/// <summary>What an undertaking may still be granted by authorities of one country under one act.</summary>
/// <param name="Country">Of the authorities.</param>
/// <param name="Basis">The act.</param>
/// <param name="Answer">What counts, the ceiling and what is left, today.</param>
public sealed record AidStanding(string Country, AidBasis Basis, AidAnswer Answer);

/// <summary>The aid registers, as accounts and funders read them.</summary>
public sealed class AidLists(
    IDatabase database, VoucherLists vouchers, AccountSizes sizes, IGrainFactory grains, IClock clock)
{
    /// <summary>All that the single undertaking of an account was granted, the newest first.</summary>
    public Task<ImmutableArray<RegisteredAid>> Of(AccountProfile account) => database.Bodies<RegisteredAid>(
        "select body from aid_entries where undertaking = @undertaking order by granted_on desc, key",
        new { undertaking = account.UndertakingId });

    /// <summary>What a programme granted, what must be registered next first.</summary>
    public Task<ImmutableArray<RegisteredAid>> Of(ProgrammeId programme) => database.Bodies<RegisteredAid>("""
        select body from aid_entries where programme_id = @programme
        order by case when register_by is null then 1 else 0 end, register_by, granted_on desc, key
        """, new { programme = programme.Value });

    /// <summary>What is left today by country and act, of those that have a ceiling.</summary>
    public ImmutableArray<AidStanding> Standings(ImmutableArray<RegisteredAid> entries, DateTimeZone zone)
    {
        var today = clock.GetCurrentInstant().InZone(zone).Date;
        return
        [
            .. from held in entries
                where AidCeiling.Of(held.Entry.Basis) is not null
                group held.Entry by (held.Entry.Country, held.Entry.Basis) into granted
                orderby granted.Key.Country, granted.Key.Basis
                let zero = Money.Zero(AidCeiling.Of(granted.Key.Basis)!.Value.Currency)
                select new AidStanding(
                    granted.Key.Country, granted.Key.Basis,
                    AidCeiling.Check(granted, granted.Key.Basis, granted.Key.Country, zero, today)),
        ];
    }

    /// <summary>
    /// Every rule of a programme, held against an account today, for what it asks, else for as much as one voucher may
    /// be worth. Who judges many at once reads the accounts once.
    /// </summary>
    public async Task<ImmutableArray<RuleCheck>> Eligibility(
        AccountProfile account, ProgrammeTerms terms, Money? wanted = null,
        ImmutableArray<AccountProfile>? accounts = null)
    {
        var asked = wanted ?? terms.CapPerVoucher;
        var today = clock.GetCurrentInstant().InZone(DateTimeZoneProviders.Tzdb[terms.TimeZone]).Date;
        var view = await grains.GetGrain<IAccountGrain>(account.Id.Value).View() ?? new AccountView(account, []);
        var free = await grains.GetGrain<IProgrammeGrain>(terms.Id.Value).Free() ?? terms.Budget;
        var aid = Grains.Programmes.Eligibility.BasisOf(terms) is { } basis
            && AidCeiling.Of(basis.Act)?.Currency == asked.Currency
                ? await grains.GetGrain<IUndertakingGrain>(
                    IUndertakingGrain.KeyOf(terms.Country, account.UndertakingId))
                    .Preview(basis.Act, asked, today)
                : null;
        if (aid is not null) aid = SupportCeiling.Judge(terms, aid, asked);
        var group = (accounts ?? await vouchers.Accounts()).Where(a => a.UndertakingId == account.UndertakingId);
        var awarded = new List<Voucher>();
        foreach (var member in group)
            awarded.AddRange((await vouchers.OfAccount(member.Id)).Where(v => v.Programme.Id == terms.Id));
        var zone = DateTimeZoneProviders.Tzdb[terms.TimeZone];
        return Grains.Programmes.Eligibility.Check(
            terms, free,
            new Applicant(
                account.Name, await sizes.Of(view, today), new Places(account.Nuts), account.Nace, asked, aid,
                awarded.Count(v => v.AwardedAt.InZone(zone).Year == today.Year), awarded.Count)
            {
                Beside = account.Further ?? [],
                OtherAid = view.Declared.OtherAid,
            },
            today);
    }
}
