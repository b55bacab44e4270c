using System.Collections.Immutable;
using System.Globalization;
using Facilities.Grains.Availability;
using Facilities.Grains.ICalendar;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Api.Hours;

/// <summary>What a manager typed about one rule of opening hours, kept as typed until it is saved.</summary>
/// <param name="Days">The chosen weekdays as RFC 5545 writes them.</param>
/// <param name="Weeks">Every how many weeks.</param>
/// <param name="Rule">A whole rule, which then counts in place of weekdays and weeks.</param>
public sealed record HoursForm(
    ImmutableArray<string> Days, string Weeks, string From, string To, string ValidFrom, string ValidUntil, string Rule)
{
    /// <summary>The weekdays, in order.</summary>
    public static readonly ImmutableArray<(string Code, string Name)> Weekdays =
    [
        ("MO", "Monday"), ("TU", "Tuesday"), ("WE", "Wednesday"), ("TH", "Thursday"), ("FR", "Friday"),
        ("SA", "Saturday"), ("SU", "Sunday"),
    ];

    public static readonly HoursForm Empty =
        new(["MO", "TU", "WE", "TH", "FR"], "1", "08:00", "18:00", "", "", "");

    public static HoursForm Read(IFormCollection form) => new(
        [.. form["day"].OfType<string>()], form["weeks"].ToString().Trim(), form["from"].ToString().Trim(),
        form["to"].ToString().Trim(), form["validFrom"].ToString(), form["validUntil"].ToString(),
        form["rule"].ToString().Trim());

    /// <summary>A rule as the form shows it: by weekdays where they say all of it.</summary>
    public static HoursForm Of(HoursRule rule)
    {
        var recurrence = RecurrenceRule.Read(rule.Rrule).Rule;
        var isSimple = recurrence is { Frequency: Frequency.Weekly, Days.IsEmpty: false }
            && recurrence == new RecurrenceRule
            {
                Frequency = Frequency.Weekly,
                Interval = recurrence.Interval,
                Days = recurrence.Days,
            } && recurrence.Days.All(day => day.Number == 0);
        return new HoursForm(
            isSimple ? [.. recurrence!.Days.Select(day => day.ToString())] : [],
            isSimple ? recurrence!.Interval.ToString(CultureInfo.InvariantCulture) : "1",
            rule.From.ToString(), rule.To.ToString(), Words.IsoDay(rule.ValidFrom),
            rule.ValidUntil is { } last ? Words.IsoDay(last) : "", isSimple ? "" : rule.Rrule);
    }

    /// <summary>The rule, or every fault of the form at once, each naming the part that is wrong.</summary>
    public (HoursRule? Rule, ImmutableArray<Fault> Faults) Hours()
    {
        var faults = ImmutableArray.CreateBuilder<Fault>();
        var (from, to) = (Time(From, "/from", faults), Time(To, "/to", faults));
        var first = ValidFrom.Length == 0 ? HoursRule.DefaultValidFrom : Date(ValidFrom, "/validFrom", faults);
        var last = ValidUntil.Length == 0 ? null : Date(ValidUntil, "/validUntil", faults);
        if (Rule.Length == 0 && Days.IsEmpty)
            faults.Add(new Fault("/day", "Choose at least one weekday, or write a rule of your own."));
        if (Rule.Length == 0
            && (!int.TryParse(Weeks, NumberStyles.None, CultureInfo.InvariantCulture, out var weeks) || weeks < 1))
            faults.Add(new Fault("/weeks", "Say every how many weeks: 1, 2 and so on."));
        if (faults.Count > 0) return (null, faults.ToImmutable());
        var rule = new HoursRule(Rule.Length > 0 ? Rule : Simple(), from!.Value, to!.Value, first!.Value, last);
        faults.AddRange(HoursRules.Faults(rule, ""));
        return faults.Count > 0 ? (null, faults.ToImmutable()) : (rule, []);
    }

    private string Simple() =>
        $"FREQ=WEEKLY{(Weeks == "1" ? "" : $";INTERVAL={Weeks}")};BYDAY={string.Join(',', Days)}";

    private static TimeOfDay? Time(string text, string pointer, ImmutableArray<Fault>.Builder faults)
    {
        try
        {
            return TimeOfDay.Parse(text);
        }
        catch (FormatException wrong)
        {
            faults.Add(new Fault(pointer, wrong.Message));
            return null;
        }
    }

    private static LocalDate? Date(string text, string pointer, ImmutableArray<Fault>.Builder faults)
    {
        if (LocalDatePattern.Iso.Parse(text) is { Success: true } date) return date.Value;
        faults.Add(new Fault(pointer, "Give a day such as 2027-06-01."));
        return null;
    }
}
