using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Rates;

namespace Facilities.Grains.Funding;

/// <summary>
/// A programme's amounts beside those of an order: the same where both are in one currency, else at reference rates. An
/// amount of the order that is more costs the voucher more or the same, so that what is delivered never takes more than
/// was reserved, and a full delivery takes exactly that.
/// </summary>
/// <param name="Order">The currency of the order.</param>
/// <param name="Programme">The currency of the programme.</param>
/// <param name="Rates">From the first to the second; null where they are one.</param>
public sealed record OrderRates(Currency Order, Currency Programme, RatePair? Rates)
{
    /// <summary>An amount of the programme as the order counts it, rounded half up to the cent.</summary>
    public Money InOrder(Money amount) => Rates?.Reverse().Convert(amount, Order) ?? amount;

    /// <summary>What an amount of the programme pays of the order at most: rounded down to the cent.</summary>
    public Money AtMost(Money amount) => Rates?.Reverse().Cap(amount, Order) ?? amount;

    /// <summary>An amount of the order as the programme counts it, rounded half up to the cent.</summary>
    public Money InProgramme(Money amount) => Rates?.Convert(amount, Programme) ?? amount;

    /// <summary>What a share of the order takes of the voucher; null where it is the same amount.</summary>
    public Converted? Charge(Money share) => Rates is null ? null : new(InProgramme(share), Rates);

    /// <summary>An amount of the programme after the same amount of the order, in words.</summary>
    public string Beside(Money amount) => Rates is null ? "" : $" ({Words.Money(amount)})";

    /// <summary>By a share that was sealed before, whatever was published since.</summary>
    internal static OrderRates Sealed(Currency order, Voucher voucher, Converted? charged) =>
        new(order, voucher.FaceValue.Currency, charged?.Rates);

    /// <summary>By what is published on the day of the quote; null where the voucher does not pay it.</summary>
    internal static OrderRates? Of(FundingRequest request, Voucher voucher)
    {
        var (order, programme) = (request.Currency, voucher.FaceValue.Currency);
        if (order == programme) return new(order, programme, null);
        return IsWelcome(voucher) && RatePair.Of(request.Rates, order, programme, request.Day) is { } rates
            ? new(order, programme, rates)
            : null;
    }

    /// <summary>Why a voucher does not pay an order in such a currency.</summary>
    internal static Refused<FundingRefusal> Refusal(FundingRequest request, Voucher voucher, string name)
    {
        var differs = $"{name} is in {voucher.FaceValue.Currency}, the order in {request.Currency}";
        return IsWelcome(voucher)
            ? new(
                FundingRefusal.RateMissing,
                $"{differs}, and no rate of the ECB between them is known of {Words.Day(request.Day)} or the "
                    + $"{Words.Count(DayRates.DaysBack, "day")} before. It pays once one is published.")
            : new(FundingRefusal.CurrencyDiffers, $"{differs}.");
    }

    private static bool IsWelcome(Voucher voucher) =>
        voucher.Programme.EffectiveRules.OtherCurrencies == OtherCurrencies.RateOfQuoteDay;
}
