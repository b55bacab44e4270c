using System.Net;
using System.Text;
using Facilities.Grains.Kernel;
using Facilities.Grains.Services;

namespace Facilities.Grains.Invoices;

/// <summary>An invoice as an HTML article, for a page or for print. Everything in it is escaped.</summary>
public static class InvoicePage
{
    /// <summary>The article, from the same model as the XML.</summary>
    public static string Render(Invoice invoice)
    {
        var html = new StringBuilder();
        var title = invoice.Kind == InvoiceKind.CreditNote ? "Credit note" : "Invoice";
        html.Append("<article class=\"invoice\" lang=\"en\">\n<header>\n<h1>")
            .Append(Escape($"{title} {invoice.Number}"))
            .Append("</h1>\n<dl>\n");
        Entry(html, "Date", Words.Day(invoice.IssuedOn));
        Entry(html, "Service completed", Words.Day(invoice.SuppliedOn));
        if (invoice.IssueBy is { } by)
            Entry(html, "To be issued by", $"{Words.Day(by)} (Directive 2006/112/EC, Art. 222)");
        Entry(html, "Due", Words.Day(invoice.DueOn));
        Entry(html, "Booking", invoice.BuyerReference);
        if (invoice.Preceding is { } preceding) Entry(html, "Corrects", preceding);
        if (invoice.ContractReference is { } contract) Entry(html, "Contract", contract);
        html.Append("</dl>\n</header>\n");
        Party(html, "Seller", invoice.Seller);
        Party(html, "Buyer", invoice.Buyer);
        Lines(html, invoice);
        Sums(html, invoice);
        if (invoice.Note is { } note) html.Append("<p>").Append(Escape(note)).Append("</p>\n");
        html.Append("<p>").Append(Escape(invoice.PaymentTerms));
        if (invoice.Seller.Iban is { } iban) html.Append(Escape($", to {iban}"));
        return html.Append("</p>\n</article>\n").ToString();
    }

    private static void Party(StringBuilder html, string role, InvoiceParty party)
    {
        html.Append("<section><h2>").Append(role).Append("</h2>\n<address>");
        string?[] lines = [party.Name, party.Street, $"{party.Postcode} {party.City}".Trim(), party.Country,
            party.VatId];
        html.AppendJoin("<br>", lines.Where(l => !string.IsNullOrEmpty(l)).Select(l => Escape(l!)))
            .Append("</address></section>\n");
    }

    private static void Lines(StringBuilder html, Invoice invoice)
    {
        html.Append("<table>\n<caption>Services, net</caption>\n<thead><tr>");
        foreach (var heading in (string[])["No.", "Service", "Quantity", "Unit price", "VAT", "Amount"])
            html.Append("<th scope=\"col\">").Append(heading).Append("</th>");
        html.Append("</tr></thead>\n<tbody>\n");
        foreach (var line in invoice.Lines)
            Row(html, Words.Number(line.Number), line.Name, Words.Number(line.Quantity), Words.Number(line.UnitPrice),
                $"{line.Category} {Words.Number(line.Rate)} %", Words.Money(line.Amount));
        html.Append("</tbody>\n</table>\n");
    }

    private static void Sums(StringBuilder html, Invoice invoice)
    {
        var totals = invoice.Totals;
        html.Append("<table>\n<caption>Totals</caption>\n<tbody>\n");
        Row(html, "Net", Words.Money(totals.Net));
        foreach (var tax in invoice.Taxes)
        {
            var vat = $"VAT {tax.Category} {Words.Number(tax.Rate)} % on {Words.Money(tax.Base)}";
            Row(html, tax.ExemptionReason is { } why ? $"{vat}, {why}" : vat, Words.Money(tax.Amount));
        }
        if (invoice.VatDeclared is { } declared)
            Row(html, $"VAT in {declared.Amount.Currency}, at {declared.Rates.InWords()}",
                Words.Money(declared.Amount));
        Row(html, "Gross", Words.Money(totals.Gross));
        var own = invoice.Paid?.Amount ?? Money.Zero(totals.Prepaid.Currency);
        Row(html, "Paid by funders and clusters", Words.Money(totals.Prepaid - own));
        if (invoice.Paid is { } paid) Row(html, $"Paid by {paid.Method}", Words.Money(paid.Amount));
        Row(html, "To be paid", Words.Money(totals.Payable));
        html.Append("</tbody>\n</table>\n");
    }

    private static void Row(StringBuilder html, params ReadOnlySpan<string> cells)
    {
        html.Append("<tr>");
        foreach (var cell in cells) html.Append("<td>").Append(Escape(cell)).Append("</td>");
        html.Append("</tr>\n");
    }

    private static void Entry(StringBuilder html, string term, string value) =>
        html.Append("<dt>").Append(term).Append("</dt><dd>").Append(Escape(value)).Append("</dd>\n");

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
