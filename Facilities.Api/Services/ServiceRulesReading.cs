using System.Collections.Immutable;
using System.Globalization;
using Facilities.Api.Platforms;
using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using Facilities.Grains.Tax;

namespace Facilities.Api.Services;

/// <summary>
/// Reads the rules of a service from its form. What cannot be read stands as it was, so that the rest is judged too.
/// </summary>
internal sealed class ServiceRulesReading(ServiceRulesForm form, Service before)
{
    private const int NumberMax = 100_000;

    private readonly List<Fault> _faults = [];
    private readonly List<int> _hoursRows = [];
    private readonly List<int> _partRows = [];
    private readonly List<int> _rungRows = [];

    internal Service Service() => before with
    {
        Duration = new(
            Long("/duration/min", before.Duration.Min), Long("/duration/max", before.Duration.Max),
            Long("/duration/step", before.Duration.Step)),
        StartStep = Long("/startStep", before.StartStep),
        Buffer = new(Long("/buffer/before", before.Buffer.Before), Long("/buffer/after", before.Buffer.After)),
        LeadTime = Long("/leadTime", before.LeadTime),
        Horizon = Long("/horizon", before.Horizon),
        Quantity = new(
            Number("/quantity/max") ?? Missing("/quantity/max", before.Quantity.Max),
            Choice("/quantity/occupies", before.Quantity.Occupies)),
        Approval = Choice("/approval", before.Approval),
        Cancellation = Ladder(),
        Qualification = form["/qualification"] is { Length: > 0 } needed ? needed : null,
        Rules = (Quota(), SpecialHours(), Parts()) is var (quota, special, parts)
            && Choice("/noticeIn", before.Rules?.NoticeIn ?? NoticeIn.CalendarDays) is var notice
            && Choice("/vatClass", before.Rules?.VatClass ?? VatClass.General) is var vat
            && (quota is not null || special is not null || parts is not null || notice != NoticeIn.CalendarDays
                || vat != VatClass.General)
                ? new ServiceRules(quota, special, parts) { NoticeIn = notice, VatClass = vat } : null,
    };

    /// <summary>What could not be read, and what the API would refuse, at the fields of the form.</summary>
    internal ImmutableArray<Fault> Faults(Service service)
    {
        var unread = _faults.Select(fault => fault.Pointer).ToHashSet();
        return
        [
            .. _faults.Concat(ServiceBody.Of(service).Faults().Select(AtField)
                .Where(fault => !unread.Contains(fault.Pointer))).Distinct(),
        ];
    }

    private Fault AtField(Fault fault)
    {
        var parts = fault.Pointer.Split('/');
        var (rows, place) = parts[1] switch
        {
            "partialUses" => (_partRows, 2),
            "cancellation" => (_rungRows, 2),
            "specialHours" => (_hoursRows, 3),
            _ => ([], int.MaxValue),
        };
        if (parts.Length <= place)
            return fault.Pointer is "/duration" or "/pricePer" ? fault with { Pointer = "/duration/min" } : fault;
        parts[place] = rows[int.Parse(parts[place], CultureInfo.InvariantCulture)]
            .ToString(CultureInfo.InvariantCulture);
        return fault with { Pointer = string.Join('/', parts) };
    }

    /// <summary>The ladder with the longest notice first; a row that nobody filled is no step.</summary>
    private ImmutableArray<CancellationRung> Ladder()
    {
        var rungs = new List<(int Row, CancellationRung Rung)>();
        for (var row = 0; row < ServiceBody.RungsMax; row++)
        {
            var at = $"/cancellation/{row}";
            if (form[$"{at}/noticeDays"].Length + form[$"{at}/feePercent"].Length == 0) continue;
            var days = Number($"{at}/noticeDays") ?? Missing($"{at}/noticeDays", row);
            if (Percent($"{at}/feePercent") is { } fee && _faults.All(f => f.Pointer != $"{at}/noticeDays"))
                rungs.Add((row, new(days, fee)));
        }
        rungs.Sort((a, b) => b.Rung.NoticeDays.CompareTo(a.Rung.NoticeDays));
        _rungRows.AddRange(rungs.Select(typed => typed.Row));
        return [.. rungs.Select(typed => typed.Rung)];
    }

    private Percentage? Percent(string pointer)
    {
        if (TypedNumber.Read(form[pointer]) is { } percent and <= 100) return Percentage.From(percent);
        _faults.Add(new(pointer, "Give a percentage from 0 to 100, such as 50."));
        return null;
    }

    private Quota? Quota()
    {
        var quota = new Quota(
            MaybeLong("/quota/timePerWeek"), Number("/quota/slotsPerWeek"), Number("/quota/slotsAhead"));
        return quota == new Quota() ? null : quota;
    }

    private SpecialHours? SpecialHours()
    {
        if (!Enum.TryParse<SpecialHoursKind>(form["/specialHours/kind"], out var kind) || !Enum.IsDefined(kind))
            return null;
        if (TypedNumber.Read(form["/specialHours/percent"]) is not { } percent || percent is <= 0 or > 100)
        {
            _faults.Add(new("/specialHours/percent", "Give a percentage above 0 and up to 100, such as 25."));
            percent = 1;
        }
        var rules = ImmutableArray.CreateBuilder<HoursRule>();
        for (var row = 0; row < ServiceRuleFaults.HoursMax; row++)
        {
            if (form.Hours(row) is var typed && ServiceRulesForm.IsEmpty(typed)) continue;
            var (rule, faults) = typed.Hours();
            _faults.AddRange(faults.Select(f => f with { Pointer = $"/specialHours/hours/{row}{f.Pointer}" }));
            if (rule is null) continue;
            _hoursRows.Add(row);
            rules.Add(rule);
        }
        var isFaulty = _faults.Any(f => f.Pointer.StartsWith("/specialHours/hours", StringComparison.Ordinal));
        if (rules.Count == 0 && !isFaulty)
            _faults.Add(new("/specialHours/hours", "Say in which hours: choose weekdays and give the times."));
        // Faults of the rows are known already; without any row there is nothing left to judge.
        return rules.Count == 0 ? null : new(kind, Percentage.From(percent), rules.ToImmutable());
    }

    private ImmutableArray<PartialUse>? Parts()
    {
        var parts = ImmutableArray.CreateBuilder<PartialUse>();
        foreach (var (resource, row) in before.Uses.Distinct().Select((resource, row) => (resource, row)))
        {
            var (first, last) = (MaybeLong($"/partialUses/{row}/first"), MaybeLong($"/partialUses/{row}/last"));
            if (first is null && last is null) continue;
            _partRows.Add(row);
            parts.Add(new(resource, first, last, form["/operator"] == resource.Value));
        }
        return parts.Count == 0 ? null : parts.ToImmutable();
    }

    private Length Long(string pointer, Length instead) =>
        form[pointer].Length == 0 ? Missing(pointer, instead) : MaybeLong(pointer) ?? instead;

    private Length? MaybeLong(string pointer) => Number(pointer) is not { } many ? null
        : form[pointer + "-unit"] switch
        {
            "d" => Length.OfDays(many),
            "h" => Length.OfHours(many),
            _ => Length.OfMinutes(many),
        };

    private int? Number(string pointer)
    {
        if (form[pointer] is not { Length: > 0 } text) return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var many) && many <= NumberMax)
            return many;
        _faults.Add(new(pointer, "Give a whole number such as 4."));
        return null;
    }

    private T Missing<T>(string pointer, T instead)
    {
        if (_faults.All(fault => fault.Pointer != pointer)) _faults.Add(new(pointer, "Give a whole number such as 4."));
        return instead;
    }

    private T Choice<T>(string pointer, T instead) where T : struct, Enum =>
        Enum.TryParse<T>(form[pointer], out var chosen) && Enum.IsDefined(chosen) ? chosen : instead;
}
