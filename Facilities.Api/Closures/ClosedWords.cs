using System.Collections.Immutable;
using Facilities.Api.Platforms;
using Facilities.Api.Shell;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using NodaTime;

namespace Facilities.Api.Closures;

/// <summary>Closures as a manager reads them.</summary>
internal static class ClosedWords
{
    public static string What(PlatformView platform, ImmutableArray<ResourceId> resources) => resources.IsEmpty
        ? "Everything"
        : Words.List([.. resources.Select(id =>
            platform.Resources.FirstOrDefault(r => r.Id == id)?.Name ?? id.Value)]);

    public static string When(LocalDateTime from, LocalDateTime to, Say say) => from.Date == to.Date
        ? $"{say.Day(from.Date)}, {Say.Clock(from.TimeOfDay)}–{Say.Clock(to.TimeOfDay)}"
        : $"{Local(from, say)} – {Local(to, say)}";

    public static string Repeats(string rule, PlannedClosure closure, Say say) =>
        (rule switch
        {
            "FREQ=WEEKLY" => "then every week",
            "FREQ=WEEKLY;INTERVAL=2" => "then every two weeks",
            "FREQ=YEARLY" => "then every year",
            _ when rule.StartsWith("FREQ=MONTHLY;BYDAY=", StringComparison.Ordinal) && !rule[19..].Contains(';')
                => "then every month",
            _ => $"then by the rule {rule}",
        })
        + (closure.ValidUntil is { } last ? $", until {say.Day(last)}" : "");

    private static string Local(LocalDateTime time, Say say) => $"{say.Day(time.Date)}, {Say.Clock(time.TimeOfDay)}";
}
