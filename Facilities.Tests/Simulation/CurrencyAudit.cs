using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using Facilities.Grains.Programmes;

namespace Facilities.Tests.Simulation;

internal sealed partial class LogAudit
{
    /// <summary>What a voucher in another currency loses is its share at the rate of the quote's day.</summary>
    private void Converts(string booking, Quote quote)
    {
        foreach (var share in quote.Funding.Where(f => f.Kind == FundingKind.Voucher))
        {
            var isEuros = Marketplace.FundOf(share.Payer).Currency == share.Amount.Currency;
            if (!isEuros) run.Coverage.Count("event: an order in euros paid in forints");
            Must(share.OfVoucher.Minor == (isEuros ? share.Amount.Minor
                : SimulatedRates.InForints(share.Amount, SimulatedRates.DayOf(quote))),
                $"{booking} takes {share.OfVoucher} of {share.Id} for {share.Amount}");
        }
    }

    /// <summary>What is claimed in another currency is what is due to the facility at the rate of the quote.</summary>
    private bool IsConverted(Claim claim) => claim.OfOrder is null
        ? Marketplace.FundOf(Payer(claim)).Currency == Currency.Eur
        : claim.Amount.Minor + (claim.Advanced?.Minor ?? 0) == SimulatedRates.InForints(
            claim.InOrder, SimulatedRates.DayOf(Bookings[claim.Booking.Value].Last.Request!.Quote));

    private string Payer(Claim claim) => Bookings[claim.Booking.Value].Last.Request!.Quote.Funding
        .First(f => f.Id == claim.Voucher.Value).Payer;
}
