using Facilities.Grains.Banking;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;

namespace Facilities.Grains.Debts;

/// <summary>Finds in a bank's statement what was paid back to a programme.</summary>
internal static class DebtMatching
{
    /// <summary>Every debt there ever was, by the reference that a transfer names.</summary>
    public static Dictionary<string, (ClaimId Claim, int Number)> Of(ProgrammeState programme) =>
        (from claim in programme.Claims.Values
         from debt in claim.Debts ?? []
         select (claim.Claim.Id, debt.Number, debt.Reference)).ToDictionary(
             d => d.Reference, d => (d.Id, d.Number), StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// What an entry means for what is owed; null where it names nothing of that. What does not fit is never the fault
    /// of the funder's files, so it does not refuse the statement: an officer looks at it.
    /// </summary>
    public static EntryOutcome? Judge(
        ProgrammeState programme, Dictionary<string, (ClaimId Claim, int Number)> debts, BankEntry entry)
    {
        if (debts.Count == 0 || entry.IsDebit || entry.IsReturn || Named(debts, entry) is not { } name) return null;
        var (claim, number) = debts[name];
        var debt = programme.Claims[claim.Value].DebtOf(number)!;
        EntryOutcome Say(EntryMeaning meaning, string reason) =>
            new(entry, meaning, claim, reason) { Debt = number };
        if (programme.Banking.Entries.Contains(entry.Key)) return Say(EntryMeaning.Known, "It was taken in before.");
        if (entry.Status != EntryStatus.Booked)
            return Say(EntryMeaning.NotBooked, "The bank has not booked it yet; a later statement will have it.");
        if (!debt.IsOpen) return Say(EntryMeaning.Known, "It is not owed any more.");
        if (entry.InCurrency(debt.ToTransfer.Currency) is not { } amount || !DebtDecisions.IsOf(debt, amount))
            return Say(
                EntryMeaning.NotOurs,
                $"It names {debt.Reference}, of which {debt.OpenTransfer} is owed. Record by hand what is due.");
        return programme.Banking.Waiting.ContainsKey(claim.Value)
            ? Say(EntryMeaning.NotBooked, "The file that pays the claim is not answered yet; take it in afterwards.")
            : Say(EntryMeaning.PaysBack, $"It pays back {amount} of the {debt.OpenTransfer} that are owed.");
    }

    /// <summary>A reference may be written apart, and in small letters.</summary>
    private static string? Named(Dictionary<string, (ClaimId Claim, int Number)> debts, BankEntry entry)
    {
        if (entry.EndToEndId is { } id && debts.ContainsKey(id)) return id;
        var text = $"{entry.EndToEndId} {entry.Text}".Replace(" ", "", StringComparison.Ordinal);
        return text.Length == 0 ? null
            : debts.Keys.FirstOrDefault(key => text.Contains(key, StringComparison.OrdinalIgnoreCase));
    }
}
