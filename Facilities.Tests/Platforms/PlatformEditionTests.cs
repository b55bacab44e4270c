using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Platforms;

public sealed class PlatformEditionTests
{
    private static readonly Prices Higher = new(Eur(1_300), Eur(1_400), Eur(2_000), Eur(1_100));

    private static Scenario<PlatformState, PlatformEvent, PlatformRefusal> Registered() =>
        new Scenario<PlatformState, PlatformEvent, PlatformRefusal>(
            PlatformState.Nobody, Now, PlatformState.Evolve)
            .Given(new PlatformRegistered(Imaging,
                [new Resource(new("mri-7t"), "MRI", 1, [], []),
                    new Resource(new("imaging-operator"), "Operator", 2, [], [])],
                [HalfDay]));

    private static ChangePrices Change(long? edition) => new(new("c"), People.Imaging, HalfDay.Id, Higher, edition);

    [Fact]
    public void A_change_of_what_was_changed_meanwhile_is_stale()
    {
        var first = Registered();
        var second = first.When(Change(first.State.Edition), PlatformDecisions.Decide).Then(typeof(ServiceChanged));
        second.When(Change(first.State.Edition), PlatformDecisions.Decide).Then(PlatformRefusal.Stale);
        second.When(Change(second.State.Edition), PlatformDecisions.Decide).Then(typeof(ServiceChanged));
    }

    [Fact]
    public void Who_names_no_edition_changes_the_newest() =>
        Registered().When(Change(null), PlatformDecisions.Decide).Then(typeof(ServiceChanged));
}
