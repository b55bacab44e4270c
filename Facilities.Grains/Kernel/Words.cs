using System.Globalization;
using System.Text;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Grains.Kernel;

/// <summary>How amounts, lengths and days are written inside reasons, in plain English for every reader
/// alike.</summary>
public static class Words
{
    // Reading a pattern takes longer than writing a time by it.
    private static readonly LocalDatePattern Days = LocalDatePattern.CreateWithInvariantCulture("d MMMM uuuu");
    private static readonly ZonedDateTimePattern Times =
        ZonedDateTimePattern.CreateWithInvariantCulture("ddd d MMM uuuu, HH:mm '('o<m>')'", null);

    /// <summary>An amount with thousands marked: <c>1,453.50 EUR</c>.</summary>
    public static string Money(Money amount) => $"{Amount(amount)} {amount.Currency}";

    /// <summary>An amount without its currency: <c>1,453.50</c>.</summary>
    public static string Amount(Money amount) => amount.Amount.ToString("#,##0.00", CultureInfo.InvariantCulture);

    /// <summary>A number without needless zeros: <c>1.5</c>. At most four decimals are shown.</summary>
    public static string Number(decimal number) => number.ToString("#,##0.####", CultureInfo.InvariantCulture);

    /// <summary>The name of a kind as people write it: <c>structuralBiology</c> is structural biology.</summary>
    public static string Kind(string name) =>
        string.Concat(name.Select(c => char.IsAsciiLetterUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{c}"));

    /// <summary>A name of a unit as words: <c>halfDay</c> is "half day".</summary>
    public static string Unit(string unit)
    {
        var words = new StringBuilder(unit.Length + 2);
        foreach (var letter in unit)
        {
            if (char.IsUpper(letter) && words.Length > 0) words.Append(' ');
            words.Append(char.ToLowerInvariant(letter));
        }
        return words.ToString();
    }

    /// <summary>A length: "4 h", "30 min", "2 days".</summary>
    public static string Length(Length length) => length switch
    {
        { IsCalendarDays: true } => Count(length.Days, "day"),
        { Minutes: > 0 } when length.Minutes % 60 == 0 => $"{Number(length.Hours)} h",
        _ => $"{Number(length.Minutes)} min",
    };

    /// <summary>A number of things: "1 day", "3 days".</summary>
    public static string Count(long number, string thing) =>
        $"{Number(number)} {thing}{(number == 1 ? "" : "s")}";

    /// <summary>A day as people write it: <c>1 February 2027</c>.</summary>
    public static string Day(LocalDate day) => Days.Format(day);

    /// <summary>A day as programs write it: <c>2027-02-01</c>.</summary>
    public static string IsoDay(LocalDate day) => LocalDatePattern.Iso.Format(day);

    /// <summary>
    /// An instant as a platform's clock shows it, with its offset: <c>Mon 1 Feb 2027, 08:00 (+01:00)</c>.
    /// </summary>
    public static string Time(Instant instant, DateTimeZone zone) => Times.Format(instant.InZone(zone));

    /// <summary>Several things: "a", "a and b", "a, b and c".</summary>
    public static string List(IReadOnlyList<string> things) => things.Count switch
    {
        0 => "nothing",
        1 => things[0],
        _ => $"{string.Join(", ", things.Take(things.Count - 1))} and {things[^1]}",
    };
}
