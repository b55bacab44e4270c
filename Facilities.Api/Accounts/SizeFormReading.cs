using System.Collections.Immutable;
using System.Globalization;
using Facilities.Grains.Enterprises;
using Facilities.Grains.Kernel;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Api.Accounts;

/// <summary>Reads what was typed about accounts and holdings; each fault is told at its row.</summary>
internal sealed class SizeFormReading(ImmutableArray<Fault>.Builder faults)
{
    public AccountPeriod Period(TypedPeriod typed, string pointer)
    {
        var currency = CurrencyOf(typed.Currency, $"{pointer}/currency");
        return new(
            Day(typed.EndsOn, $"{pointer}/ends", "Give the last day of the year."),
            Day(typed.ApprovedOn, $"{pointer}/approved", "Give the day on which the accounts were approved."),
            Number(typed.Staff, $"{pointer}/staff", "Give the staff as a number, such as 12.5."),
            Amount(typed.Turnover, currency, $"{pointer}/turnover", "Give the turnover as a number, without VAT."),
            Amount(typed.Balance, currency, $"{pointer}/balance", "Give the balance sheet total as a number."),
            typed.Rate.Length == 0 ? 1 : Number(typed.Rate, $"{pointer}/rate", "Give the rate as a number."),
            typed.IsEstimate);
    }

    public Holding Holding(TypedHolding typed, string pointer) => new(
        new(Id.IsValid(typed.Owner) ? typed.Owner : "none"), new(Id.IsValid(typed.Owned) ? typed.Owned : "none"),
        Share(typed.Capital, $"{pointer}/capital"), Share(typed.Votes, $"{pointer}/votes"),
        Enum.TryParse<Control>(typed.Control, out var control) ? control : Control.None);

    public LocalDate Day(string text, string pointer, string message)
    {
        if (LocalDatePattern.Iso.Parse(text) is { Success: true } day) return day.Value;
        faults.Add(new(pointer, message));
        return default;
    }

    public decimal Number(string text, string pointer, string message)
    {
        if (TypedNumber.Read(text) is { } number) return number;
        faults.Add(new(pointer, message));
        return 0;
    }

    public Money Amount(string text, Currency currency, string pointer, string message)
    {
        try
        {
            return Money.Of(Number(text, pointer, message), currency);
        }
        catch (FormatException fault)
        {
            faults.Add(new(pointer, fault.Message));
            return Money.Zero(currency);
        }
    }

    public Currency CurrencyOf(string text, string pointer)
    {
        try
        {
            return Currency.From(text.ToUpperInvariant());
        }
        catch (FormatException fault)
        {
            faults.Add(new(pointer, fault.Message));
            return Currency.Eur;
        }
    }

    private Percentage Share(string text, string pointer)
    {
        if (text.Length == 0) return new(0);
        var share = Number(text.TrimEnd('%', ' '), pointer, "Give the share as a number from 0 to 100.");
        if (share is >= 0 and <= 100) return new(share);
        faults.Add(new(pointer, "Give the share as a number from 0 to 100."));
        return new(0);
    }
}
