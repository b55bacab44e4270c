using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using Facilities.Grains.Rates;
using NodaTime;

namespace Facilities.Tests.Simulation;

/// <summary>A bank that publishes another rate of the forint on every working day, and none at weekends.</summary>
internal sealed class SimulatedRates : IRateBook
{
    public static readonly SimulatedRates Bank = new();

    public Task<ImmutableArray<DayRate>> Around(IEnumerable<Currency> currencies, LocalDate day) =>
        Task.FromResult<ImmutableArray<DayRate>>(currencies.Contains(Currency.Huf)
            ?
            [
                .. Enumerable.Range(-DayRates.DaysBack - 1, DayRates.DaysBack + 3).Select(day.PlusDays)
                    .Where(IsWorkday).Select(d => new DayRate(d, Currency.Huf, Published(d))),
            ]
            : []);

    /// <summary>What an amount in euros costs a voucher in forints, by the auditor's own reckoning.</summary>
    public static long InForints(Money euros, LocalDate day)
    {
        while (!IsWorkday(day)) day = day.PlusDays(-1);
        return (long)decimal.Round(euros.Minor * Published(day), MidpointRounding.AwayFromZero);
    }

    /// <summary>The day on which a quote was made, where its first platform is.</summary>
    public static LocalDate DayOf(Quote quote) => quote.At.InZone(DateTimeZoneProviders.Tzdb[
        Marketplace.Offers.First(o => o.Platform == quote.Items[0].Platform.Value).Zone]).Date;

    private static bool IsWorkday(LocalDate day) => day.DayOfWeek is not (IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday);

    private static decimal Published(LocalDate day) => 388.37m + day.DayOfYear % 11 * 1.69m;
}
