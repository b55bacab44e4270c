using NodaTime;

namespace Facilities.Grains.Pricing;

/// <summary>The bounds of prices and quotes, each with its reason.</summary>
public static class PricingLimits
{
    /// <summary>How long a quote is honoured: a working day to decide, short enough that vouchers rarely change
    /// meanwhile.</summary>
    public static readonly Duration QuoteValidity = Duration.FromHours(24);

    /// <summary>The most items in one quote: a campaign has a handful of steps, and all are held in one go.</summary>
    public const int QuoteItemsMax = 20;
}
