using System.Collections.Immutable;
using Dapper;
using Facilities.Grains.Accounts;
using Facilities.Grains.Enterprises;
using Facilities.Grains.Kernel;
using Facilities.Grains.Rates;
using Facilities.Grains.Runtime;
using Facilities.Grains.Services;
using Facilities.Silo.Rates;
using Facilities.Silo.Storage;
using NodaTime;

namespace Facilities.Silo.Accounts;

/// <summary>
/// The sizes of accounts: as declared, else by the profile, whose figures are turned into euros at the closing rate of
/// their year, or at that of the day where none of it is known.
/// </summary>
public sealed class AccountSizes(IDatabase database, ExchangeRates rates)
{
    private const int AtOnce = 200;

    public async Task<SizeAssessment> Of(AccountView account, LocalDate day) =>
        account.Profile.SizeOn(account.Declared.Size, day, await RateOf(account.Profile.Turnover.Currency, day));

    /// <summary>The classes of many; what they declared is read from their events, since no row keeps it.</summary>
    public async Task<ImmutableDictionary<AccountId, SizeClass>> Of(
        IEnumerable<AccountProfile> accounts, LocalDate day)
    {
        var classes = ImmutableDictionary.CreateBuilder<AccountId, SizeClass>();
        var known = new Dictionary<Currency, DayRate?>();
        foreach (var some in accounts.DistinctBy(a => a.Id).Chunk(AtOnce))
        {
            var declared = await Declared(some);
            foreach (var account in some)
            {
                var currency = account.Turnover.Currency;
                if (!known.TryGetValue(currency, out var rate)) known[currency] = rate = await RateOf(currency, day);
                classes[account.Id] = account.SizeOn(declared.GetValueOrDefault(account.Id.Value), day, rate).Class;
            }
        }
        return classes.ToImmutable();
    }

    private async Task<Dictionary<string, SizeDeclaration>> Declared(AccountProfile[] accounts)
    {
        var (names, parameters) = BodyQueries.List(accounts.Select(a => StreamName.Of("account", a.Id.Value).Value));
        var rows = await database.Read(connection => connection.QueryAsync<(string Stream, string Name, string Data)>(
            $"""
            select stream, name, data from events
            where stream in ({names}) and name like 'account.sizeDeclared.%' order by stream, version
            """, parameters));
        var last = new Dictionary<string, SizeDeclaration>();
        foreach (var row in rows)
            last[new StreamName(row.Stream).Key] = ((SizeDeclared)EventNames.Read(new(row.Name, row.Data))).Declaration;
        return last;
    }

    private async Task<DayRate?> RateOf(Currency currency, LocalDate day)
    {
        if (currency == Currency.Eur) return null;
        var closed = AccountSize.ClosedOn(day);
        return DayRates.Find(await rates.On([currency], closed), currency, closed)
            ?? DayRates.Find(await rates.On([currency], day), currency, day);
    }
}
