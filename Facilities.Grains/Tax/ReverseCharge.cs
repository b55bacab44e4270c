using NodaTime;

namespace Facilities.Grains.Tax;

/// <summary>What the law asks of an invoice when the customer is liable.</summary>
public static class ReverseCharge
{
    /// <summary>
    /// The last day on which it may be issued: the fifteenth of the month after the supply (Directive 2006/112/EC,
    /// Art. 222).
    /// </summary>
    public static LocalDate InvoiceBy(LocalDate suppliedOn) =>
        new LocalDate(suppliedOn.Year, suppliedOn.Month, 15).PlusMonths(1);

    /// <summary>The mention that it carries (Directive 2006/112/EC, Art. 226 (11a)).</summary>
    /// <returns>In English and in the language of the seller's country.</returns>
    public static string Wording(string sellerCountry) => sellerCountry switch
    {
        "DE" or "AT" => "Reverse charge - Steuerschuldnerschaft des Leistungsempfängers.",
        "FR" => "Reverse charge - Autoliquidation.",
        "IT" => "Reverse charge - Inversione contabile.",
        "ES" => "Reverse charge - Inversión del sujeto pasivo.",
        "HU" => "Reverse charge - Fordított adózás.",
        "CZ" => "Reverse charge - Daň odvede zákazník.",
        "SE" => "Reverse charge - Omvänd betalningsskyldighet.",
        "DK" => "Reverse charge - Omvendt betalingspligt.",
        "NL" or "BE" => "Reverse charge - Btw verlegd.",
        "PL" => "Reverse charge - Odwrotne obciążenie.",
        "PT" => "Reverse charge - IVA - autoliquidação.",
        "FI" => "Reverse charge - Käännetty verovelvollisuus.",
        _ => "Reverse charge.",
    };
}
