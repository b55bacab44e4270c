using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Kernel;
using Facilities.Grains.Rates;
using Facilities.Grains.Tax;
using NodaTime;

namespace Facilities.Grains.Invoices;

/// <summary>An invoice or credit note of one provider, by EN 16931. It never changes; a correction is another
/// one.</summary>
/// <param name="Id">The invoice.</param>
/// <param name="Kind">Invoice or credit note.</param>
/// <param name="Number">In the provider's own series, without gaps (BT-1).</param>
/// <param name="IssuedOn">BT-2.</param>
/// <param name="DueOn">BT-9.</param>
/// <param name="SuppliedOn">When the service was completed (BT-72).</param>
/// <param name="Seller">The provider.</param>
/// <param name="Buyer">The SME.</param>
/// <param name="BuyerReference">BT-10: the booking.</param>
/// <param name="ContractReference">BT-12: the hash of the contract's text; null where there is none.</param>
/// <param name="Lines">BG-25.</param>
/// <param name="Taxes">BG-23, one for each category and rate.</param>
/// <param name="Totals">BG-22.</param>
/// <param name="Note">BT-22; one alone.</param>
/// <param name="PaymentTerms">BT-20.</param>
/// <param name="Preceding">BG-3: the number of the invoice that a credit note corrects.</param>
public sealed record Invoice(
    InvoiceId Id, InvoiceKind Kind, string Number, LocalDate IssuedOn, LocalDate DueOn, LocalDate SuppliedOn,
    InvoiceParty Seller, InvoiceParty Buyer, string BuyerReference, string? ContractReference,
    ImmutableArray<InvoiceLine> Lines, ImmutableArray<InvoiceTax> Taxes, InvoiceTotals Totals, string? Note,
    string PaymentTerms, string? Preceding = null)
{
    /// <summary>What the buyer had paid before, of what is prepaid; null for nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PaidBefore? Paid { get; init; }

    /// <summary>
    /// The VAT in the currency that the seller declares it in (BT-6, BT-111; Directive 2006/112/EC, Art. 230); null
    /// where that is the currency of the invoice, where there is no VAT, and where no rate of the day is known.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Converted? VatDeclared { get; init; }

    /// <summary>
    /// The last day on which an invoice with reverse charge may be issued (Directive 2006/112/EC, Art. 222); null of
    /// others.
    /// </summary>
    [JsonIgnore]
    public LocalDate? IssueBy =>
        Taxes.Any(t => t.Category == "AE") ? ReverseCharge.InvoiceBy(SuppliedOn) : null;

    /// <summary>The currency of every amount.</summary>
    public Currency Currency => Totals.Net.Currency;
}

/// <summary>Money of the buyer that was there before the invoice.</summary>
/// <param name="Amount">How much.</param>
/// <param name="Method">By what, in words.</param>
public sealed record PaidBefore(Money Amount, string Method);

/// <summary>Which document it is.</summary>
public enum InvoiceKind
{
    /// <summary>UNTDID 1001 code 380.</summary>
    Invoice,
    /// <summary>UNTDID 1001 code 381; its amounts are positive.</summary>
    CreditNote,
}

/// <summary>Seller or buyer.</summary>
/// <param name="Id">Platform or account id (BT-29, BT-46).</param>
/// <param name="Name">Legal name.</param>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="VatId">With prefix; null where none, and with category O.</param>
/// <param name="Street">Where known.</param>
/// <param name="Postcode">Where known.</param>
/// <param name="City">Where known.</param>
/// <param name="Mail">Where known; the electronic address of a party without VAT id.</param>
/// <param name="Iban">Where the seller is paid.</param>
/// <param name="LegalId">A register number, where known (BT-30, BT-47).</param>
public sealed record InvoiceParty(
    string Id, string Name, string Country, string? VatId, string? Street = null, string? Postcode = null,
    string? City = null, string? Mail = null, string? Iban = null, string? LegalId = null);

/// <summary>One line.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Name">What was supplied.</param>
/// <param name="Quantity">Exact.</param>
/// <param name="UnitCode">UN/ECE recommendation 20: C62, HUR, EA.</param>
/// <param name="UnitPrice">Net, any number of decimals; never below zero.</param>
/// <param name="Amount">Quantity times price, rounded half up.</param>
/// <param name="Category">VAT category.</param>
/// <param name="Rate">Percent.</param>
public sealed record InvoiceLine(
    int Number, string Name, decimal Quantity, string UnitCode, decimal UnitPrice, Money Amount, string Category,
        decimal Rate);

/// <summary>VAT of one category and rate.</summary>
/// <param name="Category">S, AE, O, E, Z or G.</param>
/// <param name="Rate">Percent.</param>
/// <param name="Base">BT-116.</param>
/// <param name="Amount">BT-117: base times rate, rounded half up once.</param>
/// <param name="ExemptionCode">BT-121.</param>
/// <param name="ExemptionReason">BT-120.</param>
public sealed record InvoiceTax(
    string Category, decimal Rate, Money Base, Money Amount, string? ExemptionCode, string? ExemptionReason);

/// <summary>The totals: <c>Gross = Net + Vat</c> and <c>Payable = Gross − Prepaid</c>, exact.</summary>
/// <param name="Net">BT-106 and BT-109.</param>
/// <param name="Vat">BT-110.</param>
/// <param name="Gross">BT-112.</param>
/// <param name="Prepaid">BT-113: what funders and clusters pay the provider directly, and the SME paid before.</param>
/// <param name="Payable">BT-115.</param>
public sealed record InvoiceTotals(Money Net, Money Vat, Money Gross, Money Prepaid, Money Payable);
