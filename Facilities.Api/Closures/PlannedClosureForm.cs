using System.Collections.Immutable;
using System.Globalization;
using Facilities.Api.Platforms;
using Facilities.Grains.Availability;
using Facilities.Grains.Closures;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Api.Closures;

/// <summary>What a manager typed about a closure that may repeat, kept as typed until it is planned.</summary>
public sealed record PlannedClosureForm(
    ImmutableArray<string> Resources, string From, string To, string Reason, string Repeats, string Rule, string Until)
{
    /// <summary>How a closure may repeat, in the form's words.</summary>
    public static readonly ImmutableArray<(string Value, string Text)> Choices =
    [
        ("", "Only once"), ("week", "Every week"), ("fortnight", "Every two weeks"),
        ("month", "Every month, on the same weekday of it"), ("year", "Every year"), ("rule", "By a rule of your own"),
    ];

    public static readonly PlannedClosureForm Empty = new([], "", "", "", "", "", "");

    private static readonly LocalDateTimePattern Pattern =
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm");

    public static PlannedClosureForm Read(IFormCollection form) => new(
        [.. form["resource"].OfType<string>()], form["from"].ToString(), form["to"].ToString(),
        form["reason"].ToString().Trim(), form["repeats"].ToString(), form["rule"].ToString().Trim(),
        form["until"].ToString());

    /// <summary>A time of one resource that was chosen elsewhere, by its instants; null where none was.</summary>
    public static PlannedClosureForm? Asked(string? resource, string? start, string? end, DateTimeZone zone) =>
        Id.IsValid(resource) && Local(start, zone) is { } from && Local(end, zone) is { } to
            ? Empty with { Resources = [resource!], From = from, To = to }
            : null;

    /// <summary>The closure, or every fault of the form at once.</summary>
    public (PlannedClosure? Closure, ImmutableArray<Fault> Faults) Closure(CommandId command)
    {
        var faults = ImmutableArray.CreateBuilder<Fault>();
        var (from, to) = (Time(From, "/from", faults), Time(To, "/to", faults));
        LocalDate? until = null;
        if (Until.Length > 0)
        {
            if (LocalDatePattern.Iso.Parse(Until) is { Success: true } day) until = day.Value;
            else faults.Add(new Fault("/validUntil", "Give the last day, such as 2027-12-31."));
        }
        if (Resources.Any(resource => !Id.IsValid(resource)))
            faults.Add(new Fault("/resources", "Choose what is closed from the list."));
        if (Repeats == "rule" && Rule.Length == 0)
            faults.Add(new Fault("/rrule", "Give the rule, such as FREQ=WEEKLY;BYDAY=TU."));
        if (from is not { } begins || to is not { } ends || faults.Count > 0) return (null, faults.ToImmutable());
        var closure = new PlannedClosure(
            new ClosureId($"c-{command}"), [.. Resources.Select(r => new ResourceId(r))], begins, ends, Reason,
            RuleFrom(begins.Date), until);
        faults.AddRange(PlannedClosureRules.Faults(closure, ""));
        return faults.Count > 0 ? (null, faults.ToImmutable()) : (closure, []);
    }

    private static string? Local(string? instant, DateTimeZone zone) =>
        InstantPattern.ExtendedIso.Parse(instant ?? "") is { Success: true } parsed
            ? Pattern.Format(parsed.Value.InZone(zone).LocalDateTime)
            : null;

    private string? RuleFrom(LocalDate first) => Repeats switch
    {
        "week" => "FREQ=WEEKLY",
        "fortnight" => "FREQ=WEEKLY;INTERVAL=2",
        "month" => string.Create(CultureInfo.InvariantCulture,
            $"FREQ=MONTHLY;BYDAY={OrdinalOf(first)}{first.DayOfWeek.ToString()[..2].ToUpperInvariant()}"),
        "year" => "FREQ=YEARLY",
        "rule" => Rule,
        _ => null,
    };

    // The fifth Monday of a month is its last; most months have no fifth.
    private static int OrdinalOf(LocalDate day) => (day.Day - 1) / 7 is var week && week < 4 ? week + 1 : -1;

    private static LocalDateTime? Time(string text, string pointer, ImmutableArray<Fault>.Builder faults)
    {
        if (Pattern.Parse(text) is { Success: true } parsed) return parsed.Value;
        faults.Add(new Fault(pointer, "Give a day and a time, such as 2027-02-01 08:00."));
        return null;
    }
}
