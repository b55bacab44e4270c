using System.Globalization;

namespace Facilities.Grains.Kernel;

/// <summary>An amount of money: whole minor units and a currency. Amounts of two currencies never mix.</summary>
/// <remarks>The default value has no currency and takes part in no arithmetic. Order is within one currency.</remarks>
/// <param name="Minor">Minor units (cents); may be negative.</param>
/// <param name="Currency">The currency of the amount.</param>
public readonly record struct Money(long Minor, Currency Currency) : IComparable<Money>
{
    /// <summary>The amount in major units, exact, two decimals.</summary>
    public decimal Amount => Minor / (decimal)Currency.MinorPerMajor;

    /// <summary>Nothing, in a currency.</summary>
    public static Money Zero(Currency currency) => new(0, currency);

    /// <summary>An amount that is already whole in minor units.</summary>
    /// <exception cref="FormatException">More than two decimals, or beyond what 64 bits hold.</exception>
    public static Money Of(decimal amount, Currency currency)
    {
        const decimal most = long.MaxValue / (decimal)Currency.MinorPerMajor;
        if (amount is > most or < -most) throw new FormatException("The amount is too large.");
        var minor = amount * Currency.MinorPerMajor;
        if (minor != decimal.Truncate(minor)) throw new FormatException($"{currency} has at most two decimals.");
        return new Money((long)minor, currency);
    }

    /// <summary>An amount rounded half up (away from zero) to the minor unit.</summary>
    public static Money Rounded(decimal amount, Currency currency) =>
        Of(decimal.Round(amount, 2, MidpointRounding.AwayFromZero), currency);

    /// <summary>Whether the amount is above zero.</summary>
    public bool IsPositive => Minor > 0;

    /// <summary>Whether the amount is below zero.</summary>
    public bool IsNegative => Minor < 0;

    /// <summary>Whether the amount is zero.</summary>
    public bool IsZero => Minor == 0;

    /// <summary>This amount times a factor, rounded half up to the minor unit.</summary>
    public Money Times(decimal factor) => Rounded(Amount * factor, Currency);

    /// <summary>The smaller of two amounts of one currency.</summary>
    public static Money Min(Money a, Money b) => a <= b ? a : b;

    /// <summary>The larger of two amounts of one currency.</summary>
    public static Money Max(Money a, Money b) => a >= b ? a : b;

    /// <summary>The sum of amounts, all in the given currency.</summary>
    public static Money Sum(IEnumerable<Money> amounts, Currency currency) =>
        amounts.Aggregate(Zero(currency), (sum, amount) => sum + amount);

    /// <summary>Adds two amounts of one currency.</summary>
    public static Money operator +(Money a, Money b) => new(a.Minor + b.Minor, Same(a, b));
    /// <summary>Subtracts an amount of the same currency.</summary>
    public static Money operator -(Money a, Money b) => new(a.Minor - b.Minor, Same(a, b));
    /// <summary>The opposite amount.</summary>
    public static Money operator -(Money a) => new(-a.Minor, a.Currency);
    /// <summary>Compares two amounts of one currency.</summary>
    public static bool operator <(Money a, Money b) => a.CompareTo(b) < 0;
    /// <summary>Compares two amounts of one currency.</summary>
    public static bool operator >(Money a, Money b) => a.CompareTo(b) > 0;
    /// <summary>Compares two amounts of one currency.</summary>
    public static bool operator <=(Money a, Money b) => a.CompareTo(b) <= 0;
    /// <summary>Compares two amounts of one currency.</summary>
    public static bool operator >=(Money a, Money b) => a.CompareTo(b) >= 0;

    /// <inheritdoc/>
    public int CompareTo(Money other)
    {
        Same(this, other);
        return Minor.CompareTo(other.Minor);
    }

    /// <summary>
    /// The amount for people who read logs: <c>1234.50 EUR</c>. Pages format by the reader's language.
    /// </summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Amount:0.00} {Currency}");

    private static Currency Same(Money a, Money b) => a.Currency == b.Currency && a.Currency.Code is not null
        ? a.Currency
        : throw new InvalidOperationException($"{a.Currency} and {b.Currency} do not mix.");
}
