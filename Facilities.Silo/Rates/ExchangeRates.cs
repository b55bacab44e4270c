using System.Collections.Immutable;
using System.Globalization;
using Dapper;
using Facilities.Grains.Kernel;
using Facilities.Grains.Rates;
using Facilities.Silo.Calendars;
using Facilities.Silo.Storage;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Silo.Rates;

/// <summary>What a file of rates came to.</summary>
/// <param name="Added">Rates that were not known.</param>
/// <param name="Changed">Rates that are known otherwise; what was known stays, and somebody should look.</param>
/// <param name="Faults">Why nothing of the file was used.</param>
public sealed record RatesTaken(int Added, ImmutableArray<string> Changed, ImmutableArray<string> Faults);

/// <summary>The reference rates of the European Central Bank, as they were published.</summary>
public sealed class ExchangeRates(IDatabase database, CalendarFetcher fetcher) : IRateBook
{
    /// <summary>The rate of a day, or the newest of the week before; null where there is none.</summary>
    public async Task<decimal?> PerEuro(Currency currency, LocalDate day)
    {
        if (currency == Currency.Eur) return 1;
        var text = await database.Read(connection => connection.ExecuteScalarAsync<string?>("""
            select per_euro from exchange_rates where currency = @code and day <= @last and day >= @first
            order by day desc limit 1
            """, new
        {
            code = currency.Code,
            last = Words.IsoDay(day),
            first = Words.IsoDay(day.PlusDays(-DayRates.DaysBack)),
        }));
        return text is null
            ? DayRates.FixedRate(currency, day)
            : decimal.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>The rates that hold on a day, with the days that they were published for; none of the euro.</summary>
    public Task<ImmutableArray<DayRate>> On(IEnumerable<Currency> currencies, LocalDate day) =>
        Between(currencies, day.PlusDays(-DayRates.DaysBack), day);

    /// <inheritdoc/>
    public Task<ImmutableArray<DayRate>> Around(IEnumerable<Currency> currencies, LocalDate day) =>
        Between(currencies, day.PlusDays(-DayRates.DaysBack - 1), day.PlusDays(1));

    /// <summary>The rates that were published from a first to a last day.</summary>
    public async Task<ImmutableArray<DayRate>> Between(
        IEnumerable<Currency> currencies, LocalDate first, LocalDate last)
    {
        var codes = currencies.Where(currency => currency != Currency.Eur).Select(currency => currency.Code)
            .Distinct().ToArray();
        if (codes.Length == 0) return [];
        var (names, parameters) = BodyQueries.List(codes);
        parameters.Add("last", Words.IsoDay(last));
        parameters.Add("first", Words.IsoDay(first));
        var rows = await database.Read(connection => connection.QueryAsync<(string Code, string Day, string Rate)>(
            $"""
            select currency, day, per_euro from exchange_rates
            where currency in ({names}) and day <= @last and day >= @first
            """, parameters));
        return
        [
            .. rows.Select(row => new DayRate(
                LocalDatePattern.Iso.Parse(row.Day).Value, new(row.Code),
                decimal.Parse(row.Rate, CultureInfo.InvariantCulture))),
        ];
    }

    /// <summary>Takes in what stands at a path, or behind an address that everybody may reach.</summary>
    public async Task<RatesTaken> TakeFrom(string place, CancellationToken cancel = default)
    {
        if (CalendarFetcher.AddressOf(place) is not { } address)
            return File.Exists(place)
                ? await Take(await File.ReadAllBytesAsync(place, cancel))
                : new(0, [], [$"There is no file {place}."]);
        return await fetcher.Fetch(address, null, null, cancel) switch
        {
            Fetched.Content content => await Take(content.Bytes),
            Fetched.Failed failed => new(0, [], [failed.Reason]),
            _ => new(0, [], ["The server sent nothing."]),
        };
    }

    /// <summary>Takes in a file: all of it, or nothing. A rate that is known is never overwritten.</summary>
    public async Task<RatesTaken> Take(ReadOnlyMemory<byte> file)
    {
        var read = RateFile.Read(file);
        if (!read.Faults.IsEmpty) return new(0, [], read.Faults);
        return await database.Read(async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync();
            var (added, changed) = (0, ImmutableArray.CreateBuilder<string>());
            foreach (var rate in read.Rates)
            {
                var row = new
                {
                    code = rate.Currency.Code,
                    day = Words.IsoDay(rate.Day),
                    rate = rate.PerEuro.ToString(CultureInfo.InvariantCulture),
                    hash = read.FileHash,
                };
                var isNew = await connection.ExecuteAsync("""
                    insert into exchange_rates (currency, day, per_euro, file_hash) values (@code, @day, @rate, @hash)
                    on conflict (currency, day) do nothing
                    """, row, transaction) == 1;
                if (isNew)
                {
                    added++;
                    continue;
                }
                var known = decimal.Parse((await connection.ExecuteScalarAsync<string>(
                    "select per_euro from exchange_rates where currency = @code and day = @day", row, transaction))!,
                    CultureInfo.InvariantCulture);
                if (known != rate.PerEuro)
                    changed.Add($"{row.code} of {row.day} is {known} here and {rate.PerEuro} in the file.");
            }
            await transaction.CommitAsync();
            return new RatesTaken(added, changed.ToImmutable(), []);
        });
    }
}
