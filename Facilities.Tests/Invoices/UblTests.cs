using System.Xml.Linq;
using Facilities.Grains.Invoices;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Invoices;

public sealed class UblTests
{
    private static readonly XNamespace Cbc = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";

    private static XDocument Write() => Ubl.Write(InvoiceTests.Of(InvoiceTests.Reference(Spree)));

    private static string Value(XDocument document, string name) => document.Descendants(Cbc + name).First().Value;

    [Theory]
    [InlineData("LineExtensionAmount", "2000.00")]
    [InlineData("TaxExclusiveAmount", "2000.00")]
    [InlineData("TaxInclusiveAmount", "2000.00")]
    [InlineData("PrepaidAmount", "1500.00")]
    [InlineData("PayableAmount", "500.00")]
    [InlineData("TaxExemptionReasonCode", "VATEX-EU-AE")]
    [InlineData("TaxableAmount", "2000.00")]
    [InlineData("DueDate", "2027-03-11")]
    [InlineData("ActualDeliveryDate", "2027-02-01")]
    public void INV1_the_XML_states(string element, string value) => Assert.Equal(value, Value(Write(), element));

    [Fact]
    public void The_order_of_elements_is_the_schemas() => Assert.Equal(
        [
            "CustomizationID", "ProfileID", "ID", "IssueDate", "DueDate", "InvoiceTypeCode", "Note",
            "DocumentCurrencyCode", "BuyerReference", "ContractDocumentReference", "AccountingSupplierParty",
            "AccountingCustomerParty", "Delivery", "PaymentMeans", "PaymentTerms", "TaxTotal", "LegalMonetaryTotal",
            "InvoiceLine", "InvoiceLine", "InvoiceLine", "InvoiceLine",
        ],
        Write().Root!.Elements().Select(e => e.Name.LocalName));

    [Fact]
    public void Lines_carry_unit_codes_and_the_parties_their_electronic_addresses()
    {
        var document = Write();
        Assert.Equal(["C62", "C62", "HUR", "EA"],
            document.Descendants(Cbc + "InvoicedQuantity").Select(e => e.Attribute("unitCode")!.Value));
        Assert.Equal(["0211", "9930"],
            document.Descendants(Cbc + "EndpointID").Select(e => e.Attribute("schemeID")!.Value));
    }

    [Fact]
    public void No_element_is_empty() => Assert.DoesNotContain(
        Write().Descendants(), e => !e.HasElements && string.IsNullOrWhiteSpace(e.Value));

    [Fact]
    public void Outside_the_scope_there_is_no_rate_and_no_VAT_id()
    {
        var british = Account("thames", "Thames", "biotop", "GB",
            new("GB980780684", Grains.Accounts.VatAnswer.Valid, Now));
        var document = Ubl.Write(InvoiceTests.Of(InvoiceTests.Reference(british)));
        Assert.Empty(document.Descendants(Cbc + "Percent"));
        Assert.DoesNotContain("GB980780684", document.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("IT99900180011", document.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_shows_the_same_figures_and_escapes_names()
    {
        var request = InvoiceTests.Reference(Spree with { Name = "<b>Spree</b>" });
        var html = InvoicePage.Render(InvoiceTests.Of(request));
        Assert.Contains("<td>500.00 EUR</td>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>Spree", html, StringComparison.Ordinal);
    }
}
