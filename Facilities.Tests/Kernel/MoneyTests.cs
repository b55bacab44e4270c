using Facilities.Grains.Kernel;

namespace Facilities.Tests.Kernel;

public sealed class MoneyTests
{
    private static Money Eur(decimal amount) => Money.Of(amount, Currency.Eur);

    [Theory]
    [InlineData("0.004", "0.00")]
    [InlineData("0.005", "0.01")]
    [InlineData("1.005", "1.01")]
    [InlineData("2.675", "2.68")]
    [InlineData("-0.004", "0.00")]
    [InlineData("-0.005", "-0.01")]
    [InlineData("1.00499999", "1.00")]
    public void A_half_cent_is_rounded_away_from_zero(string exact, string rounded) =>
        Assert.Equal(Eur(Number(rounded)), Money.Rounded(Number(exact), Currency.Eur));

    [Fact]
    public void A_share_is_rounded_half_up()
    {
        Assert.Equal(Eur(0.01m), new Percentage(50).Of(Eur(0.01m)));
        Assert.Equal(Eur(33.33m), Eur(99.99m).Times(1 / 3m));
        Assert.Equal(Eur(-0.01m), Eur(-0.01m).Times(0.5m));
    }

    [Fact]
    public void Currencies_never_mix()
    {
        var one = Eur(1);
        var other = Money.Of(1, Currency.Huf);
        Assert.Throws<InvalidOperationException>(() => one + other);
        Assert.Throws<InvalidOperationException>(() => one - other);
        Assert.Throws<InvalidOperationException>(() => one < other);
        Assert.Throws<InvalidOperationException>(() => Money.Min(one, other));
        Assert.Throws<InvalidOperationException>(() => Money.Sum([one, other], Currency.Eur));
        Assert.NotEqual(one, other);
    }

    [Fact]
    public void The_default_takes_part_in_no_arithmetic() =>
        Assert.Throws<InvalidOperationException>(() => default(Money) + default(Money));

    [Fact]
    public void What_does_not_fit_overflows_instead_of_wrapping()
    {
        var most = new Money(long.MaxValue, Currency.Eur);
        Assert.Throws<OverflowException>(() => most + new Money(1, Currency.Eur));
        Assert.Throws<OverflowException>(() => -new Money(long.MinValue, Currency.Eur));
        Assert.Equal(most, Money.Of(most.Amount, Currency.Eur));
    }

    [Fact]
    public void Sums_and_differences_are_exact()
    {
        Assert.Equal(Eur(0.3m), Eur(0.1m) + Eur(0.2m));
        Assert.Equal(Eur(-0.1m), Eur(0.1m) - Eur(0.2m));
        Assert.Equal(Eur(0), Money.Sum([], Currency.Eur));
        Assert.Equal((Eur(1), Eur(2)), (Money.Min(Eur(1), Eur(2)), Money.Max(Eur(1), Eur(2))));
    }

    private static decimal Number(string text) =>
        decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
