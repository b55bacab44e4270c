using System.Collections.Immutable;
using Facilities.Grains.Debts;
using Facilities.Grains.Instalments;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Grains.Banking;

/// <summary>What an entry of a statement means for the claims.</summary>
public enum EntryMeaning
{
    /// <summary>The claim is paid.</summary>
    Pays,
    /// <summary>The claim is to be paid again.</summary>
    Returns,
    /// <summary>A facility or a company pays back what it owes for a credit or an advance.</summary>
    PaysBack,
    /// <summary>It was acted upon before.</summary>
    Known,
    /// <summary>Nothing is booked yet.</summary>
    NotBooked,
    /// <summary>No file of this programme asked for it.</summary>
    NotOurs,
    /// <summary>It names a payment of a file and does not fit it: the statement is not taken.</summary>
    Wrong,
}

/// <summary>One entry with what it means, and why.</summary>
public sealed record EntryOutcome(BankEntry Entry, EntryMeaning Meaning, ClaimId? Claim, string Reason)
{
    /// <summary>Which debt of the claim is paid back; null for other meanings.</summary>
    public int? Debt { get; init; }
}

/// <summary>Holds the entries of a statement against the files that were made.</summary>
public static class StatementMatching
{
    /// <summary>Every entry with its meaning, in order, and what would happen.</summary>
    public static (ImmutableArray<EntryOutcome> Outcomes, ImmutableArray<ProgrammeEvent> Events) Of(
        ProgrammeState programme, ImmutableArray<BankEntry> entries, Instant now)
    {
        var outcomes = ImmutableArray.CreateBuilder<EntryOutcome>(entries.Length);
        var events = ImmutableArray.CreateBuilder<ProgrammeEvent>();
        var (state, owed) = (programme, DebtMatching.Of(programme));
        foreach (var entry in entries)
        {
            var outcome = DebtMatching.Judge(state, owed, entry) ?? Judge(state, entry);
            outcomes.Add(outcome);
            ImmutableArray<ProgrammeEvent> happened = outcome.Meaning switch
            {
                EntryMeaning.Pays => Advances.Paid(state.Claims[outcome.Claim!.Value.Value], entry.Key),
                EntryMeaning.Returns when state.Claims[outcome.Claim!.Value.Value] is
                { Status: ClaimStatus.Paid } paid && Advances.IsSettled(paid) =>
                    Advances.CameBack(state, paid, entry.Key, entry.Reason ?? "The bank gives no reason."),
                EntryMeaning.Returns =>
                [
                    new ClaimPaymentReturned(
                        outcome.Claim!.Value, state.Claims[outcome.Claim.Value.Value].Status == ClaimStatus.Paid,
                        entry.Reason ?? "The bank gives no reason."),
                ],
                EntryMeaning.PaysBack => PaidBack(state.Claims[outcome.Claim!.Value.Value], outcome),
                _ => [],
            };
            events.AddRange(happened);
            // A payment and its return may stand in one statement.
            state = happened.Aggregate(state, (before, next) => ProgrammeState.Evolve(before, next, now));
        }
        return (outcomes.ToImmutable(), events.ToImmutable());
    }

    private static ImmutableArray<ProgrammeEvent> PaidBack(ClaimStanding claim, EntryOutcome outcome)
    {
        var debt = claim.DebtOf(outcome.Debt!.Value)!;
        var amount = outcome.Entry.InCurrency(debt.ToTransfer.Currency)!.Value;
        return DebtDecisions.Repaid(claim, debt, amount, outcome.Entry.Key, null);
    }

    private static EntryOutcome Judge(ProgrammeState programme, BankEntry entry)
    {
        var bank = programme.Banking;
        if (entry.EndToEndId is not { } id || !bank.Payments.TryGetValue(id, out var payment))
            return new(entry, EntryMeaning.NotOurs, null, "No file of this programme asked for this payment.");
        EntryOutcome Say(EntryMeaning meaning, string reason) => new(entry, meaning, payment.Claim, reason);
        if (bank.Entries.Contains(entry.Key)) return Say(EntryMeaning.Known, "It was taken in before.");
        if (entry.Status == EntryStatus.Pending)
            return Say(EntryMeaning.NotBooked, "The bank has not booked it yet; a later statement will have it.");
        var batch = bank.Batches[payment.Batch];
        if (entry.Account is { } account && Iban.Plain(account) != batch.Debtor.Iban)
            return Say(EntryMeaning.Wrong, $"The statement is of {account}; the file was for {batch.Debtor.Iban}.");
        if (!entry.Pays(payment.Amount))
            return Say(
                EntryMeaning.Wrong,
                $"It is {entry.Instructed ?? entry.Amount}; the file asked for {payment.Amount}.");
        var claim = programme.Claims[payment.Claim.Value];
        var waits = bank.Waiting.GetValueOrDefault(payment.Claim.Value) == payment.Batch;
        var isReturn = entry.IsReturn || entry.Status == EntryStatus.Rejected || !entry.IsDebit;
        return (isReturn, claim.Status, waits) switch
        {
            (true, ClaimStatus.Paid, _) => Say(
                EntryMeaning.Returns, $"The payment came back: {entry.Reason ?? "the bank gives no reason"}."),
            (true, ClaimStatus.Approved, true) => Say(
                EntryMeaning.Returns, $"The bank refused the payment: {entry.Reason ?? "it gives no reason"}."),
            (true, _, _) => Say(EntryMeaning.Wrong, "It takes back a payment that is not known as made."),
            (false, ClaimStatus.Approved, true) => Say(EntryMeaning.Pays, $"It pays the claim {payment.Claim}."),
            (false, ClaimStatus.Paid, _) => Say(EntryMeaning.Known, "The claim is paid already."),
            _ => Say(EntryMeaning.Wrong, "The file was withdrawn, or the payment had come back; it is booked twice."),
        };
    }
}
