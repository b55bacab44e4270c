using System.Collections.Immutable;
using System.Globalization;
using Facilities.Grains.Bookings;
using Facilities.Grains.Invoices;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;

namespace Facilities.Grains.Credits;

/// <summary>What a wish credits of each line, and every fault of it.</summary>
public static class CreditedLines
{
    /// <summary>Everything that is wrong with a wish, each with its place; none where it can be credited.</summary>
    public static ImmutableArray<Fault> Faults(BookingState booking, CreditWish wish)
    {
        var faults = ImmutableArray.CreateBuilder<Fault>();
        if (string.IsNullOrWhiteSpace(wish.Reason) || wish.Reason.Length > Limits.TextLength)
            faults.Add(new("/reason", "Write why it is credited; the company and the funders read it."));
        if (wish.Percent is null == wish.Lines.IsEmpty)
            faults.Add(new("/percent", "Give either a share of the whole or the lines to credit."));
        if (wish.Percent is not (null or (> 0 and <= 100)))
            faults.Add(new("/percent", "A share is above 0 and at most 100 percent."));
        if (!Crediting.NetLeft(booking, wish.Platform).IsPositive)
            faults.Add(new("/percent", "Nothing is left of the invoice: everything was credited."));
        var seen = new HashSet<(ItemId, int)>();
        foreach (var (line, index) in wish.Lines.Select((line, index) => (line, index)))
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"/lines/{index}");
            if (FaultOf(booking, wish.Platform, line, at) is { } fault) faults.Add(fault);
            else if (!seen.Add((line.Item, line.Line)))
                faults.Add(new($"{at}/line", "This line is named twice."));
        }
        if (faults.Count == 0) faults.AddRange(TooMuch(booking, wish));
        return faults.ToImmutable();
    }

    /// <summary>What is credited of each line; only of a wish without faults.</summary>
    public static ImmutableArray<CreditedLine> Of(BookingState booking, CreditWish wish)
    {
        var left = Crediting.LeftOf(booking)!;
        var named = wish.Lines.Select(l => (l.Item, l.Line)).ToHashSet();
        return
        [
            .. from item in booking.Final!.Items
               where item.Platform == wish.Platform
               from of in item.Lines.Select((line, index) => (Line: line, Number: index + 1))
               let open = LineOf(left, item.Id, of.Number).Amount
               let credited = wish.Percent is { } percent
                   ? new CreditedLine(item.Id, of.Number, 1, Share(of.Line.Amount, open, percent))
                   : named.Contains((item.Id, of.Number))
                       ? Wanted(of.Line, wish.Lines.First(l => l.Item == item.Id && l.Line == of.Number), open)
                       : null
               where credited is { Amount.IsZero: false }
               select credited,
        ];
    }

    /// <summary>The lines of the credit note: each that was named, or one for each item of a share.</summary>
    public static ImmutableArray<InvoiceEntry> Entries(BookingState booking, Credit credit)
    {
        if (credit.Percent is { } percent)
            return
            [
                .. from lines in credit.Lines.GroupBy(l => l.Item)
                   let item = credit.Left.Items.First(i => i.Id == lines.Key)
                   let amount = Money.Sum(lines.Select(l => l.Amount), credit.Net.Currency)
                   where !amount.IsZero
                   select new InvoiceEntry(
                       $"Credit of {Words.Number(percent)} %: {item.ServiceName}", 1, "C62", amount.Amount, amount,
                       credit.Left.Tax[item.TaxIndex]),
            ];
        return
        [
            .. from line in credit.Lines
               let item = credit.Left.Items.First(i => i.Id == line.Item)
               let of = item.Lines[line.Line - 1]
               let byUnits = line.Quantity != 1 && Money.Rounded(
                   line.Quantity * of.UnitPrice.Amount, line.Amount.Currency) == line.Amount
               select new InvoiceEntry(
                   $"Credit: {item.ServiceName}: {of.Description}", byUnits ? line.Quantity : 1,
                   byUnits ? InvoiceMaking.UnitCode(of.Kind) : "C62",
                   byUnits ? of.UnitPrice.Amount : line.Amount.Amount, line.Amount, credit.Left.Tax[item.TaxIndex]),
        ];
    }

    private static Fault? FaultOf(BookingState booking, PlatformId platform, CreditLine line, string at)
    {
        if (booking.Final!.Items.FirstOrDefault(i => i.Id == line.Item && i.Platform == platform) is not { } item)
            return new($"{at}/itemId", $"The invoice has no item {line.Item}.");
        if (line.Line < 1 || line.Line > item.Lines.Length)
            return new($"{at}/line", $"The item has the lines 1 to {item.Lines.Length}.");
        var of = item.Lines[line.Line - 1];
        var open = LineOf(Crediting.LeftOf(booking)!, item.Id, line.Line).Amount;
        if (new[] { line.Percent is not null, line.Quantity is not null, line.Amount is not null }.Count(g => g) != 1)
            return new(at, "Give one of percent, quantity and amount.");
        if (!of.Amount.IsPositive)
            return new($"{at}/line", "A reduction is credited with a share of the whole alone.");
        if (line.Percent is not (null or (> 0 and <= 100)))
            return new($"{at}/percent", "A share is above 0 and at most 100 percent.");
        if (line.Quantity is { } quantity && (quantity <= 0 || quantity > of.Quantity))
            return new($"{at}/quantity", $"Credit more than 0 and at most {Words.Number(of.Quantity)}.");
        if (line.Amount is { } amount && (amount.Currency != open.Currency || !amount.IsPositive))
            return new($"{at}/amount", $"Give an amount above zero in {open.Currency}.");
        var wanted = Wanted(of, line, open).Amount;
        return wanted > open || !open.IsPositive
            ? new(
                line.Percent is not null ? $"{at}/percent"
                    : line.Quantity is not null ? $"{at}/quantity"
                    : $"{at}/amount",
                $"Of this line {Words.Money(open)} are left; no more can be credited.")
            : null;
    }

    /// <summary>Reductions stay, so that an item may have less left than its lines.</summary>
    private static IEnumerable<Fault> TooMuch(BookingState booking, CreditWish wish)
    {
        var lines = Of(booking, wish);
        if (lines.IsEmpty)
        {
            yield return new("/percent", "That is less than a cent of every line.");
            yield break;
        }
        foreach (var item in Crediting.LeftOf(booking)!.Items.Where(i => i.Platform == wish.Platform))
        {
            var credited = Money.Sum(
                lines.Where(l => l.Item == item.Id).Select(l => l.Amount), item.Net.Currency);
            if (credited <= item.Net && !credited.IsNegative) continue;
            var index = wish.Lines.Select((l, i) => (l, i)).FirstOrDefault(p => p.l.Item == item.Id).i;
            yield return new(
                wish.Percent is null ? string.Create(CultureInfo.InvariantCulture, $"/lines/{index}") : "/percent",
                $"Of {item.ServiceName} {Words.Money(item.Net)} are left after its reductions.");
        }
    }

    private static CreditedLine Wanted(PriceLine line, CreditLine wish, Money open) => wish switch
    {
        // What rounding left over goes with the whole.
        { Percent: 100 } => new(wish.Item, wish.Line, 1, open),
        { Percent: { } percent } => new(wish.Item, wish.Line, 1, Share(line.Amount, open, percent)),
        { Quantity: { } quantity } => new(
            wish.Item, wish.Line, quantity,
            Money.Rounded(quantity * line.UnitPrice.Amount, open.Currency)),
        _ => new(wish.Item, wish.Line, 1, wish.Amount!.Value),
    };

    /// <summary>A share of a line as invoiced, and no more than is left of it; reductions count below zero.</summary>
    private static Money Share(Money whole, Money open, decimal percent) => percent == 100 ? open
        : whole.IsNegative ? Money.Max(whole.Times(percent / 100), open)
        : Money.Min(whole.Times(percent / 100), open);

    private static PriceLine LineOf(Settlement price, ItemId item, int line) =>
        price.Items.First(i => i.Id == item).Lines[line - 1];
}
