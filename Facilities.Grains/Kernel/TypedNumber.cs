using System.Globalization;
using System.Text.RegularExpressions;

namespace Facilities.Grains.Kernel;

/// <summary>
/// A number as people of several countries type it: <c>1250.50</c>, <c>1250,50</c>, <c>1,250.50</c>,
/// <c>1.250,50</c>, <c>1 250,50</c>, <c>1'250.50</c>. Never guessed: one comma or point alone comes before the
/// decimals, and an amount of money with three decimals, such as <c>1,250</c>, is refused.
/// </summary>
public static partial class TypedNumber
{
    /// <summary>How an amount is to be typed, for those whose amount could not be read.</summary>
    public const string AmountHint = "Write an amount such as 1250.50, without marks between thousands.";

    // Marks between thousands are of one kind, and never the one before the decimals.
    private const string
        Plain = @"(?<whole>[0-9]{1,15})([.,](?<part>[0-9]{1,12}))?",
        Spaced = @"(?<whole>[0-9]{1,3}(?<gap>[ '’\u00A0\u2009\u202F])[0-9]{3}(\k<gap>[0-9]{3}){0,3})"
            + "([.,](?<part>[0-9]{1,12}))?",
        Commas = @"(?<whole>[0-9]{1,3}(,[0-9]{3}){1,4})\.(?<part>[0-9]{1,12})|(?<whole>[0-9]{1,3}(,[0-9]{3}){2,4})",
        Points = @"(?<whole>[0-9]{1,3}(\.[0-9]{3}){1,4}),(?<part>[0-9]{1,12})|(?<whole>[0-9]{1,3}(\.[0-9]{3}){2,4})";

    /// <summary>The number, zero or more; null where it is none or could be read in two ways.</summary>
    public static decimal? Read(string? text) =>
        Shape().Match(text?.Trim() ?? "") is { Success: true } found
            ? decimal.Parse(
                NotDigits().Replace(found.Groups["whole"].Value, "")
                + (found.Groups["part"] is { Success: true } part ? $".{part.Value}" : ""),
                NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture)
            : null;

    /// <summary>The amount; null where it is none, has more than two decimals, or is more than any budget.</summary>
    public static Money? Amount(string? text, Currency currency) =>
        Read(text) is { } number && number * Currency.MinorPerMajor <= Limits.BudgetMinor
            && number.Scale <= 2
            ? Money.Of(number, currency)
            : null;

    [GeneratedRegex($"^({Plain}|{Spaced}|{Commas}|{Points})$", RegexOptions.ExplicitCapture)]
    private static partial Regex Shape();

    [GeneratedRegex(@"[^0-9]")]
    private static partial Regex NotDigits();
}
