using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Tax;

/// <summary>Which rule says where a service to a business is taxed (Directive 2006/112/EC).</summary>
public enum VatClass
{
    /// <summary>The general rule: where the customer is established (Art. 44).</summary>
    General,
    /// <summary>An exclusive right to a room, a bench or other premises: where they stand (Art. 47).</summary>
    Premises,
    /// <summary>Admission to a course or an event on site: where it takes place (Art. 53).</summary>
    Admission,
    /// <summary>
    /// The general rule, and nothing of it is tied to the place: Norway, which taxes work on site, leaves it untaxed
    /// for a business abroad.
    /// </summary>
    Remote,
}

/// <summary>One service to a business as VAT sees it.</summary>
/// <param name="SupplierCountry">Where the facility is established.</param>
/// <param name="CustomerCountry">Of the establishment that receives the service.</param>
/// <param name="Customer">The customer's VAT registration as last checked.</param>
/// <param name="TaxPoint">The day on which the service is completed; its rate applies.</param>
/// <param name="Now">Against which the age of a check is measured.</param>
/// <param name="Class">Which rule says where it is taxed.</param>
public sealed record VatSupply(
    string SupplierCountry, string CustomerCountry, VatRegistration Customer, LocalDate TaxPoint, Instant Now,
    VatClass Class = VatClass.General);

/// <summary>How a supply is taxed, and why.</summary>
/// <param name="Country">The supplier's country.</param>
/// <param name="Category">EN 16931 code: S, AE or O.</param>
/// <param name="Rate">Percent.</param>
/// <param name="Reason">In words.</param>
/// <param name="ExemptionCode">The VATEX code of an invoice; null where VAT is charged.</param>
/// <param name="CustomerIsLiable">Whether the customer accounts for the VAT.</param>
/// <param name="SalesList">Whether the supplier reports it in its EC sales list (Art. 262).</param>
/// <param name="RecheckNeeded">Whether the register must be asked again before the tax point.</param>
public sealed record VatDecision(
    string Country, string Category, decimal Rate, string Reason, string? ExemptionCode = null,
    bool CustomerIsLiable = false, bool SalesList = false, bool RecheckNeeded = false);

/// <summary>Decides VAT. Not tax advice; what a provider's adviser must confirm is a setting of the product.</summary>
public static class VatDecisions
{
    /// <summary>How old a positive answer of the register may be. Long enough to bridge any outage seen so
    /// far.</summary>
    public static readonly Duration CheckAgeMax = Duration.FromDays(30);

    /// <summary>
    /// Decides one supply: what is tied to a place, then the same country, then a business within the EU, then one
    /// outside it.
    /// </summary>
    public static VatDecision Decide(VatSupply supply)
    {
        var (from, to) = (supply.SupplierCountry, supply.CustomerCountry);
        if (supply.Class == VatClass.Premises)
            return Standard(supply, "an exclusive right to premises is taxed where they stand (Art. 47)");
        if (supply.Class == VatClass.Admission)
            return Standard(supply, "admission is taxed where the course or event takes place (Art. 53)");
        if (from == to) return Standard(supply, $"domestic supply in {Countries.NameOf(from)}");
        if (!Countries.IsInUnion(from)) return FromOutside(supply);
        if (!Countries.IsInUnion(to))
            return new VatDecision(from, "O", 0,
                $"Outside the scope of EU VAT ({from} → {to} business): Art. 44, the place of supply is the "
                    + "customer's.",
                "VATEX-EU-O", CustomerIsLiable: true);
        return WithinUnion(supply);
    }

    private static VatDecision FromOutside(VatSupply supply) =>
        // Norway does not mirror Art. 44 for services tied to a place, as most of a facility's are.
        supply.SupplierCountry == "NO" && supply.Class != VatClass.Remote
            ? Standard(supply, "the service is performed on site in Norway; a business may use the refund scheme")
            : new VatDecision(supply.SupplierCountry, "O", 0,
                $"Not subject to VAT in {Countries.NameOf(supply.SupplierCountry)} ({supply.SupplierCountry} → "
                    + $"{supply.CustomerCountry} business): the customer accounts for it at home.",
                "VATEX-EU-O", CustomerIsLiable: true);

    private static VatDecision WithinUnion(VatSupply supply)
    {
        var (from, to, customer) = (supply.SupplierCountry, supply.CustomerCountry, supply.Customer);
        if (customer.VatId is not { } vatId)
            return Standard(supply, "the customer gave no VAT id. Obtain a VAT id and the reverse charge applies");
        if (!vatId.StartsWith(Countries.VatPrefixOf(to), StringComparison.Ordinal))
            return Standard(supply, $"the VAT id {vatId} is not one of {Countries.NameOf(to)}. "
                + $"Give the VAT id of the establishment in {Countries.NameOf(to)}");
        var outage = customer.Answer == VatAnswer.Unreachable;
        if (IsProven(customer, supply.Now))
            return new VatDecision(from, "AE", 0,
                $"Reverse charge ({from} → {to} business): Art. 44 and 196, VAT id {vatId} "
                + (outage ? "was confirmed within 30 days; the register does not answer now and is asked again."
                    : "is confirmed."),
                "VATEX-EU-AE", CustomerIsLiable: true, SalesList: true, RecheckNeeded: outage);
        return Standard(supply, customer.Answer switch
        {
            VatAnswer.Invalid => $"the register does not know the VAT id {vatId}. Correct it and the reverse charge "
                + "applies",
            VatAnswer.Unreachable =>
                $"the register did not answer for {vatId} and no confirmation is younger than 30 days. "
                + "This does not make the id invalid; it is asked again",
            VatAnswer.NotChecked =>
                $"the VAT id {vatId} has not been checked yet. Have it checked and the reverse charge applies",
            _ => $"the confirmation of {vatId} is older than 30 days. Have it checked again and the reverse charge "
                + "applies",
        }) with
        { RecheckNeeded = customer.Answer != VatAnswer.Invalid };
    }

    private static bool IsProven(VatRegistration customer, Instant now)
    {
        Instant? positive = customer.Answer switch
        {
            VatAnswer.Valid => customer.CheckedAt,
            VatAnswer.Unreachable => customer.LastPositiveAt,
            _ => null,
        };
        return (customer.Answer == VatAnswer.Valid && customer.NeverAges) || now - positive <= CheckAgeMax;
    }

    private static VatDecision Standard(VatSupply supply, string why)
    {
        var rate = VatRates.On(supply.SupplierCountry, supply.TaxPoint);
        return new VatDecision(supply.SupplierCountry, "S", rate,
            $"{supply.SupplierCountry} VAT {Words.Number(rate)} %: {why}.");
    }
}
