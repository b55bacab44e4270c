using System.Globalization;
using System.Text.RegularExpressions;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Api.Shell;

/// <summary>
/// How amounts, times and names are said to one reader: numbers as their language writes them, times first as the
/// platform's clock shows them. Pages hold no format of their own.
/// </summary>
public sealed partial class Say(IHttpContextAccessor accessor, IClock clock)
{
    /// <summary>The cookie in which the browser's time zone arrives.</summary>
    public const string ZoneCookie = "tz";

    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en-GB");
    private readonly NumberFormatInfo _numbers = NumbersOf(accessor.HttpContext);

    /// <summary>Now, as this request sees it.</summary>
    public Instant Now { get; } = clock.GetCurrentInstant();

    /// <summary>The reader's own zone; null until the browser has said it.</summary>
    public DateTimeZone? Yours { get; } = ZoneOf(accessor.HttpContext);

    /// <summary>An amount as the reader writes it: <c>€1,710.00</c>, <c>1 710,00 €</c>.</summary>
    public string Money(Money amount)
    {
        var numbers = (NumberFormatInfo)_numbers.Clone();
        numbers.CurrencySymbol = amount.Currency.Code switch
        {
            "EUR" => "€",
            var code when numbers.CurrencyPositivePattern is 0 => code + '\u00a0',
            var code => code,
        };
        return amount.Amount.ToString("C2", numbers).Replace(' ', '\u00a0');
    }

    /// <summary>
    /// A sentence of the rules with its amounts as the reader writes them: rules know no reader and write
    /// <c>1,710.00 EUR</c>.
    /// </summary>
    public string Sentence(string text) => AmountInWords().Replace(text, found => Money(
        Facilities.Grains.Kernel.Money.Of(
            decimal.Parse(found.Groups[1].ValueSpan, NumberStyles.Number, CultureInfo.InvariantCulture),
            Currency.From(found.Groups[2].Value))));

    /// <summary>An amount that is taken away, with a minus sign that is one.</summary>
    public string Less(Money amount) => Money(-amount);

    /// <summary>A number with the reader's separators and no needless zeros.</summary>
    public string Number(decimal number) => number.ToString("#,##0.####", _numbers);

    /// <summary>A share: <c>75 %</c>.</summary>
    public string Percent(Percentage share) => Number(share.Value) + "\u00a0%";

    public string Percent(decimal rate) => Number(rate) + "\u00a0%";

    /// <summary>A length in words: "4 h", "2 h 30 min", "3 days".</summary>
    public static string Length(Length length) => length switch
    {
        { IsCalendarDays: true } => Words.Count(length.Days, "day"),
        { Minutes: > 60 } when length.Minutes % 60 != 0 => $"{length.Minutes / 60} h {length.Minutes % 60} min",
        _ => Words.Length(length),
    };

    /// <summary>A day with its month's name; the year where it is not this one.</summary>
    public string Day(LocalDate day) =>
        day.ToString(day.Year == Now.InUtc().Year ? "ddd d MMM" : "ddd d MMM uuuu", English);

    /// <summary>A day without its weekday, always with the year.</summary>
    public static string Date(LocalDate day) => day.ToString("d MMM uuuu", English);

    /// <summary>A month: "February 2027".</summary>
    public static string Month(LocalDate day) => day.ToString("MMMM uuuu", English);

    /// <summary>A time of day: 08:00.</summary>
    public static string Clock(LocalTime time) => time.ToString("HH:mm", English);

    /// <summary>An instant in a zone: "Mon 1 Feb, 14:30".</summary>
    public string At(Instant instant, DateTimeZone zone)
    {
        var local = instant.InZone(zone);
        return $"{Day(local.Date)}, {Clock(local.TimeOfDay)}";
    }

    /// <summary>An instant by the reader's clock where it is known, else by the given one, named by its city.</summary>
    public string Moment(Instant instant, DateTimeZone zone, string? city = null) =>
        Yours is { } yours ? At(instant, yours) : $"{At(instant, zone)} in {city ?? CityOf(zone)}";

    /// <summary>A deadline: the time alone where it is today.</summary>
    public string Until(Instant instant, DateTimeZone zone)
    {
        var reader = Yours ?? zone;
        var local = instant.InZone(reader);
        var text = local.Date == Now.InZone(reader).Date ? Clock(local.TimeOfDay) : At(instant, reader);
        return Yours is null ? $"{text} in {CityOf(zone)}" : text;
    }

    /// <summary>From when to when, in a zone: "Mon 1 Feb, 08:00–12:00"; whole days by their dates alone.</summary>
    public string Range(Instant start, Instant end, DateTimeZone zone)
    {
        var (from, to) = (start.InZone(zone), end.InZone(zone));
        if (from.TimeOfDay == LocalTime.Midnight && to.TimeOfDay == LocalTime.Midnight)
        {
            var last = to.Date.PlusDays(-1);
            return last == from.Date ? $"{Day(from.Date)}, all day" : $"{Day(from.Date)} – {Day(last)}";
        }
        return from.Date == to.Date
            ? $"{Day(from.Date)}, {Clock(from.TimeOfDay)}–{Clock(to.TimeOfDay)}"
            : $"{At(start, zone)} – {At(end, zone)}";
    }

    /// <summary>The same time by the reader's clock; null where it shows the same, or where it is not known.</summary>
    public string? YoursIfOther(Instant start, Instant end, DateTimeZone zone, bool withCity = true)
    {
        if (Yours is not { } yours) return null;
        if (start.InZone(yours).LocalDateTime == start.InZone(zone).LocalDateTime
            && end.InZone(yours).LocalDateTime == end.InZone(zone).LocalDateTime) return null;
        var (from, to) = (start.InZone(yours), end.InZone(yours));
        var range = from.Date == start.InZone(zone).Date && from.Date == to.Date
            ? $"{Clock(from.TimeOfDay)}–{Clock(to.TimeOfDay)}"
            : $"{At(start, yours)} – {(from.Date == to.Date ? Clock(to.TimeOfDay) : At(end, yours))}";
        return withCity ? $"{range} yours ({CityOf(yours)})" : $"{range} yours";
    }

    /// <summary>The city that names a zone.</summary>
    public static string CityOf(DateTimeZone zone) => zone.Id.Split('/')[^1].Replace('_', ' ');

    /// <summary>A country by its English name.</summary>
    public static string Country(string code) => Countries.GetOrAdd(code, static c => new RegionInfo(c).EnglishName);

    /// <summary>A code such as <c>massSpectrometry</c> as words with a capital: "Mass spectrometry".</summary>
    public static string Name(string code)
    {
        var words = Words.Unit(code).Replace("phase1", "phase 1", StringComparison.Ordinal);
        return words.Length == 0 ? words : char.ToUpperInvariant(words[0]) + words[1..];
    }

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, string> Countries = new();

    [GeneratedRegex(@"(?<![\w.,\-])((?:[0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,12})\.[0-9]{2}) ([A-Z]{3})\b")]
    private static partial Regex AmountInWords();

    private static NumberFormatInfo NumbersOf(HttpContext? context)
    {
        var culture = English;
        var languages = context?.Request.GetTypedHeaders().AcceptLanguage ?? [];
        foreach (var wanted in languages.OrderByDescending(l => l.Quality ?? 1))
        {
            if (Known.TryGetValue(wanted.Value.Value ?? "", out var known))
            {
                culture = known;
                break;
            }
        }
        var numbers = (NumberFormatInfo)culture.NumberFormat.Clone();
        numbers.NegativeSign = "\u2212";
        // The minus stands before amount and symbol alike, as the language places the symbol.
        numbers.CurrencyNegativePattern = numbers.CurrencyPositivePattern switch { 0 => 1, 1 => 5, 2 => 9, _ => 8 };
        return numbers;
    }

    /// <summary>Only languages of the machine are taken, so that a made-up one costs nothing.</summary>
    private static readonly Dictionary<string, CultureInfo> Known = CultureInfo.GetCultures(CultureTypes.AllCultures)
        .Where(c => c.Name.Length > 0)
        .ToDictionary(c => c.Name, CultureInfo.ReadOnly, StringComparer.OrdinalIgnoreCase);

    private static DateTimeZone? ZoneOf(HttpContext? context) =>
        context?.Request.Cookies[ZoneCookie] is { Length: > 0 and < 64 } id
            ? DateTimeZoneProviders.Tzdb.GetZoneOrNull(id) : null;
}
