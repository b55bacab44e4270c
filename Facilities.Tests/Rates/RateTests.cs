using System.Text;
using Facilities.Grains.Kernel;
using Facilities.Grains.Rates;
using Facilities.Silo.Calendars;
using Facilities.Silo.Rates;
using Facilities.Silo.Storage;
using Facilities.Tests.Verification;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Rates;

/// <summary>The worked cases of the reference rates of 28 June 2024.</summary>
public sealed class RateTests
{
    private static readonly LocalDate Friday = new(2024, 6, 28);

    private const string File = """
        <?xml version="1.0" encoding="UTF-8"?>
        <gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"
          xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><gesmes:subject>Reference rates</gesmes:subject>
          <Cube><Cube time='2024-06-28'><Cube currency='CZK' rate='25.025'/><Cube currency='DKK' rate='7.4575'/>
          <Cube currency='GBP' rate='0.84638'/><Cube currency='HUF' rate='395.10'/><Cube currency='PLN' rate='4.3090'/>
          <Cube currency='SEK' rate='11.3595'/><Cube currency='CHF' rate='0.9634'/><Cube currency='NOK' rate='11.3965'/>
          </Cube></Cube></gesmes:Envelope>
        """;

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static decimal Rate(string currency, LocalDate day) => DayRates.PerEuro(
        RateFile.Read(Bytes(File)).Rates, new(currency), day)!.Value;

    [Theory]
    [InlineData("HUF", 395_100.00, 2.53)]
    [InlineData("SEK", 11_359.50, 88.03)]
    [InlineData("DKK", 7_457.50, 134.09)]
    [InlineData("CZK", 25_025.00, 39.96)]
    [InlineData("GBP", 846.38, 1_181.50)]
    [InlineData("PLN", 4_309.00, 232.07)]
    [InlineData("NOK", 11_396.50, 87.75)]
    [InlineData("CHF", 963.40, 1_037.99)]
    public void X1_and_X2_a_thousand_there_and_back(string code, decimal there, decimal back)
    {
        var (currency, rate) = (new Currency(code), Rate(code, Friday));
        Assert.Equal(Money.Of(there, currency), DayRates.Convert(Eur(1_000), 1, currency, rate));
        Assert.Equal(Eur(back), DayRates.Convert(Money.Of(1_000, currency), rate, Currency.Eur, 1));
    }

    [Fact]
    public void X3_two_other_currencies_meet_without_rounding_in_between() => Assert.Equal(
        Huf(46_681.16m), DayRates.Convert(
            Money.Of(100, new("GBP")), Rate("GBP", Friday), Currency.Huf, Rate("HUF", Friday)));

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(7, true)]
    [InlineData(8, false)]
    [InlineData(-1, false)]
    public void X4_and_X6_a_rate_holds_for_the_week_after_it_and_never_before(int days, bool holds) => Assert.Equal(
        holds ? 395.10m : null,
        DayRates.PerEuro(RateFile.Read(Bytes(File)).Rates, Currency.Huf, Friday.PlusDays(days)));

    [Fact]
    public void X8_the_lev_is_fixed_since_the_euro_came() =>
        Assert.Equal(1.95583m, DayRates.PerEuro([], new("BGN"), new(2026, 2, 1)));

    [Fact]
    public void X9_and_X10_a_cap_in_euros_is_rounded_down_in_forints()
    {
        var rate = Rate("HUF", Friday);
        Assert.Equal(Huf(1_975_500), DayRates.Cap(Eur(5_000), 1, Currency.Huf, rate));
        Assert.Equal(Eur(6_074.41m), DayRates.Convert(Huf(2_400_000), rate, Currency.Eur, 1));
        Assert.Equal(Eur(728.93m), DayRates.Convert(Huf(288_000), rate, Currency.Eur, 1));
        Assert.Equal(Huf(0.12m), DayRates.Cap(Eur(0.01m), 1, Currency.Huf, 12.9m));
    }

    [Fact]
    public void S4_what_a_voucher_in_forints_pays_of_a_price_in_euros()
    {
        var rate = Rate("HUF", Friday);
        var share = new Percentage(60).Of(Eur(3_200));
        var inForints = DayRates.Convert(share, 1, Currency.Huf, rate);
        Assert.Equal((Eur(1_920), Huf(758_592)), (share, inForints));
        Assert.True(inForints <= Huf(1_000_000));
        Assert.Equal(Eur(1_280), Eur(3_200) - share);
        Assert.Equal(
            Huf(341_366.40m), new Percentage(27).Of(DayRates.Convert(Eur(3_200), 1, Currency.Huf, rate)));
    }

    [Fact]
    public void D13_an_award_in_forints_counts_in_euros_at_the_rate_of_its_day() => Assert.Equal(
        Eur(5_062.01m), DayRates.Convert(Huf(2_000_000), Rate("HUF", Friday), Currency.Eur, 1));

    [Theory]
    [InlineData("rate='395.10'", "rate='N/A'", "no rate")]
    [InlineData("rate='395.10'", "rate='0'", "no rate")]
    [InlineData("rate='395.10'", "rate='395,10'", "no rate")]
    [InlineData("currency='HUF'", "currency='CZK'", "twice")]
    [InlineData("time='2024-06-28'", "time='28 June'", "no day")]
    [InlineData("eurofxref\"", "other\"", "no rates")]
    [InlineData("<?xml", "<!DOCTYPE x [<!ENTITY a 'b'>]><?xml", "no XML")]
    public void A_file_that_is_wrong_in_any_way_changes_nothing_and_says_why(string right, string wrong, string fault)
    {
        var read = RateFile.Read(Bytes(File.Replace(right, wrong, StringComparison.Ordinal)));
        Assert.Empty(read.Rates);
        Assert.Contains(read.Faults, f => f.Contains(fault, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(StorageProvider.Sqlite)]
    [InlineData(StorageProvider.Postgres)]
    public async Task X11_a_rate_that_is_known_stays_as_it_was_and_another_is_told(StorageProvider provider)
    {
        await using var database = await SoundDatabase.Copy(provider);
        using var fetcher = new CalendarFetcher(new CalendarFetching());
        var rates = new ExchangeRates(database.Dialect, fetcher);
        Assert.Equal(8, (await rates.Take(Bytes(File))).Added);
        var again = await rates.Take(Bytes(File.Replace("395.10", "396.10", StringComparison.Ordinal)));
        Assert.Equal((0, "HUF of 2024-06-28 is 395.10 here and 396.10 in the file."), (again.Added, again.Changed[0]));
        Assert.Null(await rates.PerEuro(Currency.Huf, new(2024, 6, 27)));
        await rates.Take(Bytes(File.Replace("06-28", "06-27", StringComparison.Ordinal)
            .Replace("395.10", "394.10", StringComparison.Ordinal)));
        // The newest of the days before counts, of one currency and of several.
        Assert.Equal(395.10m, await rates.PerEuro(Currency.Huf, new(2024, 6, 30)));
        Assert.Equal(394.10m, await rates.PerEuro(Currency.Huf, new(2024, 6, 27)));
        var several = await rates.On([Currency.Huf, new("GBP"), Currency.Eur], new(2024, 6, 30));
        Assert.Equal(
            (395.10m, new LocalDate(2024, 6, 28)),
            DayRates.Find(several, Currency.Huf, new(2024, 6, 30)) is var huf ? (huf!.PerEuro, huf.Day) : default);
        Assert.Equal(["GBP", "HUF"], several.Select(r => r.Currency.Code).Distinct().Order());
        Assert.Null(await rates.PerEuro(Currency.Huf, new(2024, 7, 6)));
        Assert.Equal(1m, await rates.PerEuro(Currency.Eur, new(1990, 1, 1)));
        Assert.NotEmpty((await rates.TakeFrom("http://127.0.0.1:1/eurofxref.xml")).Faults);
    }
}
