using Facilities.Grains.Kernel;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Api.Search;

/// <summary>What a reader asked for on the find page; whatever cannot be read counts as not asked.</summary>
/// <param name="To">The last day, as people say it.</param>
public sealed record Asked(
    string? Category, string? Where, LocalDate From, LocalDate To, Length? Duration, bool ByPrice, string? Words)
{
    public string? Country => Part("country:");

    public string? Cluster => Part("cluster:");

    public static Asked Read(IQueryCollection query, LocalDate tomorrow)
    {
        var from = DateOf(query["from"]) ?? tomorrow;
        var to = DateOf(query["to"]) ?? from.PlusDays(13);
        if (to < from) to = from;
        if (Period.DaysBetween(from, to) >= Limits.SlotDays) to = from.PlusDays(Limits.SlotDays - 1);
        return new Asked(Text(query["category"]), Text(query["where"]), from, to,
            Length.TryParse(query["duration"], out var length) && !length.IsZero ? length : null,
            query["sort"] == "price", Text(query["q"]));
    }

    /// <summary>The same question, sorted otherwise.</summary>
    public string Address(bool byPrice) => "/find" + QueryString.Create(new Dictionary<string, string?>
    {
        ["category"] = Category ?? "",
        ["where"] = Where ?? "",
        ["from"] = LocalDatePattern.Iso.Format(From),
        ["to"] = LocalDatePattern.Iso.Format(To),
        ["duration"] = Duration?.ToString() ?? "",
        ["sort"] = byPrice ? "price" : "start",
        ["q"] = Words ?? "",
    });

    private string? Part(string kind) =>
        Where?.StartsWith(kind, StringComparison.Ordinal) == true ? Where[kind.Length..] : null;

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static LocalDate? DateOf(string? text) => text is not null
        && LocalDatePattern.Iso.Parse(text).TryGetValue(default, out var date)
        && date.Year is > 2000 and < 2200 ? date : null;
}
