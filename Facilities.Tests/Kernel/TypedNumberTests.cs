using System.Globalization;
using Facilities.Grains.Kernel;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Facilities.Tests.Kernel;

public class TypedNumberTests
{
    private static readonly string[] Countries =
        ["en-IE", "de-DE", "de-AT", "de-CH", "fr-FR", "fr-CH", "it-IT", "pl-PL", "cs-CZ", "hu-HU", "sv-SE", "es-ES"];

    [Fact]
    public void An_amount_is_read_as_each_country_writes_it() => Prop.ForAll(
        Gen.Choose(0, 2_000_000_000).Select(minor => minor / 100m).ToArbitrary(),
        Gen.Elements(Countries).ToArbitrary(),
        (amount, country) => TypedNumber.Read(amount.ToString("N2", new CultureInfo(country))) == amount)
        .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("1250", "1250")]
    [InlineData(" 1250,5 ", "1250.5")]
    [InlineData("1250.50", "1250.50")]
    [InlineData("1,250,000", "1250000")]
    [InlineData("1.250.000", "1250000")]
    [InlineData("1 250", "1250")]
    [InlineData("1’250’000.05", "1250000.05")]
    // One mark alone comes before the decimals: a rate may have three of them.
    [InlineData("4,287", "4.287")]
    [InlineData("391.125", "391.125")]
    public void Is_read(string typed, string number) =>
        Assert.Equal(number, TypedNumber.Read(typed)?.ToString(CultureInfo.InvariantCulture));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-5")]
    [InlineData("1e3")]
    [InlineData("1,25,000")]
    [InlineData("1.250,000.00")]
    [InlineData("1 250'000")]
    [InlineData("12 50")]
    [InlineData(",5")]
    [InlineData("5.")]
    [InlineData("٣")]
    [InlineData("9999999999999999999999")]
    public void Is_no_number(string? typed) => Assert.Null(TypedNumber.Read(typed));

    [Theory]
    [InlineData("1,250")]
    [InlineData("1.250")]
    [InlineData("12.505")]
    [InlineData("10000000000.01")]
    public void Is_no_amount(string typed) => Assert.Null(TypedNumber.Amount(typed, Currency.Eur));
}
