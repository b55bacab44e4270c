using System.Globalization;

namespace Facilities.Grains.Kernel;

/// <summary>A share of something, in percent: 0 to 100.</summary>
/// <param name="Value">Percent; 75 means three quarters.</param>
public readonly record struct Percentage(decimal Value) : IComparable<Percentage>
{
    /// <summary>Makes a percentage.</summary>
    /// <exception cref="FormatException">Below 0 or above 100.</exception>
    public static Percentage From(decimal value) => value is >= 0 and <= 100
        ? new Percentage(value)
        : throw new FormatException("A percentage lies between 0 and 100.");

    /// <summary>This share of an amount, rounded half up to the minor unit.</summary>
    public Money Of(Money amount) => amount.Times(Value / 100);

    /// <inheritdoc/>
    public int CompareTo(Percentage other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value:0.##} %");
}
