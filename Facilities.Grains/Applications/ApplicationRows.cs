using System.Collections.Immutable;
using System.Text.Json;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Runtime;
using NodaTime;

namespace Facilities.Grains.Applications;

/// <summary>What lists see of applications, and when they wake their programme.</summary>
public static class ApplicationRows
{
    /// <summary>The rows of applications that events touched, and the evidence of each check.</summary>
    public static IEnumerable<RowWrite> Of(
        ProgrammeState before, ProgrammeState after, ImmutableArray<Placed<ProgrammeEvent>> events)
    {
        var touched = events.Select(placed => IdOf(before, placed.Event)).OfType<string>().Distinct();
        foreach (var id in touched)
        {
            var application = after.Applications.Items[id];
            yield return Row.Of(
                "applications", id, ("programme_id", after.Terms!.Id.Value), ("account_id", application.Account.Value),
                ("call_id", application.Call?.Value), ("status", Refusal.NameOf(application.Status)),
                ("submitted_at", application.At), ("body", JsonSerializer.Serialize(application, Json.Options)));
        }
        foreach (var (id, when, checks) in events.Select(placed => ChecksOf(placed.Event)).Where(c => c.Id is not null))
            yield return Row.Of(
                "application_checks", $"{id}/{when}", ("application_id", id),
                ("body", JsonSerializer.Serialize(checks, Json.Options)));
    }

    /// <summary>Wakes the programme after the day on which the next completion is due.</summary>
    public static IEnumerable<DueWrite> DueOf(ProgrammeState before, ProgrammeState after)
    {
        var (old, next) = (before.Applications.NextDeadline, after.Applications.NextDeadline);
        if (old == next) return [];
        Instant? at = next is { } day
            ? day.PlusDays(1).AtStartOfDayInZone(DateTimeZoneProviders.Tzdb[after.Terms!.TimeZone]).ToInstant()
            : null;
        return [new DueWrite("applications", at)];
    }

    private static string? IdOf(ProgrammeState before, ProgrammeEvent happened) => happened switch
    {
        ApplicationSubmitted e => e.Application.Id.Value,
        CompletionAsked e => e.Application.Value,
        ApplicationCompleted e => e.Application.Value,
        ApplicationLapsed e => e.Application.Value,
        ApplicationWithdrawn e => e.Application.Value,
        InterestDeclared e => e.Application.Value,
        ApplicationScored e => e.Application.Value,
        ApplicationApproved e => e.Application.Value,
        ApplicationRejected e => e.Application.Value,
        VoucherAwarded e => before.Applications.ByVoucher.GetValueOrDefault(e.Voucher.Value),
        AwardWithdrawn e => before.Applications.ByVoucher.GetValueOrDefault(e.Voucher.Value),
        _ => null,
    };

    private static (string? Id, string When, ImmutableArray<RuleCheck> Checks) ChecksOf(ProgrammeEvent happened) =>
        happened switch
        {
            ApplicationSubmitted e => (e.Application.Id.Value, "application", e.Checks),
            ApplicationApproved e => (e.Application.Value, "decision", e.Checks),
            ApplicationRejected e => (e.Application.Value, "decision", e.Checks),
            _ => (null, "", []),
        };
}
