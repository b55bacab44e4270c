using System.Collections.Immutable;
using Facilities.Grains.Credits;
using Facilities.Grains.Debts;
using Facilities.Grains.Invoices;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using Facilities.Tests.Invoices;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Credits;

/// <summary>One event of every kind that credits make.</summary>
internal static class CreditSamples
{
    private static readonly LocalDate Until = new(2027, 3, 4);

    public static object[] OfBooking(Settlement left) =>
    [
        new BookingCredited(new Credit(
            1, Imaging.Id, 25, [new(new("item-1"), 1, 1, Eur(350))], left, Eur(500), Eur(610),
            [
                new(
                    FundingKind.Voucher, "voucher-1", "berlin-abroad", "Berlin abroad", Eur(375), ToAccount: true,
                    FellBack: true)
                {
                    Charged = new(14_812_500, Currency.From("HUF")),
                },
            ], Eur(235), Eur(100), Eur(100), Eur(35), Until, "A scan failed."), "Mario Campione"),
        new CreditNoted(1, new("k-booking-1-1"), "TO-C-2027-000001"),
        new CreditSettled(1, new("voucher-1")),
        new CreditTransferred(1, "Mario Campione"),
    ];

    public static object[] OfPlatform(BookingId booking, AccountId account)
    {
        var invoice = InvoiceTests.Of(InvoiceTests.Reference(Spree));
        var note = InvoiceMaking.Credit(
            InvoiceTests.Head with { Number = "TO-C-2027-000001" }, invoice, invoice with
            {
                Taxes = [.. invoice.Taxes.Select(t => t with { Base = Eur(1_500) })],
                Totals = invoice.Totals with { Prepaid = Eur(1_125) },
            }, reason: "A scan failed.");
        return [new CreditNoteIssued(note, booking, account, 1)];
    }

    public static object[] OfProgramme(ClaimId claim) =>
    [
        new ClaimCredited(
            claim, 1, Eur(375), CreditEffect.PaymentOwed, "TO-C-2027-000001", "A scan failed.", Until)
        {
            OfOrder = Eur(1),
        },
        new CreditRepaid("BP-77", "Ulrike Hartmann", claim, 1),
        new CreditLifted("The claim is not paid, so nothing is owed back", claim, 1),
        new CreditTold(claim, 1),
    ];
}
