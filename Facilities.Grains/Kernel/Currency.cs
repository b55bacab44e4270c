namespace Facilities.Grains.Kernel;

/// <summary>A currency by its ISO 4217 code. Two decimals for each, the forint included (EN 16931 amounts).</summary>
/// <param name="Code">Three capital letters.</param>
public readonly record struct Currency(string Code)
{
    /// <summary>The euro.</summary>
    public static readonly Currency Eur = new("EUR");

    /// <summary>The Hungarian forint.</summary>
    public static readonly Currency Huf = new("HUF");

    /// <summary>Minor units in one major unit.</summary>
    public const int MinorPerMajor = 100;

    /// <summary>Makes a currency from its code.</summary>
    /// <exception cref="FormatException">Not three capital letters A to Z.</exception>
    public static Currency From(string code) => code is { Length: 3 } && code.All(char.IsAsciiLetterUpper)
        ? new Currency(code)
        : throw new FormatException("A currency is an ISO 4217 code of three capital letters, such as EUR.");

    /// <inheritdoc/>
    public override string ToString() => Code;
}
