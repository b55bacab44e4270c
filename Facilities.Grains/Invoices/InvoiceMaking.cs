using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Tax;
using NodaTime;

namespace Facilities.Grains.Invoices;

/// <summary>What stands at the head of an invoice.</summary>
/// <param name="Id">The invoice.</param>
/// <param name="Number">The next of the provider's series.</param>
/// <param name="IssuedOn">The day it is issued, in the provider's zone.</param>
/// <param name="SuppliedOn">The day the service was completed, in the provider's zone.</param>
/// <param name="Booking">For which booking.</param>
/// <param name="ContractHash">The contract's hash; null where there is none.</param>
public sealed record InvoiceHead(
    InvoiceId Id, string Number, LocalDate IssuedOn, LocalDate SuppliedOn, BookingId Booking, string? ContractHash);

/// <summary>One line before it is numbered.</summary>
/// <param name="Name">What was supplied.</param>
/// <param name="Quantity">Exact.</param>
/// <param name="UnitCode">UN/ECE recommendation 20.</param>
/// <param name="UnitPrice">Net.</param>
/// <param name="Amount">Quantity times price, rounded half up.</param>
/// <param name="Tax">How it is taxed.</param>
public sealed record InvoiceEntry(
    string Name, decimal Quantity, string UnitCode, decimal UnitPrice, Money Amount, TaxLine Tax)
{
    /// <summary>An entry whose amount is quantity times price, rounded half up.</summary>
    public static InvoiceEntry Of(string name, decimal quantity, string unitCode, decimal unitPrice, TaxLine tax) =>
        new(name, quantity, unitCode, unitPrice, Money.Rounded(quantity * unitPrice, tax.Base.Currency), tax);
}

/// <summary>Makes a provider's invoice from the final figures of a booking or from a cancellation fee.</summary>
public static class InvoiceMaking
{
    /// <summary>Days until payment.</summary>
    public const int PaymentDays = 30;

    /// <summary>The invoice of one provider for its part of an accepted booking; null where nothing of it was
    /// delivered.</summary>
    /// <param name="head">Number and dates.</param>
    /// <param name="platform">The provider's platform; only its items are invoiced.</param>
    /// <param name="account">The customer.</param>
    /// <param name="final">The final figures.</param>
    /// <param name="reimbursed">Vouchers that the funder pays to the SME afterwards: nothing of them is
    /// prepaid.</param>
    public static Invoice? ForAcceptance(
        InvoiceHead head, PlatformProfile platform, AccountProfile account, Settlement final,
        IReadOnlySet<VoucherId>? reimbursed = null)
    {
        var items = final.Items.Where(i => i.Platform == platform.Id).ToList();
        ImmutableArray<InvoiceEntry> entries = [.. items.SelectMany(item => item.Lines.Select(line => new InvoiceEntry(
            $"{item.ServiceName}: {line.Description}", line.Quantity, UnitCode(line.Kind), line.UnitPrice.Amount,
            line.Amount, final.Tax[item.TaxIndex])))];
        var funding = final.Funding.SharesOf(items.Select(i => i.Id).ToHashSet())
            .Where(s => !s.ToAccount
                && (s.Kind != FundingKind.Voucher || reimbursed?.Contains(new VoucherId(s.Id)) != true));
        return entries.IsEmpty ? null : Make(head, platform, account, entries, [.. funding]);
    }

    /// <summary>The invoice of one provider for its part of a cancellation fee; null where it gets none.</summary>
    public static Invoice? ForCancellation(
        InvoiceHead head, PlatformProfile platform, AccountProfile account, Quote quote, CancellationFee fee)
    {
        ImmutableArray<InvoiceEntry> entries = [.. quote.Items.Zip(fee.Items)
            .Where(pair => pair.First.Platform == platform.Id && pair.Second.Fee.IsPositive)
            .Select(pair => InvoiceEntry.Of($"{pair.First.ServiceName}: cancellation fee, {pair.Second.Reason}",
                1, "C62", pair.Second.Fee.Amount, quote.Tax[pair.First.TaxIndex]))];
        return entries.IsEmpty ? null : Make(head, platform, account, entries, []);
    }

    /// <summary>An invoice from its entries and what others pay of it. Check it with <see
    /// cref="InvoiceRules"/>.</summary>
    public static Invoice Make(
        InvoiceHead head, PlatformProfile platform, AccountProfile account, ImmutableArray<InvoiceEntry> entries,
        ImmutableArray<FundingShare> prepaid)
    {
        var currency = platform.Currency;
        ImmutableArray<InvoiceLine> lines = [.. entries.Select((e, i) => new InvoiceLine(
            i + 1, e.Name, e.Quantity, e.UnitCode, e.UnitPrice, e.Amount, e.Tax.Category, e.Tax.Rate))];
        ImmutableArray<InvoiceTax> taxes = [.. lines.GroupBy(l => (l.Category, l.Rate)).Select(group => Tax(
            group.Key.Category, group.Key.Rate, Money.Sum(group.Select(l => l.Amount), currency)))];
        var net = Money.Sum(lines.Select(l => l.Amount), currency);
        var vat = Money.Sum(taxes.Select(t => t.Amount), currency);
        var paid = Money.Sum(prepaid.Select(p => p.Amount), currency);
        var outside = taxes.Any(t => t.Category == "O");
        return new Invoice(
            head.Id, InvoiceKind.Invoice, head.Number, head.IssuedOn, head.IssuedOn.PlusDays(PaymentDays),
                head.SuppliedOn,
            Seller(platform, outside), Buyer(account, outside), head.Booking.Value, head.ContractHash, lines, taxes,
            new InvoiceTotals(net, vat, net + vat, paid, net + vat - paid), Note(platform, taxes, prepaid),
            paid.IsZero ? $"{PaymentDays} days net"
                : $"{PaymentDays} days net; amount due after the shares of funders");
    }

    /// <summary>The invoice less what the buyer had paid before, as far as it reaches.</summary>
    public static Invoice PaidBefore(Invoice invoice, PaidBefore paid)
    {
        var (totals, used) = (invoice.Totals, Money.Min(paid.Amount, invoice.Totals.Payable));
        if (!used.IsPositive) return invoice;
        var left = totals.Payable - used;
        return invoice with
        {
            Totals = totals with { Prepaid = totals.Prepaid + used, Payable = left },
            Paid = paid with { Amount = used },
            Note = string.Join(" ", new[] { invoice.Note, $"{Words.Money(used)} paid by {paid.Method}." }
                .Where(part => part is not null)),
            PaymentTerms = left.IsZero
                ? "Nothing is due: everything is paid or payable by funders"
                : invoice.PaymentTerms,
        };
    }

    /// <summary>A credit note for the difference between an invoice and what remains of it.</summary>
    /// <param name="head">Number and dates of the credit note.</param>
    /// <param name="original">The invoice that is corrected, with the credits before this one.</param>
    /// <param name="remaining">The invoice as it would be now, with funding reckoned anew; in the same VAT
    /// categories.</param>
    /// <param name="entries">What is credited; null for one line of each VAT category.</param>
    /// <param name="reason">Why, in words; null where nothing is said.</param>
    public static Invoice Credit(
        InvoiceHead head, Invoice original, Invoice remaining, ImmutableArray<InvoiceEntry>? entries = null,
        string? reason = null)
    {
        // The VAT is the difference too, so that all credit notes together undo the invoice to the cent.
        ImmutableArray<InvoiceTax> taxes = [.. original.Taxes.Select(tax =>
        {
            var left = remaining.Taxes.FirstOrDefault(t => t.Category == tax.Category && t.Rate == tax.Rate);
            return left is null ? tax : tax with { Base = tax.Base - left.Base, Amount = tax.Amount - left.Amount };
        }).Where(t => !t.Base.IsZero)];
        ImmutableArray<InvoiceLine> lines = entries is { } named
            ? [.. named.Select((e, i) => new InvoiceLine(
                i + 1, e.Name, e.Quantity, e.UnitCode, e.UnitPrice, e.Amount, e.Tax.Category, e.Tax.Rate))]
            : [.. taxes.Select((t, i) => new InvoiceLine(
                i + 1, $"Credit on invoice {original.Number}", 1, "C62", t.Base.Amount, t.Base, t.Category, t.Rate))];
        var net = Money.Sum(lines.Select(l => l.Amount), original.Currency);
        var vat = Money.Sum(taxes.Select(t => t.Amount), original.Currency);
        var prepaid = original.Totals.Prepaid - remaining.Totals.Prepaid;
        return original with
        {
            Id = head.Id,
            Kind = InvoiceKind.CreditNote,
            Number = head.Number,
            IssuedOn = head.IssuedOn,
            DueOn = head.IssuedOn.PlusDays(PaymentDays),
            Lines = lines,
            Taxes = taxes,
            Totals = new InvoiceTotals(net, vat, net + vat, prepaid, net + vat - prepaid),
            Note = $"Corrects invoice {original.Number}{(reason is null ? "." : $": {reason}")}",
            PaymentTerms = CreditTerms(prepaid, net + vat - prepaid),
            Preceding = original.Number,
        };
    }

    private static string CreditTerms(Money funders, Money account) => funders.IsZero
        ? "Taken off what is to be paid, or paid back"
        : $"{Words.Money(account)} taken off what the buyer pays or paid back to it; {Words.Money(funders)} less is "
            + "owed by funders and clusters";

    internal static string UnitCode(PriceLineKind kind) => kind switch
    {
        PriceLineKind.Operator => "HUR",
        PriceLineKind.Option => "EA",
        _ => "C62",
    };

    private static InvoiceTax Tax(string category, decimal rate, Money net)
    {
        var (code, reason) = category switch
        {
            "AE" => ("VATEX-EU-AE", "Reverse charge"),
            "O" => ("VATEX-EU-O", "Not subject to VAT"),
            _ => ((string?)null, (string?)null),
        };
        return new InvoiceTax(category, rate, net, net.Times(rate / 100), code, reason);
    }

    private static InvoiceParty Seller(PlatformProfile platform, bool outside)
    {
        var (provider, address) = (platform.Provider, platform.Provider.Address);
        return new InvoiceParty(platform.Id.Value, provider.LegalName, address.Country, outside ? null : provider.VatId,
            address.Street, address.Postcode, address.City, provider.Contact, provider.Iban);
    }

    private static InvoiceParty Buyer(AccountProfile account, bool outside) =>
        new(account.Id.Value, account.Name, account.Country, outside ? null : account.Vat.VatId);

    private static string? Note(
        PlatformProfile platform, ImmutableArray<InvoiceTax> taxes, ImmutableArray<FundingShare> prepaid)
    {
        var parts = new List<string>();
        if (taxes.Any(t => t.Category == "AE")) parts.Add(ReverseCharge.Wording(platform.Country));
        if (taxes.Any(t => t.Category == "O")) parts.Add("Art. 44 Directive 2006/112/EC: not subject to EU VAT.");
        parts.AddRange(prepaid.Select(p => $"{Words.Money(p.Amount)} payable by {p.Payer}, {p.Name} ({p.Id})."
            + (p.Charged is { } of ? $" {of.Rates.InWords(p.Amount, of.Amount)}." : "")));
        return parts.Count == 0 ? null : string.Join(" ", parts);
    }
}
