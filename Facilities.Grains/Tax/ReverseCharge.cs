namespace Facilities.Grains.Tax;

/// <summary>The mention that an invoice carries when the customer is liable (Directive 2006/112/EC, Art. 226
/// (11a)).</summary>
public static class ReverseCharge
{
    /// <summary>In English and in the language of the seller's country.</summary>
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
