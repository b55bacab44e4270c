namespace Facilities.Tests.Simulation;

/// <summary>The simulation is not blind: bugs put between the product and what it stands on are found.</summary>
public sealed class PlantedBugTests(ITestOutputHelper output)
{
    private const int SeedsMax = 200;

    public static TheoryData<string> Bugs =>
    [
        nameof(VersionCheckSkipped), nameof(ReplyBeforeCommit), nameof(ReleaseForgotten),
        nameof(LapseAfterConfirmation), nameof(CommandIdForgotten), nameof(StaleAnswers),
        nameof(AsideForgotten), nameof(CreditForgotten), nameof(AdvanceKept),
    ];

    [Theory]
    [MemberData(nameof(Bugs))]
    public void A_planted_bug_is_found_within_200_seeds(string bug)
    {
        var plant = (Plant)Activator.CreateInstance(
            typeof(Plant).Assembly.GetType($"{typeof(Plant).Namespace}.{bug}", throwOnError: true)!)!;
        for (var seed = 1; seed <= SeedsMax; seed++)
        {
            if (SimulationTests.Alone(seed, plant).Findings is not [var finding, ..]) continue;
            output.WriteLine($"{bug}: found by seed {seed}: {finding}");
            return;
        }
        Assert.Fail($"{bug} was not found within {SeedsMax} seeds.");
    }
}
