using Facilities.Grains.Clusters;
using Facilities.Grains.Kernel;
using Facilities.Tests.TestKit;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Clusters;

public sealed class CoFinancingBudgetTests
{
    private static readonly BookingId First = new("b-1");

    private static Scenario<ClusterState, ClusterEvent, ClusterRefusal> Cluster(decimal budget = 100) =>
        new Scenario<ClusterState, ClusterEvent, ClusterRefusal>(ClusterState.Nobody, Now, ClusterState.Evolve).Given(
            new ClusterRegistered(new ClusterProfile(
                new("biotop"), "BioTOP", "Berlin", ["DE30"], "DE", "Europe/Berlin", Currency.Eur, "mature")),
            new CoFinancingBudgetSet(Eur(budget)));

    private static ReserveCoFinancing Reserve(string booking, Money amount) =>
        new(new("c"), Actor.System, new BookingId(booking), new("biopmed-biotop"), amount);

    [Fact]
    public void The_budget_is_never_exceeded() =>
        Cluster().Given(new CoFinancingReserved(First, new("biopmed-biotop"), Eur(60)))
            .When(Reserve("b-2", Eur(40.01m)), ClusterDecisions.Decide).Then(ClusterRefusal.CoFinancingUsedUp);

    [Fact]
    public void What_is_owed_stays_used_and_the_rest_of_the_reserve_is_free_again()
    {
        var owed = Cluster().Given(new CoFinancingReserved(First, new("biopmed-biotop"), Eur(60)))
            .When(new OweCoFinancing(new("o"), Actor.System, First, Eur(50)), ClusterDecisions.Decide)
            .Then(typeof(CoFinancingOwed));
        Assert.Equal(Eur(50), owed.State.Left(Currency.Eur));
        owed.When(new OweCoFinancing(new("p"), Actor.System, First, Eur(50)), ClusterDecisions.Decide).ThenNothing();
    }

    [Fact]
    public void In_another_currency_than_the_budget_no_limit_is_known() =>
        Cluster().When(Reserve("b-2", Huf(1_000_000)), ClusterDecisions.Decide).Then(typeof(CoFinancingReserved));

    [Fact]
    public void A_release_frees_the_amount_once_and_bars_the_booking()
    {
        var released = Cluster().Given(new CoFinancingReserved(First, new("biopmed-biotop"), Eur(60)))
            .When(new ReleaseCoFinancing(new("r"), Actor.System, First), ClusterDecisions.Decide)
            .Then(typeof(CoFinancingReleased));
        Assert.Equal(Eur(100), released.State.Left(Currency.Eur));
        released.When(new ReleaseCoFinancing(new("s"), Actor.System, First), ClusterDecisions.Decide).ThenNothing();
        released.When(Reserve("b-1", Eur(1)), ClusterDecisions.Decide).Then(ClusterRefusal.BookingEnded);
    }
}
