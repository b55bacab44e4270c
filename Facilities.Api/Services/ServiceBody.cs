using System.Collections.Immutable;
using Facilities.Api.Platforms;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using Facilities.Grains.Tax;

namespace Facilities.Api.Services;

/// <summary>A service as a manager writes it; the same shape as it is read in.</summary>
public sealed record ServiceBody(
    string Name, string Category, string Unit, string PricePer, Prices Prices, Money SetupFee,
    ImmutableArray<ResourceId> Uses, DurationRule Duration, Length StartStep, BufferRule Buffer, Length LeadTime,
    Length Horizon, ApprovalRule Approval, ImmutableArray<RungAnswer> Cancellation, QuantityRule Quantity,
    string? Description = null, Money? OperatorPerHour = null, string? Qualification = null,
    ImmutableArray<OptionAnswer>? Options = null, Length? Turnaround = null, Quota? Quota = null,
    SpecialHoursBody? SpecialHours = null, ImmutableArray<PartialUse>? PartialUses = null,
    NoticeIn NoticeIn = NoticeIn.CalendarDays, VatClass VatClass = VatClass.General)
{
    /// <summary>More steps than any ladder has that people understand.</summary>
    public const int RungsMax = 10;

    private const int NoticeDaysMax = 365;

    /// <summary>A service as its manager would write it.</summary>
    public static ServiceBody Of(Service s) => new(
        s.Name, s.Category, s.Unit, s.PricePer?.ToString() ?? "unit", s.Prices, s.SetupFee, s.Uses, s.Duration,
        s.StartStep, s.Buffer, s.LeadTime, s.Horizon, s.Approval,
        [.. s.Cancellation.Select(c => new RungAnswer(c.NoticeDays, c.Fee))], s.Quantity, s.Description,
        s.OperatorPerHour, s.Qualification, [.. s.Options.Select(o => new OptionAnswer(o.Id, o.Name, o.Unit, o.Price))],
        s.Turnaround, s.Rules?.Quota,
        s.Rules?.SpecialHours is { } special
            ? new(special.Kind, special.Percent, [.. special.Hours.Select(h => new HoursEntry(
                h.Rrule, h.From, h.To, h.ValidFrom, h.ValidUntil))])
            : null,
        s.Rules?.PartialUses, s.Rules?.NoticeIn ?? NoticeIn.CalendarDays, s.Rules?.VatClass ?? VatClass.General);

    /// <summary>What is wrong with it by itself, every fault at once.</summary>
    public ImmutableArray<Fault> Faults()
    {
        var faults = ImmutableArray.CreateBuilder<Fault>();
        void Must(bool holds, string pointer, string message)
        {
            if (!holds) faults.Add(new Fault(pointer, message));
        }
        Must(!string.IsNullOrWhiteSpace(Name), "/name", "A service has a name.");
        Must(PricePer == "unit" || Length.TryParse(PricePer, out var per) && !per.IsZero, "/pricePer",
            "Write unit, or a time such as PT4H or P1D.");
        Must(!Uses.IsEmpty, "/uses", "A service uses at least one resource.");
        Must(!Duration.Min.IsZero && Duration.Min.DividedBy(Duration.Max) is <= 1, "/duration",
            "The shortest duration is above zero, at most the longest, and of the same kind.");
        Must(Duration.Min.DividedBy(Duration.Step) is not null, "/duration/step",
            "The step is above zero and of the same kind as the durations.");
        Must(Duration.Min.DividedBy(StartStep) is not null, "/startStep",
            "Starts are counted in the same kind of time as the durations, and lie apart.");
        Must(PricePer == "unit" || !Length.TryParse(PricePer, out var price)
                || Duration.Min.DividedBy(price) is not null, "/pricePer",
            "A price by time is counted in the same kind of time as the durations.");
        Must(Quantity.Max >= 1, "/quantity/max", "At least one can be ordered.");
        Must(!SetupFee.IsNegative && OperatorPerHour?.IsNegative != true, "/setupFee", "Prices are not below zero.");
        Must(Cancellation.Length <= RungsMax, "/cancellation", $"A ladder has at most {RungsMax} steps.");
        foreach (var (rung, index) in Cancellation.Select((rung, index) => (rung, index)))
        {
            Must(rung.NoticeDays is >= 0 and <= NoticeDaysMax, $"/cancellation/{index}/noticeDays",
                $"Notice is 0 to {NoticeDaysMax} days.");
            Must(Cancellation.Take(index).All(other => other.NoticeDays != rung.NoticeDays),
                $"/cancellation/{index}/noticeDays", "Another step begins at the same day.");
            Must(rung.FeePercent.Value is >= 0 and <= 100, $"/cancellation/{index}/feePercent",
                "A fee is 0 to 100 percent.");
        }
        // Rules are judged by the service; where it is wrong in itself, it is judged without them first.
        if (PricePer == "unit" || Length.TryParse(PricePer, out _))
            faults.AddRange(ServiceRuleFaults.Of(AsService(new ServiceId("new"))));
        return faults.ToImmutable();
    }

    public Service AsService(ServiceId id) => new(
        id, Name.Trim(), Description, Category, Unit, PricePer == "unit" ? null : Length.Parse(PricePer), Prices,
        SetupFee, OperatorPerHour, Uses, Duration, StartStep, Buffer, LeadTime, Horizon, Approval, Qualification,
        [.. (Options ?? []).Select(o => new ServiceOption(o.OptionId, o.Name, o.Unit, o.Price))],
        [.. Cancellation.OrderByDescending(c => c.NoticeDays)
            .Select(c => new CancellationRung(c.NoticeDays, c.FeePercent))],
        Turnaround, Quantity)
    {
        Rules = Quota is null && SpecialHours is null && PartialUses is null or []
            && NoticeIn == NoticeIn.CalendarDays && VatClass == VatClass.General
                ? null : new ServiceRules(Quota, SpecialHours?.AsHours(), PartialUses)
                {
                    NoticeIn = NoticeIn,
                    VatClass = VatClass,
                },
    };
}

/// <summary>Hours that cost less or more, as a manager writes them.</summary>
public sealed record SpecialHoursBody(
    SpecialHoursKind Kind, Percentage Percent, ImmutableArray<HoursEntry> Hours)
{
    public SpecialHours AsHours() => new(Kind, Percent, Hours.IsDefault ? [] : [.. Hours.Select(h => new HoursRule(
        h.Rrule, h.From, h.To, h.ValidFrom ?? HoursRule.DefaultValidFrom, h.ValidUntil))]);
}
