using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;

namespace Facilities.Grains.Pricing;

/// <summary>The lines of one item and their sum.</summary>
/// <param name="Lines">How the price comes about.</param>
/// <param name="Net">Sum of the lines.</param>
public sealed record ItemPrice(ImmutableArray<PriceLine> Lines, Money Net);

/// <summary>What a facility delivered of one item.</summary>
/// <param name="Item">Which item.</param>
/// <param name="Used">How long the operator worked for it.</param>
/// <param name="Quantity">How many were delivered; above the booked number counts as the booked number.</param>
/// <param name="Options">Extras as delivered; null where as booked.</param>
public sealed record DeliveredItem(ItemId Item, Length Used, int Quantity,
    ImmutableArray<ChosenOption>? Options = null);

/// <summary>The price of one item: time, set-up, operator, options; each line rounded half up to the cent.</summary>
public static class ItemPrices
{
    /// <summary>The price of a service as ordered.</summary>
    /// <exception cref="InvalidOperationException">
    /// The order was not checked first: an option is unknown, or the duration is of another kind than the price.
    /// </exception>
    public static ItemPrice Price(
        Service service, Tariff tariff, Length duration, int quantity, ImmutableArray<ChosenOption> options,
        TimeRange? time = null, string? timeZone = null)
    {
        var terms = QuotedTerms.Of(service, timeZone ?? "UTC");
        if (terms?.SpecialHours is not null && (time is null || timeZone is null))
            throw new InvalidOperationException($"The price of {service.Id} depends on when it is.");
        if (quantity < 1) throw new InvalidOperationException("An item has a quantity of at least 1.");
        var lines = ImmutableArray.CreateBuilder<PriceLine>();
        lines.Add(Time(service, tariff, duration, quantity));
        var (booked, per) = service.PricePer is { } one ? Parts(service, duration, one) : (1, 1);
        if (time is { } when && SpecialPrices.Line(
            terms, when, service.Prices.For(tariff.Class), booked * quantity, per) is { } special) lines.Add(special);
        if (!service.SetupFee.IsZero)
            lines.Add(new PriceLine(PriceLineKind.Setup, "set-up", 1, service.SetupFee, service.SetupFee));
        if (service.OperatorPerHour is { } rate)
            lines.Add(Operator(
                rate, terms?.OperatorTime(duration) ?? duration,
                service.Quantity.Occupies == Occupies.PerQuantity ? quantity : 1));
        foreach (var chosen in options)
        {
            var option = service.Options.FirstOrDefault(o => o.Id == chosen.OptionId)
                ?? throw new InvalidOperationException($"{service.Id} has no option {chosen.OptionId}.");
            lines.Add(Option(option.Name, option.Price, chosen.Quantity));
        }
        return Sum(lines.ToImmutable(), service.SetupFee.Currency);
    }

    /// <summary>
    /// The price after delivery, at the sealed unit prices: time as booked, the operator as used, what is priced per
    /// unit and the options as delivered but never more than booked. Lines that come to nothing are left out.
    /// </summary>
    public static ItemPrice Reprice(QuotedItem item, DeliveredItem delivered)
    {
        if (delivered.Item != item.Id) throw new InvalidOperationException($"{delivered.Item} is not {item.Id}.");
        if (delivered.Quantity < 0) throw new InvalidOperationException("A delivered quantity is not below zero.");
        var quantity = Math.Min(delivered.Quantity, item.Quantity);
        var options = new Queue<ChosenOption>(item.Options);
        var lines = item.Lines.Select(line => line.Kind switch
        {
            PriceLineKind.Time when item.PricePer is null => Again(line, quantity),
            PriceLineKind.Discount or PriceLineKind.Surcharge when item.PricePer is null =>
                Again(line, line.Quantity * quantity / item.Quantity),
            PriceLineKind.Operator => Operator(
                line.UnitPrice, item.Terms?.OperatorTime(delivered.Used) ?? delivered.Used,
                line.Quantity == item.OperatorTime.Hours ? 1 : quantity),
            PriceLineKind.Option => Again(line, DeliveredOf(options.Dequeue(), delivered)),
            _ => line,
        });
        return Sum([.. lines.Where(line => !line.Amount.IsZero)], item.Net.Currency);
    }

    /// <summary>
    /// The price of an item for another length, at the sealed unit prices: time and operator by the new length, the
    /// rest as it is. It is what the quote would have said of that length.
    /// </summary>
    /// <exception cref="InvalidOperationException">The item is not priced by time of that kind.</exception>
    public static ItemPrice ForLength(QuotedItem item, Length duration)
    {
        if (duration == item.Duration) return Sum(item.Lines, item.Net.Currency);
        if (item.PricePer is not { } per || duration.DividedBy(per) is null)
            throw new InvalidOperationException($"{item.Id} has no price for {duration}.");
        var (booked, one) = per.IsCalendarDays ? (duration.Days, per.Days) : (duration.Minutes, per.Minutes);
        var time = item.Lines.First(line => line.Kind == PriceLineKind.Time);
        var special = item.Terms is null ? null : SpecialPrices.Line(
            item.Terms, new(item.Start, duration.After(item.Start, item.Terms.Zone)), time.UnitPrice,
            booked * item.Quantity, one);
        var lines = item.Lines.Where(line => line.Kind is not (PriceLineKind.Discount or PriceLineKind.Surcharge))
            .SelectMany(line => line.Kind == PriceLineKind.Time && special is not null
                ? (PriceLine[])[Longer(line), special] : [Longer(line)]);
        return Sum([.. lines], item.Net.Currency);

        PriceLine Longer(PriceLine line) => line.Kind switch
        {
            PriceLineKind.Time => line with
            {
                Description = $"{line.Description}; {Words.Length(duration)} instead of {Words.Length(item.Duration)}",
                Quantity = (decimal)booked * item.Quantity / one,
                Amount = Money.Rounded(
                    line.UnitPrice.Amount * booked * item.Quantity / one, line.UnitPrice.Currency),
            },
            PriceLineKind.Operator => Operator(
                line.UnitPrice, item.Terms?.OperatorTime(duration) ?? duration,
                line.Quantity == item.OperatorTime.Hours ? 1 : item.Quantity),
            _ => line,
        };
    }

    private static PriceLine Time(Service service, Tariff tariff, Length duration, int quantity)
    {
        var price = service.Prices.For(tariff.Class);
        var (booked, per) = service.PricePer is { } one ? Parts(service, duration, one) : (1, 1);
        var units = (decimal)booked * quantity / per;
        var tariffName = tariff.Class.ToString().ToLowerInvariant();
        var description = $"{Words.Number(units)} × {Words.Unit(service.Unit)}, {tariffName} tariff";
        if (service.PricePer is not null && quantity > 1)
            description += $" ({Words.Number(quantity)} for {Words.Length(duration)})";
        // Multiplied before divided, so that a half cent is exact and rounds up.
        var amount = Money.Rounded(price.Amount * booked * quantity / per, price.Currency);
        return new PriceLine(PriceLineKind.Time, description, units, price, amount);
    }

    private static (long Booked, long Per) Parts(Service service, Length duration, Length per)
    {
        if (duration.DividedBy(per) is null)
            throw new InvalidOperationException(
                $"{service.Id} is priced per {per}, not by lengths such as {duration}.");
        return per.IsCalendarDays ? (duration.Days, per.Days) : (duration.Minutes, per.Minutes);
    }

    private static PriceLine Operator(Money rate, Length used, int operators)
    {
        var minutes = used.IsCalendarDays ? used.Days * 24L * 60 : used.Minutes;
        var many = operators > 1 ? $"{Words.Number(operators)} × " : "";
        return new PriceLine(PriceLineKind.Operator,
            $"operator: {many}{Words.Number(used.Hours)} h × {Words.Amount(rate)}",
            used.Hours * operators, rate, Money.Rounded(rate.Amount * minutes * operators / 60, rate.Currency));
    }

    private static PriceLine Option(string name, Money price, int quantity) => quantity < 1
        ? throw new InvalidOperationException("An option has a quantity of at least 1.")
        : new PriceLine(PriceLineKind.Option, $"{Words.Number(quantity)} × {name}", quantity, price,
            price.Times(quantity));

    private static int DeliveredOf(ChosenOption booked, DeliveredItem delivered) => delivered.Options is { } options
        ? Math.Min(booked.Quantity, options.Where(o => o.OptionId == booked.OptionId).Sum(o => o.Quantity))
        : booked.Quantity;

    private static PriceLine Again(PriceLine line, decimal quantity) => quantity == line.Quantity ? line : line with
    {
        Description = $"{line.Description} booked, {Words.Number(quantity)} delivered",
        Quantity = quantity,
        Amount = line.UnitPrice.Times(quantity),
    };

    private static ItemPrice Sum(ImmutableArray<PriceLine> lines, Currency currency) =>
        new(lines, Money.Sum(lines.Select(l => l.Amount), currency));
}
