using System.Collections.Immutable;
using Facilities.Grains.Bookings;

namespace Facilities.Tests.Simulation;

internal sealed partial record BookingFacts
{
    /// <summary>What the account owes since a funder rejected it.</summary>
    public ImmutableHashSet<string> Owed { get; init; } = [];

    private BookingFacts Owing(BookingEvent happened, Action<bool, string> must)
    {
        switch (happened)
        {
            case ClaimSettled e:
                must(Stage is Stage.Accepted or Stage.Settled, "nothing was accepted");
                must(e.Paid || e.Owed!.Value.Sum(o => o.Amount.Minor) == e.Amount.Minor, "more or less is owed");
                return this with
                {
                    Owed = Owed.Union((e.Owed ?? []).Select(o => $"{e.Claim} {o.Platform}")),
                };
            case ObligationPaid e:
                must(Owed.Contains($"{e.Claim} {e.Platform}"), "that is not owed");
                return this with { Owed = Owed.Remove($"{e.Claim} {e.Platform}") };
            default:
                return this;
        }
    }
}
