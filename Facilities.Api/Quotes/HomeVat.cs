using System.Collections.Immutable;
using Facilities.Grains.Bookings;
using Facilities.Grains.Tax;
using Facilities.Silo.Rates;

namespace Facilities.Api.Quotes;

/// <summary>
/// What the customer declares at home. Published rates never change, so it can be reckoned at any time.
/// </summary>
public sealed class HomeVat(ExchangeRates rates)
{
    /// <summary>The estimate.</summary>
    public Task<ImmutableArray<SelfAccountedVat>> Of(QuoteBasis basis) => Of(Supply.Of(basis));

    /// <summary>Of a booking as it stands: after delivery the figures that hold.</summary>
    public Task<ImmutableArray<SelfAccountedVat>> Of(BookingState booking) => Of(Supply.Of(booking));

    private async Task<ImmutableArray<SelfAccountedVat>> Of(Supply? supply) => supply switch
    {
        null => [],
        { Foreign.IsEmpty: true } => supply.SelfAccounted([]),
        _ => supply.SelfAccounted(await rates.On(supply.Foreign, supply.RateDay)),
    };
}
