using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Rates;
using Facilities.Grains.Tables;
using Facilities.Grains.Undertakings;
using Facilities.Silo.Rates;
using NodaTime;

namespace Facilities.Api.Awards;

/// <summary>The rate by which awards in another currency count against a ceiling in euros.</summary>
/// <param name="PerEuro">Units of the programme's currency for one euro.</param>
/// <param name="Day">The day that the ECB published it for; null where an officer gave it.</param>
/// <param name="Euros">What all awards count together.</param>
public sealed record AwardRate(decimal PerEuro, LocalDate? Day, Money Euros);

/// <summary>
/// Gives every award of a file its rate: the published one, or where there is none the one in the column
/// <c>perEuro</c>. A rate of the file that differs from the published one is a fault.
/// </summary>
public sealed class AwardRates(ExchangeRates rates, IClock clock)
{
    public const string Column = "perEuro";

    public async Task<(ImportAwards Command, AwardRate? Rate, ImmutableArray<CsvFault> Faults)> Give(
        ProgrammeTerms terms, ImportAwards command)
    {
        var currency = terms.Budget.Currency;
        if (Eligibility.BasisOf(terms) is not { } basis || AidCeiling.Of(basis.Act)?.Currency != Currency.Eur
            || currency == Currency.Eur)
            return (command, null, []);
        var today = clock.GetCurrentInstant().InZone(DateTimeZoneProviders.Tzdb[terms.TimeZone]).Date;
        var published = DayRates.Find(await rates.On([currency], today), currency, today);
        var faults = command.Lines.Where(line => line.Amount.Currency == currency)
            .Select(line => Fault(line, currency, published)).OfType<CsvFault>().ToImmutableArray();
        if (!faults.IsEmpty || command.Lines.IsEmpty) return (command, null, faults);
        ImmutableArray<AwardLine> lines =
            [.. command.Lines.Select(line => line with { PerEuro = published?.PerEuro ?? line.PerEuro })];
        return (
            command with { Lines = lines },
            lines.All(line => line.PerEuro > 0)
                ? new(
                    lines[0].PerEuro!.Value, published?.Day,
                    Money.Sum(lines.Select(line => EuroRate.Convert(line.Amount, line.PerEuro!.Value)), Currency.Eur))
                : null,
            []);
    }

    private static CsvFault? Fault(AwardLine line, Currency currency, DayRate? published) =>
        (line.PerEuro, published) switch
        {
            (null, null) => new(
                line.Line, Column, $"Give the ECB's rate of today: how many {currency} one euro is."),
            ( <= 0, _) => new(line.Line, Column, "A rate is above zero."),
            ({ } given, { } known) when given != known.PerEuro => new(
                line.Line, Column,
                $"The ECB's rate of {Words.Day(known.Day)} is {Words.Number(known.PerEuro)} {currency} for one euro. "
                    + "Leave the cell empty."),
            _ => null,
        };
}
