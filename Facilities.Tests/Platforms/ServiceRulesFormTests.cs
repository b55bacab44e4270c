using System.Collections.Immutable;
using System.Text.Json;
using Facilities.Api.Platforms;
using Facilities.Api.Services;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using static Facilities.Tests.Pricing.PriceSamples;
using Json = Facilities.Grains.Kernel.Json;

namespace Facilities.Tests.Platforms;

/// <summary>The rules of a service as fields of a form, and back.</summary>
public sealed class ServiceRulesFormTests
{
    internal static readonly ServiceRules All = new(
        new Quota(Length.OfHours(8), 3, 5),
        new SpecialHours(SpecialHoursKind.Discount, Percentage.From(12.5m),
        [
            new("FREQ=WEEKLY;BYDAY=SA,SU", TimeOfDay.Parse("00:00"), TimeOfDay.EndOfDay, HoursRule.DefaultValidFrom),
            new("FREQ=MONTHLY;BYDAY=1MO", TimeOfDay.Parse("18:30"), TimeOfDay.Parse("20:00"), new(2027, 6, 1),
                new(2027, 9, 30)),
        ]),
        [new(new("imaging-operator"), Length.OfMinutes(90), Length.OfMinutes(30), true)]);

    private static readonly Service Ruled =
        HalfDay with { Rules = All, Qualification = "mri-user", Approval = ApprovalRule.Manager };

    [Fact]
    public void What_is_shown_and_saved_again_changes_nothing()
    {
        foreach (var service in new[] { HalfDay, Ruled, Ruled with { Rules = All with { PartialUses = null } } })
        {
            var (same, faults) = ServiceRulesForm.Of(service).Changed(service);
            Assert.Empty(faults);
            Assert.Equal(Text(service), Text(same!));
        }
    }

    [Fact]
    public void A_change_of_a_service_is_stored_and_read_with_all_its_rules()
    {
        var changed = new ServiceChanged(Ruled);
        var read = JsonSerializer.Deserialize<ServiceChanged>(JsonSerializer.Serialize(changed, Json.Options),
            Json.Options)!;
        Assert.Equal(Text(Ruled), Text(read.Service));
        Assert.Equal(All.Quota, read.Service.Rules!.Quota);
        Assert.Equal(All.SpecialHours!.Hours, read.Service.Rules.SpecialHours!.Hours.AsEnumerable());
        Assert.Equal(All.PartialUses!.Value, read.Service.Rules.PartialUses!.Value.AsEnumerable());
        Assert.DoesNotContain("rules", Text(HalfDay), StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_are_named_at_once_each_at_its_field()
    {
        var typed = ServiceRulesForm.Of(Ruled).Typed
            .SetItem("duration-min", "").SetItem("buffer-after", "soon").SetItem("quantity-max", "0")
            .SetItem("quota-slotsAhead", "0").SetItem("specialHours-percent", "101")
            .SetItem("specialHours-hours-1-to", "17:00").SetItem("specialHours-hours-1-validFrom", "")
            .SetItem("specialHours-hours-4-from", "25:00").SetItem("specialHours-hours-4-to", "26:00")
            .SetItem("partialUses-0-first", "1").SetItem("partialUses-0-first-unit", "h");
        var (service, faults) = new ServiceRulesForm(typed).Changed(Ruled);
        Assert.Null(service);
        Assert.Equal(
            [
                "/buffer/after", "/duration/min", "/partialUses", "/quantity/max", "/quota/slotsAhead",
                "/specialHours/hours/1/to", "/specialHours/hours/4/day", "/specialHours/hours/4/from",
                "/specialHours/hours/4/to", "/specialHours/percent",
            ],
            faults.Select(fault => fault.Pointer).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_row_that_stays_empty_between_others_does_not_move_the_faults_of_the_next()
    {
        var typed = ServiceRulesForm.Of(Ruled).Typed
            .SetItem("specialHours-hours-0-day", "").SetItem("specialHours-hours-0-from", "")
            .SetItem("specialHours-hours-0-to", "").SetItem("specialHours-hours-1-rrule", "FREQ=NEVER");
        var fault = Assert.Single(new ServiceRulesForm(typed).Changed(Ruled).Faults,
            f => f.Pointer.StartsWith("/specialHours", StringComparison.Ordinal));
        Assert.Equal("/specialHours/hours/1/rrule", fault.Pointer);
    }

    [Fact]
    public void Without_anything_typed_there_are_no_rules_beyond_those_that_every_service_has()
    {
        var typed = ServiceRulesForm.Of(Ruled).Typed.ToDictionary(
            field => field.Key, field => field.Key.StartsWith("quota", StringComparison.Ordinal)
                || field.Key.StartsWith("specialHours", StringComparison.Ordinal)
                || field.Key is "partialUses-1-first" or "partialUses-1-last" or "qualification" ? "" : field.Value);
        var (service, faults) = new ServiceRulesForm(typed.ToImmutableDictionary()).Changed(Ruled);
        Assert.Empty(faults);
        Assert.Equal((null, null), (service!.Rules, service.Qualification));
    }

    private static string Text(Service service) => JsonSerializer.Serialize(service, Json.Options);
}
