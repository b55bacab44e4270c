using Facilities.Grains.Banking;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;

namespace Facilities.Grains.Credits;

/// <summary>Finds in a bank's statement what facilities and companies paid back of credits.</summary>
internal static class RepaidCredits
{
    /// <summary>Credits of which something was owed, by the reference that a transfer names.</summary>
    public static Dictionary<string, (ClaimId Claim, int Number)> Of(ProgrammeState programme) =>
        (from claim in programme.Claims.Values
         from credit in claim.Credits ?? []
         where credit.RepayBy is not null
         select (claim.Claim.Id, credit.Number)).ToDictionary(c => ClaimCredit.ReferenceOf(c.Id, c.Number));

    /// <summary>What an entry means for a credit; null where it names none.</summary>
    public static EntryOutcome? Judge(
        ProgrammeState programme, Dictionary<string, (ClaimId Claim, int Number)> owed, BankEntry entry)
    {
        if (owed.Count == 0 || entry.IsDebit) return null;
        var name = entry.EndToEndId is { } id && owed.ContainsKey(id) ? id
            : owed.Keys.FirstOrDefault(key => entry.Text?.Contains(key, StringComparison.OrdinalIgnoreCase) == true);
        if (name is null) return null;
        var (claim, number) = owed[name];
        var credit = programme.Claims[claim.Value].CreditOf(number)!;
        EntryOutcome Say(EntryMeaning meaning, string reason) =>
            new(entry, meaning, claim, reason) { Credit = number };
        if (programme.Banking.Entries.Contains(entry.Key)) return Say(EntryMeaning.Known, "It was taken in before.");
        if (entry.Status != EntryStatus.Booked)
            return Say(EntryMeaning.NotBooked, "The bank has not booked it; a later statement will have it.");
        if (!credit.IsOwed) return Say(EntryMeaning.Known, "It is not owed any more.");
        // What a stranger writes on a transfer refuses no statement: an officer looks at it.
        if (entry.IsReturn || !entry.Pays(credit.InOrder))
            return Say(
                EntryMeaning.NotOurs,
                $"It is {entry.Amount}; {credit.InOrder} are owed for credit note {credit.Note}.");
        return programme.Banking.Waiting.ContainsKey(claim.Value)
            ? Say(EntryMeaning.NotBooked, "The file that pays the claim is not answered yet; take it in afterwards.")
            : Say(EntryMeaning.PaysBack, $"It pays back what credit note {credit.Note} took off {claim}.");
    }
}
