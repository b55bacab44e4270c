using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;

namespace Facilities.Grains.Services;

/// <summary>What is wrong with the rules of a service, every fault at once.</summary>
public static class ServiceRuleFaults
{
    /// <summary>Hours in one set of special hours: one for each day of the week, twice.</summary>
    public const int HoursMax = 14;

    /// <summary>
    /// The faults, with where they stand in a service as it is written; none where the rules can be used.
    /// </summary>
    public static IEnumerable<Fault> Of(Service service)
    {
        if (service.Rules is not { } rules) return [];
        return OfQuota(service, rules.Quota).Concat(OfHours(rules.SpecialHours)).Concat(OfParts(service, rules));
    }

    private static IEnumerable<Fault> OfQuota(Service service, Quota? quota)
    {
        if (quota is null) yield break;
        if (quota is { TimePerWeek: null, SlotsPerWeek: null, SlotsAhead: null })
            yield return new("/quota", "A quota limits the time per week, the slots per week or the slots ahead.");
        if (quota.TimePerWeek is { } time && (time.DividedBy(service.Duration.Min) is not >= 1))
            yield return new("/quota/timePerWeek", "The time per week is counted in the same kind of time as the "
                + $"durations, and lets the shortest, {service.Duration.Min}, through.");
        if (quota.SlotsPerWeek is < 1) yield return new("/quota/slotsPerWeek", "Let one slot a week through.");
        if (quota.SlotsAhead is < 1) yield return new("/quota/slotsAhead", "Let one slot ahead through.");
    }

    private static IEnumerable<Fault> OfHours(SpecialHours? special)
    {
        if (special is null) yield break;
        if (special.Percent.Value <= 0)
            yield return new("/specialHours/percent", "Special hours cost more than nothing less or more.");
        if (special.Hours.IsDefaultOrEmpty || special.Hours.Length > HoursMax)
        {
            yield return new("/specialHours/hours", $"Name 1 to {HoursMax} rules of hours.");
            yield break;
        }
        for (var index = 0; index < special.Hours.Length; index++)
            foreach (var fault in HoursRules.Faults(special.Hours[index], $"/specialHours/hours/{index}"))
                yield return fault;
    }

    private static IEnumerable<Fault> OfParts(Service service, ServiceRules rules)
    {
        var parts = rules.PartialUses ?? [];
        for (var index = 0; index < parts.Length; index++)
        {
            var (part, at) = (parts[index], $"/partialUses/{index}");
            if (!service.Uses.Contains(part.Resource))
                yield return new(
                    $"{at}/resource", $"{part.Resource} is none of the resources that the service uses.");
            if (parts.Take(index).Any(p => p.Resource == part.Resource))
                yield return new($"{at}/resource", "Name each resource once.");
            if (part.First is { IsCalendarDays: true } || part.Last is { IsCalendarDays: true })
                yield return new(at, "A part is elapsed time, such as PT1H.");
            else if ((part.First ?? Length.Zero).IsZero && (part.Last ?? Length.Zero).IsZero)
                yield return new(at, "A part begins with the booking, ends with it, or both: name first or last.");
            if (part.IsOperator && service.OperatorPerHour is null)
                yield return new($"{at}/isOperator", "The service has no price for an operator.");
        }
        if (parts.Count(p => p.IsOperator) > 1) yield return new("/partialUses", "One resource is the operator.");
        if (!service.Uses.IsEmpty && service.Uses.All(used => parts.Any(p => p.Resource == used)))
            yield return new("/partialUses", "At least one resource is used throughout.");
    }
}
