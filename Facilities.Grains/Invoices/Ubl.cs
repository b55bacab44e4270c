using System.Globalization;
using System.Xml.Linq;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Invoices;

/// <summary>Writes an invoice as UBL 2.1 by EN 16931 and Peppol BIS Billing 3.0. The order of elements is the
/// schema's.</summary>
public static class Ubl
{
    private static readonly XNamespace Cac = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2";
    private static readonly XNamespace Cbc = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";

    /// <summary>The document.</summary>
    /// <exception cref="InvalidOperationException">The invoice breaks a rule; see <see
    /// cref="InvoiceRules"/>.</exception>
    public static XDocument Write(Invoice invoice)
    {
        var faults = InvoiceRules.Check(invoice);
        if (faults.Length > 0)
            throw new InvalidOperationException(string.Join(" ", faults.Select(f => $"{f.Rule}: {f.Message}")));

        var credit = invoice.Kind == InvoiceKind.CreditNote;
        var kind = credit ? "CreditNote" : "Invoice";
        XNamespace root = $"urn:oasis:names:specification:ubl:schema:xsd:{kind}-2";
        return new XDocument(new XDeclaration("1.0", "utf-8", null), new XElement(root + kind,
            new XAttribute(XNamespace.Xmlns + "cac", Cac), new XAttribute(XNamespace.Xmlns + "cbc", Cbc),
            Text("CustomizationID", "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"),
            Text("ProfileID", "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"),
            Text("ID", invoice.Number),
            Text("IssueDate", Words.IsoDay(invoice.IssuedOn)),
            credit ? null : Text("DueDate", Words.IsoDay(invoice.DueOn)),
            Text(credit ? "CreditNoteTypeCode" : "InvoiceTypeCode", credit ? "381" : "380"),
            Text("Note", invoice.Note),
            Text("DocumentCurrencyCode", invoice.Currency.Code),
            Text("TaxCurrencyCode", invoice.VatDeclared?.Amount.Currency.Code),
            Text("BuyerReference", invoice.BuyerReference),
            invoice.Preceding is { } preceding
                ? In("BillingReference", In("InvoiceDocumentReference", Text("ID", preceding))) : null,
            invoice.ContractReference is { } contract ? In("ContractDocumentReference", Text("ID", contract)) : null,
            In("AccountingSupplierParty", UblParty.Write(invoice.Seller, isSeller: true)),
            In("AccountingCustomerParty", UblParty.Write(invoice.Buyer, isSeller: false)),
            In("Delivery", Text("ActualDeliveryDate", Words.IsoDay(invoice.SuppliedOn))),
            PaymentMeans(invoice),
            In("PaymentTerms", Text("Note", invoice.PaymentTerms)),
            TaxTotal(invoice),
            invoice.VatDeclared is { } declared ? In("TaxTotal", Amount("TaxAmount", declared.Amount)) : null,
            In("LegalMonetaryTotal",
                Amount("LineExtensionAmount", invoice.Totals.Net),
                Amount("TaxExclusiveAmount", invoice.Totals.Net),
                Amount("TaxInclusiveAmount", invoice.Totals.Gross),
                Amount("PrepaidAmount", invoice.Totals.Prepaid),
                Amount("PayableAmount", invoice.Totals.Payable)),
            invoice.Lines.Select(line => Line(line, credit))));
    }

    internal static XElement? Text(string name, string? value) =>
        string.IsNullOrWhiteSpace(value) ? null : new XElement(Cbc + name, value);

    internal static XElement In(string name, params object?[] content) => new(Cac + name, content);

    private static XElement PaymentMeans(Invoice invoice) => In("PaymentMeans",
        // 58 is a SEPA transfer, in euro alone; 30 any other.
        Text("PaymentMeansCode", invoice.Currency == Currency.Eur ? "58" : "30"),
        invoice.Kind == InvoiceKind.CreditNote ? Text("PaymentDueDate", Words.IsoDay(invoice.DueOn)) : null,
        Text("PaymentID", invoice.Number),
        invoice.Seller.Iban is { } iban ? In("PayeeFinancialAccount", Text("ID", iban)) : null);

    private static XElement TaxTotal(Invoice invoice) => In("TaxTotal",
        Amount("TaxAmount", invoice.Totals.Vat),
        invoice.Taxes.Select(tax => In("TaxSubtotal",
            Amount("TaxableAmount", tax.Base),
            Amount("TaxAmount", tax.Amount),
            In("TaxCategory", Category(tax.Category, tax.Rate,
                Text("TaxExemptionReasonCode", tax.ExemptionCode), Text("TaxExemptionReason", tax.ExemptionReason))))));

    private static XElement Line(InvoiceLine line, bool credit) => In(credit ? "CreditNoteLine" : "InvoiceLine",
        Text("ID", line.Number.ToString(CultureInfo.InvariantCulture)),
        new XElement(Cbc + (credit ? "CreditedQuantity" : "InvoicedQuantity"),
            new XAttribute("unitCode", line.UnitCode), Number(line.Quantity)),
        Amount("LineExtensionAmount", line.Amount),
        In("Item", Text("Name", line.Name), In("ClassifiedTaxCategory", Category(line.Category, line.Rate))),
        In("Price", new XElement(Cbc + "PriceAmount", new XAttribute("currencyID", line.Amount.Currency.Code),
            Number(line.UnitPrice))));

    /// <summary>Outside the scope there is no rate, not even zero (BR-O-05).</summary>
    private static object?[] Category(string category, decimal rate, params object?[] reasons) =>
    [
        Text("ID", category), category == "O" ? null : Text("Percent", Number(rate)), reasons,
        In("TaxScheme", Text("ID", "VAT")),
    ];

    private static XElement Amount(string name, Money amount) => new(Cbc + name,
        new XAttribute("currencyID", amount.Currency.Code),
            amount.Amount.ToString("0.00", CultureInfo.InvariantCulture));

    private static string Number(decimal number) =>
        number.ToString("0.############################", CultureInfo.InvariantCulture);
}
