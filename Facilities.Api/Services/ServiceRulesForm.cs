using System.Collections.Immutable;
using System.Globalization;
using Facilities.Api.Hours;
using Facilities.Api.Planner;
using Facilities.Api.Platforms;
using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using Facilities.Grains.Tax;

namespace Facilities.Api.Services;

/// <summary>
/// What a manager typed as the rules of a service, kept as typed until they are saved. A field is named by where its
/// value stands in the service: <c>/buffer/before</c> is <c>buffer-before</c>.
/// </summary>
public sealed record ServiceRulesForm(ImmutableDictionary<string, string> Typed)
{
    public string this[string pointer] => Typed.GetValueOrDefault(Name(pointer), "");

    /// <summary>How many rows of special hours are shown: those with something in them, and one more.</summary>
    public int HoursRows => Math.Min(ServiceRuleFaults.HoursMax, LastHoursRow + 2);

    /// <summary>Rows of the cancellation ladder: those with something in them, and two more.</summary>
    public int RungRows => Math.Min(
        ServiceBody.RungsMax,
        Enumerable.Range(0, ServiceBody.RungsMax).LastOrDefault(
            row => this[$"/cancellation/{row}/noticeDays"].Length + this[$"/cancellation/{row}/feePercent"].Length > 0,
            -1) + 3);

    private int LastHoursRow =>
        Enumerable.Range(0, ServiceRuleFaults.HoursMax).LastOrDefault(row => !IsEmpty(Hours(row)), -1);

    /// <summary>The name of the field for a place in the service.</summary>
    public static string Name(string pointer) => pointer[1..].Replace('/', '-');

    public static ServiceRulesForm Read(IFormCollection form) =>
        new(form.ToImmutableDictionary(field => field.Key, field => field.Value.ToString().Trim()));

    public static ServiceRulesForm Of(Service service)
    {
        var typed = ImmutableDictionary.CreateBuilder<string, string>();
        void Put(string pointer, string? text) => typed[Name(pointer)] = text ?? "";
        void Long(string pointer, Length? length)
        {
            var (many, unit) = length switch
            {
                null => ("", "h"),
                { IsCalendarDays: true } days => (Text(days.Days), "d"),
                { Minutes: > 0 } hours when hours.Minutes % 60 == 0 => (Text(hours.Minutes / 60), "h"),
                { } minutes => (Text(minutes.Minutes), "min"),
            };
            Put(pointer, many);
            Put(pointer + "-unit", unit);
        }
        Long("/duration/min", service.Duration.Min);
        Long("/duration/max", service.Duration.Max);
        Long("/duration/step", service.Duration.Step);
        Long("/startStep", service.StartStep);
        Long("/buffer/before", service.Buffer.Before);
        Long("/buffer/after", service.Buffer.After);
        Long("/leadTime", service.LeadTime);
        Long("/horizon", service.Horizon);
        Put("/quantity/max", Text(service.Quantity.Max));
        Put("/quantity/occupies", service.Quantity.Occupies.ToString());
        Put("/approval", service.Approval.ToString());
        Put("/qualification", service.Qualification);
        Put("/noticeIn", (service.Rules?.NoticeIn ?? NoticeIn.CalendarDays).ToString());
        Put("/vatClass", (service.Rules?.VatClass ?? VatClass.General).ToString());
        foreach (var (rung, row) in service.Cancellation.OrderByDescending(rung => rung.NoticeDays)
            .Select((rung, row) => (rung, row)))
        {
            Put($"/cancellation/{row}/noticeDays", Text(rung.NoticeDays));
            Put($"/cancellation/{row}/feePercent", rung.Fee.Value.ToString("0.##", CultureInfo.InvariantCulture));
        }
        Long("/quota/timePerWeek", service.Rules?.Quota?.TimePerWeek);
        Put("/quota/slotsPerWeek", service.Rules?.Quota?.SlotsPerWeek is { } perWeek ? Text(perWeek) : "");
        Put("/quota/slotsAhead", service.Rules?.Quota?.SlotsAhead is { } ahead ? Text(ahead) : "");
        var special = service.Rules?.SpecialHours;
        Put("/specialHours/kind", special?.Kind.ToString());
        Put("/specialHours/percent", special?.Percent.Value.ToString("0.##", CultureInfo.InvariantCulture));
        foreach (var (rule, row) in (special?.Hours ?? []).Select((rule, row) => (HoursForm.Of(rule) with
        {
            ValidFrom = rule.ValidFrom == HoursRule.DefaultValidFrom ? "" : Words.IsoDay(rule.ValidFrom),
        }, row)))
        {
            foreach (var (part, text) in new[] {
                ("day", string.Join(',', rule.Days)), ("weeks", rule.Weeks), ("from", rule.From), ("to", rule.To),
                ("validFrom", rule.ValidFrom), ("validUntil", rule.ValidUntil), ("rrule", rule.Rule) })
                Put($"/specialHours/hours/{row}/{part}", text);
        }
        foreach (var (resource, row) in service.Uses.Distinct().Select((resource, row) => (resource, row)))
        {
            var part = service.Rules?.PartialUseOf(resource);
            Long($"/partialUses/{row}/first", part?.First);
            Long($"/partialUses/{row}/last", part?.Last);
            if (part?.IsOperator == true) Put("/operator", resource.Value);
        }
        return new(typed.ToImmutable());
    }

    /// <summary>One row of special hours as it was typed.</summary>
    public HoursForm Hours(int row)
    {
        string Part(string part) => this[$"/specialHours/hours/{row}/{part}"];
        return new([.. Part("day").Split(',', StringSplitOptions.RemoveEmptyEntries)],
            Part("weeks") is { Length: > 0 } weeks ? weeks : "1", Part("from"), Part("to"), Part("validFrom"),
            Part("validUntil"), Part("rrule"));
    }

    /// <summary>The service with these rules, or every fault of the form at once, by field.</summary>
    public (Service? Service, ImmutableArray<Fault> Faults) Changed(Service before)
    {
        var read = new ServiceRulesReading(this, before);
        var service = read.Service();
        var faults = read.Faults(service);
        return faults.IsEmpty ? (service, []) : (null, faults);
    }

    internal static bool IsEmpty(HoursForm row) =>
        row.Days.IsEmpty && row.Rule.Length == 0 && row.From.Length == 0 && row.To.Length == 0;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
