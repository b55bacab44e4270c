using Facilities.Grains.Platforms;

namespace Facilities.Grains.Availability;

/// <summary>Hours in a few words, for the lines of a price.</summary>
public static class ShortHours
{
    private static readonly string[] Codes = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    private static readonly string[] Names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    /// <summary>Days and times: "Mon–Fri 20:00–24:00".</summary>
    public static string Of(HoursRule rule) =>
        rule is { From.Minutes: 0, To.Minutes: 24 * 60 } ? Days(rule) : $"{Days(rule)} {rule.From}–{rule.To}";

    /// <summary>The days of a rule; the rule itself where it says more than weekdays.</summary>
    public static string Days(HoursRule rule)
    {
        // Any further part changes what the weekdays or the times mean, so such a rule is shown as it stands.
        const string prefix = "FREQ=WEEKLY;BYDAY=";
        if (rule.Rrule == "FREQ=DAILY") return "Every day";
        if (!rule.Rrule.StartsWith(prefix, StringComparison.Ordinal) || rule.Rrule[prefix.Length..].Contains(';'))
            return rule.Rrule;
        var open = rule.Rrule[prefix.Length..].Split(',').Select(c => Array.IndexOf(Codes, c)).Where(i => i >= 0)
            .Order().ToArray();
        if (open.Length == 7) return "Every day";
        var isRun = open.Length > 2 && open[^1] - open[0] == open.Length - 1;
        return isRun ? $"{Names[open[0]]}–{Names[open[^1]]}" : string.Join(", ", open.Select(i => Names[i]));
    }
}
