using Facilities.Grains.Accounts;
using Facilities.Grains.Enterprises;
using Facilities.Grains.Kernel;
using Facilities.Grains.Undertakings;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Accounts;

/// <summary>What an SME declares, with a value in every member that may be empty.</summary>
internal static class DeclarationSamples
{
    private static readonly EnterpriseId Own = new("spree-diagnostics"), Fund = new("other-1");
    private static readonly LocalDate YearEnd = new(2025, 12, 31), Today = new(2026, 11, 21);

    public static readonly Ownership Owned = new(
        Own,
        [
            new(Own, "Spree Diagnostics GmbH", EnterpriseKind.Company, "72.11",
                [new(YearEnd, new(2026, 3, 31), 24.5m, Eur(3_100_000), Eur(2_400_000))]),
            new(Fund, "Dél Holding", EnterpriseKind.Company, null,
                [new(YearEnd, new(2026, 4, 30), 100, Forints(3_951_000_000), Forints(0), 395.1m, IsEstimate: true)]),
        ],
        [new(Fund, Own, new(24), new(33), Control.None)]);

    public static readonly SizeDeclaration Size = new(
        Owned,
        new(
            SizeClass.Medium, "The accounts show it.",
            [
                new(Own, "Spree Diagnostics GmbH", Relation.Itself, 100, new(24.5m, 3_100_000, 2_400_000)),
                new(Fund, "Dél Holding", Relation.Partner, 33, new(100, 10_000_000, 0)),
            ],
            [new(YearEnd, SizeClass.Medium, new(57.5m, 6_400_000, 2_400_000))], "Recommendation 2003/361/EC"),
        "Declaration", "sha256:00", Today, new(2027, 11, 21), "Jana Krüger");

    public static readonly OtherAidDeclaration OtherAid = new(
        [
            new(
                new(2025, 3, 14), Forints(2_000_000), AidBasis.DeMinimis, "Magyar Államkincstár", "HU",
                "Dél Holding", "HU-1", 395.1m),
        ],
        "Declaration", "sha256:00", Today, new(2027, 11, 21), "Jana Krüger");

    private static Money Forints(decimal amount) => Money.Of(amount, Currency.Huf);
}
