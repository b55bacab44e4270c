using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Api.Shell;

/// <summary>Conditions of a service in words.</summary>
public static class TariffWords
{
    /// <summary>The cancellation ladder, rung by rung.</summary>
    public static IEnumerable<string> Ladder(Service service, Say say)
    {
        if (service.Cancellation.IsEmpty) yield return "Free at any time before the start.";
        int? above = null;
        var one = service.Rules?.NoticeIn == NoticeIn.WorkingDays ? "working day" : "day";
        foreach (var rung in service.Cancellation.OrderByDescending(r => r.NoticeDays))
        {
            var when = (rung.NoticeDays, above) switch
            {
                (0, null) => "At any time",
                (0, { } days) => $"Less than {Words.Count(days, one)} before",
                (var least, null) => $"{Words.Count(least, one)} or more before",
                (var least, { } days) when days - 1 == least => $"{Words.Count(least, one)} before",
                (var least, { } days) => $"{least} to {Words.Count(days - 1, one)} before",
            };
            yield return rung.Fee.Value == 0
                ? $"{when}: free" : $"{when}: {say.Percent(rung.Fee)} of time and operator";
            above = rung.NoticeDays;
        }
    }

    /// <summary>What one price covers: "per half day", "per run".</summary>
    public static string Per(Service service) => $"per {Words.Unit(service.Unit)}";

    /// <summary>How long it may be booked.</summary>
    public static string Lengths(Service service) => service.Duration.Min == service.Duration.Max
        ? Say.Length(service.Duration.Min)
        : $"{Say.Length(service.Duration.Min)} to {Say.Length(service.Duration.Max)}, "
            + $"in steps of {Say.Length(service.Duration.Step)}";

    /// <summary>Opening hours: "Mon–Fri 08:00–20:00".</summary>
    public static string Hours(HoursRule rule)
    {
        // Any further part changes what the weekdays or the times mean, so such a rule has a whole sentence.
        const string prefix = "FREQ=WEEKLY;BYDAY=";
        var days = rule.Rrule.StartsWith(prefix, StringComparison.Ordinal) && !rule.Rrule[prefix.Length..].Contains(';')
            ? rule.Rrule[prefix.Length..].Split(',')
            : null;
        if (days is null && rule.Rrule != "FREQ=DAILY") return HoursWords.Line(rule);
        var text = days is not null ? Days(days) : "Every day";
        var times = rule is { From.Minutes: 0, To.Minutes: 24 * 60 } ? "all day" : $"{rule.From}\u2060–\u2060{rule.To}";
        return rule.ValidUntil is { } last ? $"{text} {times}, until {Say.Date(last)}" : $"{text} {times}";
    }

    private static readonly string[] Codes = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    private static readonly string[] Names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    private static string Days(string[] codes)
    {
        var open = codes.Select(c => Array.IndexOf(Codes, c)).Where(i => i >= 0).Order().ToArray();
        if (open.Length == 7) return "Every day";
        var isRun = open.Length > 2 && open[^1] - open[0] == open.Length - 1;
        return isRun ? $"{Names[open[0]]}–{Names[open[^1]]}" : string.Join(", ", open.Select(i => Names[i]));
    }
}
