using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Rates;

namespace Facilities.Grains.Invoices;

/// <summary>A rule of EN 16931 or Peppol BIS Billing 3.0 that an invoice breaks.</summary>
/// <param name="Rule">Its name there, such as <c>BR-AE-02</c>.</param>
/// <param name="Message">What is wrong.</param>
public sealed record InvoiceFault(string Rule, string Message);

/// <summary>The rules of EN 16931 and Peppol BIS Billing 3.0 that our invoices could break.</summary>
public static class InvoiceRules
{
    /// <summary>Every rule that the invoice breaks; none where it may be sent.</summary>
    public static ImmutableArray<InvoiceFault> Check(Invoice invoice) =>
    [
        .. Document(invoice).Concat(Sums(invoice)).Concat(Categories(invoice))
            .Concat(invoice.VatDeclared is { } declared ? Declared(declared, invoice) : [])
            .Where(rule => !rule.Holds).Select(rule => new InvoiceFault(rule.Name, rule.Message)),
    ];

    private static IEnumerable<(string Name, bool Holds, string Message)> Document(Invoice invoice)
    {
        yield return ("BR-02", invoice.Number.Length > 0, "An invoice has a number.");
        yield return ("BR-16", invoice.Lines.Length > 0, "An invoice has at least one line.");
        yield return ("BR-27", invoice.Lines.All(l => l.UnitPrice >= 0), "A unit price is not below zero.");
        yield return ("BR-CO-09", HasPrefix(invoice.Seller) && HasPrefix(invoice.Buyer),
            "A VAT id starts with its country.");
        yield return ("BR-CO-25", !invoice.Totals.Payable.IsPositive || invoice.DueOn >= invoice.IssuedOn,
            "An amount to be paid has a due date.");
        yield return ("BR-CO-26", invoice.Seller.Id.Length > 0, "The seller has an identifier.");
        yield return ("PEPPOL-EN16931-R003", invoice.BuyerReference.Length > 0, "A buyer or order reference is given.");
        yield return ("BR-55", invoice.Kind == InvoiceKind.Invoice || invoice.Preceding is not null,
            "A credit note names the invoice that it corrects.");
    }

    private static IEnumerable<(string Name, bool Holds, string Message)> Declared(Converted declared, Invoice invoice)
    {
        yield return ("PEPPOL-EN16931-R005", declared.Amount.Currency != invoice.Currency,
            "VAT is declared in another currency than the invoice's, or not said twice.");
        yield return ("PEPPOL-EN16931-R055", declared.Amount.IsNegative == invoice.Totals.Vat.IsNegative,
            "VAT has the same sign in both currencies.");
    }

    private static IEnumerable<(string Name, bool Holds, string Message)> Sums(Invoice invoice)
    {
        var (totals, currency) = (invoice.Totals, invoice.Currency);
        yield return ("BR-CO-10", totals.Net == Money.Sum(invoice.Lines.Select(l => l.Amount), currency),
            "The net total is the sum of the lines.");
        yield return ("BR-CO-14", totals.Vat == Money.Sum(invoice.Taxes.Select(t => t.Amount), currency),
            "The VAT total is the sum of its groups.");
        yield return ("BR-CO-15", totals.Gross == totals.Net + totals.Vat, "The gross total is net and VAT.");
        yield return ("BR-CO-16", totals.Payable == totals.Gross - totals.Prepaid,
            "The payable amount is gross less prepaid.");
        // Several credit notes undo an invoice to the cent, so that one of them may be a cent off by itself.
        var cents = invoice.Kind == InvoiceKind.CreditNote ? 1 : 0;
        yield return ("BR-CO-17",
            invoice.Taxes.All(t => Math.Abs(t.Amount.Minor - t.Base.Times(t.Rate / 100).Minor) <= cents),
            "VAT is the base times the rate, rounded half up.");
        yield return ("PEPPOL-EN16931-R120",
            invoice.Lines.All(l => Math.Abs(decimal.Round(l.Quantity * l.UnitPrice, 2, MidpointRounding.AwayFromZero)
                - l.Amount.Amount) <= 0.01m), "A line is quantity times price.");
        yield return ("BR-S-08", invoice.Taxes.All(t => t.Base == Money.Sum(
            invoice.Lines.Where(l => l.Category == t.Category && l.Rate == t.Rate).Select(l => l.Amount), currency)),
            "A VAT base is the sum of its lines.");
    }

    private static IEnumerable<(string Name, bool Holds, string Message)> Categories(Invoice invoice)
    {
        bool Has(string category) => invoice.Taxes.Any(t => t.Category == category);
        var (seller, buyer) = (invoice.Seller, invoice.Buyer);
        yield return ("BR-CO-18", invoice.Taxes.Length > 0, "An invoice has a VAT breakdown.");
        yield return ("BR-AE-02", !Has("AE")
            || (seller.VatId is not null && (buyer.VatId ?? buyer.LegalId) is not null),
            "Reverse charge needs the VAT id of the seller and the VAT or legal id of the buyer.");
        yield return ("BR-AE-09", Zero(invoice, "AE"), "Reverse charge has no VAT.");
        yield return ("BR-AE-10", Reasoned(invoice, "AE", "VATEX-EU-AE"), "Reverse charge has its reason.");
        yield return ("BR-O-02", !Has("O") || (seller.VatId is null && buyer.VatId is null),
            "An invoice outside the scope of VAT shows neither VAT id.");
        yield return ("BR-O-09", Zero(invoice, "O"), "Outside the scope there is no VAT.");
        yield return ("BR-O-10", Reasoned(invoice, "O", "VATEX-EU-O"), "Outside the scope has its reason.");
        yield return ("BR-O-11", !Has("O") || invoice.Taxes.Length == 1, "Outside the scope stands alone.");
        yield return ("BR-S-02", !Has("S") || seller.VatId is not null, "Charging VAT needs the seller's VAT id.");
        yield return ("BR-S-05", invoice.Taxes.All(t => t.Category != "S" || t.Rate > 0),
            "The standard rate is above zero.");
        yield return ("BR-S-10",
            invoice.Taxes.All(t => t.Category != "S" || (t.ExemptionReason ?? t.ExemptionCode) is null),
            "The standard rate has no exemption reason.");
    }

    private static bool Zero(Invoice invoice, string category) =>
        invoice.Taxes.Where(t => t.Category == category).All(t => t.Rate == 0 && t.Amount.IsZero);

    private static bool Reasoned(Invoice invoice, string category, string code) =>
        invoice.Taxes.Where(t => t.Category == category)
            .All(t => t.ExemptionCode == code && t.ExemptionReason is not null);

    private static bool HasPrefix(InvoiceParty party) =>
        party.VatId is not { } vatId || (vatId.Length > 2 && vatId[..2].All(char.IsAsciiLetterUpper));
}
