using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Kernel;

namespace Facilities.Grains.Banking;

/// <summary>Whether the bank has done it.</summary>
public enum EntryStatus
{
    /// <summary>It stands on the account.</summary>
    Booked,
    /// <summary>It is expected, or told for information.</summary>
    Pending,
    /// <summary>The bank refused it.</summary>
    Rejected,
}

/// <summary>One transaction of a statement.</summary>
/// <param name="Statement">The statement's id.</param>
/// <param name="Account">Its IBAN; null where it names none.</param>
/// <param name="Entry">The entry within the statement, by the bank's reference, or by its place.</param>
/// <param name="EndToEndId">The id of the payment; null where the bank names none.</param>
/// <param name="Amount">Of the transaction.</param>
/// <param name="Status">Whether the bank has done it.</param>
/// <param name="IsDebit">Whether it left the account.</param>
/// <param name="IsReturn">Whether it takes an earlier one back.</param>
/// <param name="Reason">Why, where the bank says.</param>
public sealed record BankEntry(
    string Statement, string? Account, string Entry, string? EndToEndId, Money Amount, EntryStatus Status,
    bool IsDebit, bool IsReturn, string? Reason)
{
    /// <summary>
    /// What the bank was asked for, which is another amount where it is in another currency than the account; null
    /// where the statement does not say, left out of rows then.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Money? Instructed { get; init; }

    /// <summary>How much it is in a currency; null where the statement does not say.</summary>
    public Money? InCurrency(Currency currency) => Amount.Currency == currency ? Amount
        : Instructed is { } instructed && instructed.Currency == currency ? instructed
        : null;

    /// <summary>Whether it is a payment of so much; what a bank takes for another currency is not asked.</summary>
    public bool Pays(Money amount) =>
        Amount == amount || (Amount.Currency != amount.Currency && Instructed == amount);

    /// <summary>What the payer wrote, references first; null where the bank passes nothing on.</summary>
    public string? Text { get; init; }

    /// <summary>By which it is known never to count twice.</summary>
    public string Key => $"{Statement}/{Entry}";
}

/// <summary>A file of a bank as it was read.</summary>
/// <param name="FileHash">SHA-256 of the file.</param>
/// <param name="Statements">Their ids.</param>
/// <param name="Entries">In the order of the file.</param>
/// <param name="Faults">What is wrong with its form; where there are any, nothing of it is used.</param>
public sealed record BankStatement(
    string FileHash, ImmutableArray<string> Statements, ImmutableArray<BankEntry> Entries,
    ImmutableArray<Fault> Faults);
