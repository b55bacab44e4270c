using Facilities.Grains.Clusters;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Services;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Pricing;

public sealed class TariffTests
{
    private static readonly LocalDate FirstDay = new(2026, 4, 1);

    private static Tariff On(LocalDate day, params Agreement[] agreements) =>
        Tariffs.For(Spree, Imaging, agreements, day);

    [Fact]
    public void An_account_of_the_platforms_cluster_pays_the_home_price() =>
        Assert.Equal(TariffClass.Home, Tariffs.For(Langhe, Imaging, [BiopmedBiotop], FirstDay).Class);

    [Fact]
    public void A_university_pays_the_academic_price_even_at_home() =>
        Assert.Equal(TariffClass.Academic, Tariffs.For(Langhe with { IsAcademic = true }, Imaging, [], FirstDay).Class);

    [Fact]
    public void An_agreement_counts_from_its_first_day()
    {
        Assert.Equal(TariffClass.Partner, On(FirstDay, BiopmedBiotop).Class);
        var before = On(FirstDay.PlusDays(-1), BiopmedBiotop);
        Assert.Equal((TariffClass.External,
            "External tariff: the agreement biopmed-biotop is not in force before 1 April 2026."),
            (before.Class, before.Reason));
    }

    [Fact]
    public void An_agreement_counts_to_its_last_day()
    {
        var ending = BiopmedBiotop with { EndsOn = new LocalDate(2026, 12, 31) };
        Assert.Equal(TariffClass.Partner, On(new(2026, 12, 31), ending).Class);
        var after = On(new(2027, 1, 1), ending);
        Assert.Equal((TariffClass.External, "External tariff: the agreement biopmed-biotop ended on 31 December 2026."),
            (after.Class, after.Reason));
    }

    [Fact]
    public void An_agreement_without_the_annex_gives_no_partner_price() => Assert.Equal(
        "External tariff: the agreement biopmed-biotop is in force, but has no annex partnerTariff.",
        On(FirstDay, BiopmedBiotop with { PartnerTariff = false }).Reason);
}
