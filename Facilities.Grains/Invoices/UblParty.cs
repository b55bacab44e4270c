using System.Xml.Linq;

namespace Facilities.Grains.Invoices;

/// <summary>Writes seller and buyer.</summary>
internal static class UblParty
{
    public static XElement Write(InvoiceParty party, bool isSeller) => Ubl.In("Party",
        Endpoint(party),
        Ubl.In("PartyIdentification", Ubl.Text("ID", party.Id)),
        Ubl.In("PartyName", Ubl.Text("Name", party.Name)),
        Ubl.In("PostalAddress",
            Ubl.Text("StreetName", party.Street), Ubl.Text("CityName", party.City),
                Ubl.Text("PostalZone", party.Postcode),
            Ubl.In("Country", Ubl.Text("IdentificationCode", party.Country))),
        party.VatId is { } vatId
            ? Ubl.In("PartyTaxScheme", Ubl.Text("CompanyID", vatId), Ubl.In("TaxScheme", Ubl.Text("ID", "VAT")))
            : null,
        Ubl.In("PartyLegalEntity", Ubl.Text("RegistrationName", party.Name), Ubl.Text("CompanyID", party.LegalId)),
        isSeller && party.Mail is not null
            ? Ubl.In("Contact", Ubl.Text("Name", party.Name), Ubl.Text("ElectronicMail", party.Mail))
            : null);

    private static XElement? Endpoint(InvoiceParty party)
    {
        var (scheme, address) = party.VatId is { } vatId && SchemeOf(vatId) is { } known ? (known, vatId)
            : ("EM", party.Mail);
        var endpoint = Ubl.Text("EndpointID", address);
        endpoint?.Add(new XAttribute("schemeID", scheme));
        return endpoint;
    }

    /// <summary>Electronic address schemes whose addresses are VAT ids (Peppol code list).</summary>
    private static string? SchemeOf(string vatId) => vatId[..2] switch
    {
        "AT" => "9914",
        "BE" => "9925",
        "CH" => "9927",
        "CZ" => "9929",
        "DE" => "9930",
        "ES" => "9920",
        "FR" => "9957",
        "GB" => "9932",
        "HU" => "9910",
        "IT" => "0211",
        "NL" => "9944",
        "PL" => "9945",
        "PT" => "9946",
        _ => null,
    };
}
