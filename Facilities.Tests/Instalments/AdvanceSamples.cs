using System.Collections.Immutable;
using Facilities.Grains.Debts;
using Facilities.Grains.Instalments;
using Facilities.Grains.Programmes;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Instalments;

/// <summary>One of each event of an advance, for golden files.</summary>
internal static class AdvanceSamples
{
    private static readonly LocalDate Day = new(2027, 11, 21);

    public static ImmutableArray<object> All(Claim claim) =>
    [
        new AdvanceOpened(claim with
        {
            Evidence = claim.Evidence with { DeliveredAt = null, AcceptedAt = null },
            Advance = new(new(50), Eur(2_180.26m), Day),
        }),
        new AdvanceClosed(claim.Id, "The delivery came first.", "Facilities"),
        new AdvanceOver(claim.Id, "The booking was cancelled."),
        new AdvanceCameBack(claim.Id, Eur(1_000), Eur(90.13m), "AC04: closed account"),
        new AdvanceUnearned(claim.Id, new("claim-2"), Eur(90.13m)),
        new AdvanceUsed(claim.Id, new("claim-2"), Eur(1_090.13m)),
        new AdvanceReclaimed(claim.Id, Eur(1_090.13m), Eur(0), Day, "The booking was cancelled.", "RC0123456789AB"),
        new AdvanceRepaid(claim.Id, Eur(1_090.13m), false, "S-1/E-2", "Olga Officer"),
        new DebtArose(claim.Id, 2, Eur(1_090.13m), Eur(90), Day, "The booking was cancelled.", "RC0123456789AB"),
        new DebtRepaid(claim.Id, 2, Eur(90.13m), true, "S-1/E-2", "Olga Officer") { OfOrder = Eur(100) },
        new DebtLifted(claim.Id, 2, "The claim is not paid, so nothing is owed back"),
        new AdvanceFreed(claim.Id, 1, Eur(1_090.13m), false),
        new AdvanceGivenBack(claim.Id, 1),
    ];
}
