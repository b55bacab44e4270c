using System.Collections.Immutable;
using System.Globalization;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Grains.Applications;

/// <summary>One place in a ranking.</summary>
/// <param name="Place">From 1 on; null where nobody gave points.</param>
/// <param name="Application">The application.</param>
/// <param name="Points">Of 100, the mean of the assessors; null where nobody gave any.</param>
/// <param name="Reason">In words, with what decided between equals.</param>
/// <param name="Award">What a bulk award would give it; null where nothing.</param>
/// <param name="WhyNot">Why it gives nothing.</param>
public sealed record RankedApplication(
    int? Place, Application Application, decimal? Points, string Reason, Money? Award, string? WhyNot);

/// <summary>The order of a ranked call, and what the money suffices for.</summary>
public static class Ranking
{
    /// <summary>
    /// The points of an application out of 100: for each assessor the weighted share of the most points, then the mean,
    /// rounded half up to two decimals. Null where nobody gave any.
    /// </summary>
    public static decimal? PointsOf(Call call, Application application)
    {
        var scored = application.Assessments.Values.Where(a => !a.HasConflict && !a.Points.IsEmpty).ToArray();
        if (scored.Length == 0) return null;
        var weights = call.Criteria.Sum(c => (decimal)c.Weight);
        var mean = scored.Average(a => call.Criteria.Sum(
            c => c.Weight * (decimal)a.Points.First(p => p.Criterion == c.Id).Points / c.Most) * 100 / weights);
        return decimal.Round(mean, 2, MidpointRounding.AwayFromZero);
    }

    /// <summary>
    /// The order: more points first; between equals more points for the weightiest criterion, then who applied earlier.
    /// With what each would be awarded in that order until the money ends: nobody is passed over for one behind.
    /// </summary>
    public static ImmutableArray<RankedApplication> Of(ProgrammeState programme, Call call, Instant now)
    {
        var heaviest = call.Criteria.IsEmpty ? null : call.Criteria.MaxBy(c => c.Weight);
        var ordered = programme.Applications.Items.Values
            .Where(a => a.Call == call.Id && a.Status is not (ApplicationStatus.Withdrawn or ApplicationStatus.Lapsed))
            .Select(a => (Application: a, Points: PointsOf(call, a), Main: Mean(heaviest, a)))
            .OrderByDescending(a => a.Points ?? -1).ThenByDescending(a => a.Main).ThenBy(a => a.Application.At)
            .ThenBy(a => a.Application.Id.Value, StringComparer.Ordinal).ToArray();
        var today = ProgrammeDecisions.DayOf(programme.Terms!, now);
        var left = programme.FreeIn(today.Year);
        if (programme.Applications.LeftOf(call) is { } share) left = Money.Min(left, share);
        var ended = (string?)null;
        var ranked = ImmutableArray.CreateBuilder<RankedApplication>(ordered.Length);
        for (var i = 0; i < ordered.Length; i++)
        {
            var (application, points, _) = ordered[i];
            Money? award = null;
            var why = application.Status switch
            {
                ApplicationStatus.Awarded or ApplicationStatus.Approved => "It was awarded.",
                ApplicationStatus.Rejected => "It was rejected.",
                ApplicationStatus.Incomplete => "Something is missing in it.",
                _ => points is null ? "Nobody gave points for it." : ended,
            };
            if (why is null && application.Amount > left)
                ended = why = $"{Words.Money(application.Amount)} is asked for, {Words.Money(left)} is left. "
                    + "Nobody behind it is awarded before.";
            if (why is null) (award, left) = (application.Amount, left - application.Amount);
            ranked.Add(new(
                points is null ? null : i + 1, application, points,
                ReasonOf(call, ordered, i, heaviest), award, why));
        }
        return ranked.ToImmutable();
    }

    private static decimal Mean(Criterion? criterion, Application application)
    {
        if (criterion is null) return 0;
        var points = application.Assessments.Values.Where(a => !a.HasConflict && !a.Points.IsEmpty)
            .Select(a => (decimal)a.Points.First(p => p.Criterion == criterion.Id).Points).ToArray();
        return points.Length == 0 ? 0 : points.Average();
    }

    private static string ReasonOf(
        Call call, (Application Application, decimal? Points, decimal Main)[] ordered, int index, Criterion? heaviest)
    {
        var (application, points, main) = ordered[index];
        if (points is not { } mine) return "Nobody gave points yet.";
        var count = application.Assessments.Values.Count(a => !a.HasConflict && !a.Points.IsEmpty);
        var said = $"{mine.ToString("0.00", CultureInfo.InvariantCulture)} of 100 points, "
            + $"the mean of {Words.Count(count, "assessor")}";
        if (!call.Criteria.IsEmpty && Array.Exists(
            ordered, o => o.Application.Id != application.Id && o.Points == mine && o.Main == main))
            return $"{said}; equal with another, also in {heaviest!.Name}, so the earlier application comes first.";
        return Array.Exists(ordered, o => o.Application.Id != application.Id && o.Points == mine)
            ? $"{said}; equal with another, {heaviest!.Name} decided."
            : $"{said}.";
    }
}
