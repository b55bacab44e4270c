using Facilities.Grains.Accounts;
using Facilities.Grains.Clusters;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Pricing;

/// <summary>Which tariff class an account pays at a platform.</summary>
public static class Tariffs
{
    /// <summary>
    /// The tariff on a day, with its reason. An academic account pays the academic price everywhere; then the
    /// account's own cluster gives the home price, an agreement in force the partner price.
    /// </summary>
    /// <param name="account">Who buys.</param>
    /// <param name="platform">Where.</param>
    /// <param name="agreements">All agreements that may matter; others are passed over.</param>
    /// <param name="day">The day of the quote.</param>
    public static Tariff For(
        AccountProfile account, PlatformProfile platform, IEnumerable<Agreement> agreements, LocalDate day)
    {
        if (account.IsAcademic)
            return new Tariff(TariffClass.Academic, $"Academic tariff: {account.Name} is a public research body.");
        if (account.Cluster == platform.Cluster)
            return new Tariff(TariffClass.Home,
                $"Home tariff: {account.Name} and {platform.Name} both belong to the cluster {platform.Cluster}.");

        var between = agreements.Where(a => a.IsBetween(account.Cluster, platform.Cluster))
            .OrderBy(a => a.InForceFrom).ThenBy(a => a.Id.Value, StringComparer.Ordinal).ToList();
        if (between.Find(a => a.PartnerTariff && a.IsInForceOn(day)) is { } partner)
            return new Tariff(TariffClass.Partner,
                $"Partner tariff: the agreement {partner.Id} between {account.Cluster} and {platform.Cluster} "
                + $"is in force since {Words.Day(partner.InForceFrom)}.", partner.Id);
        return new Tariff(TariffClass.External, "External tariff: " + WhyNotPartner(account, platform, between, day));
    }

    private static string WhyNotPartner(
        AccountProfile account, PlatformProfile platform, List<Agreement> between, LocalDate day)
    {
        if (between.Find(a => a.IsInForceOn(day)) is { } without)
            return $"the agreement {without.Id} is in force, but has no annex partnerTariff.";
        if (between.Find(a => a.InForceFrom > day) is { } later)
            return $"the agreement {later.Id} is not in force before {Words.Day(later.InForceFrom)}.";
        if (between.FindLast(a => a.EndsOn < day) is { EndsOn: { } end } ended)
            return $"the agreement {ended.Id} ended on {Words.Day(end)}.";
        return $"no agreement between {account.Cluster} and {platform.Cluster} is in force on {Words.Day(day)}.";
    }
}
