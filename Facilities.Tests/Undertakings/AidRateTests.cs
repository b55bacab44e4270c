using Facilities.Grains.Kernel;
using Facilities.Grains.Rates;
using Facilities.Grains.Undertakings;
using NodaTime;

namespace Facilities.Tests.Undertakings;

/// <summary>By which rate, and of which day, an aid in another currency counts.</summary>
public sealed class AidRateTests
{
    private static readonly Currency Zloty = new("PLN");
    private static readonly LocalDate Sunday = new(2026, 11, 22);
    private static readonly DayRate[] Published =
        [new(new(2026, 11, 19), Zloty, 4.2m), new(new(2026, 11, 20), Zloty, 4.25m), new(new(2026, 11, 23), Zloty, 5)];

    [Fact]
    public void A_published_rate_is_named_with_the_day_that_it_is_of() => Assert.Equal(
        new AidRate(4.25m, new(2026, 11, 20), AidRateSource.Published), Of(Entry(235_294, 4.25m)));

    [Fact]
    public void A_rate_that_was_not_kept_is_the_published_one_where_it_leads_to_what_counts() => Assert.Equal(
        new AidRate(4.25m, new(2026, 11, 20), AidRateSource.Published), Of(Entry(235_294, null)));

    [Fact]
    public void A_rate_that_somebody_gave_is_of_the_day_of_the_grant() => Assert.Equal(
        new AidRate(4.3m, Sunday, AidRateSource.Stated), Of(Entry(232_558, 4.3m)));

    [Fact]
    public void A_rate_that_nobody_kept_or_published_is_reckoned_from_both_amounts()
    {
        var rate = Of(Entry(232_558, null))!;
        Assert.Equal(new AidRate(4.3m, Sunday, AidRateSource.Reckoned), rate);
        Assert.Equal("at about 4.3 PLN for one euro on 22 November 2026", rate.InWords(Zloty));
    }

    [Fact]
    public void What_counts_in_its_own_currency_has_no_rate() =>
        Assert.Null(Of(Entry(1_000_000, null) with { Amount = Money.Of(10_000, Currency.Eur) }));

    [Fact]
    public void What_is_declared_keeps_the_rate_that_it_was_declared_with()
    {
        EarlierAid declared = new(
            Sunday, Money.Of(10_000, Zloty), AidBasis.DeMinimis, "PARP", "PL", PerEuro: 4.3m);
        Assert.Equal(4.3m, Assert.Single(EarlierAid.EntriesOf(new("odra"), [declared])).PerEuro);
    }

    private static AidRate? Of(AidEntry entry) => AidRate.Of(entry, Published);

    private static AidEntry Entry(long cents, decimal? perEuro) => new(
        "aid", new("odra"), "PL", AidBasis.DeMinimis, Sunday, Money.Of(10_000, Zloty), new(cents, Currency.Eur),
        "PARP", AidSource.Voucher)
    {
        PerEuro = perEuro,
    };
}
