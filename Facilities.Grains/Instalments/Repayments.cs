using Facilities.Grains.Banking;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;

namespace Facilities.Grains.Instalments;

/// <summary>What entries of a statement mean for advances that are owed back.</summary>
public static class Repayments
{
    /// <summary>Whether an advance was earned or paid back in part: its payment cannot come back any more.</summary>
    public static bool IsSettled(AdvanceStanding advance) =>
        advance.Used is not null || advance.Reclaim is { Repaid.IsPositive: true };

    /// <summary>
    /// What a credit means that names an advance; null where it names none. What does not fit is never the fault of the
    /// funder's files, so it does not refuse the statement.
    /// </summary>
    public static EntryOutcome? Judge(ProgrammeState programme, BankEntry entry)
    {
        if (entry.IsDebit || entry.IsReturn || Named(programme, entry) is not { } claim) return null;
        EntryOutcome Say(EntryMeaning meaning, string reason) => new(entry, meaning, claim.Claim.Id, reason);
        var reclaim = claim.Advance!.Reclaim!;
        if (programme.Banking.Entries.Contains(entry.Key)) return Say(EntryMeaning.Known, "It was taken in before.");
        if (entry.Status != EntryStatus.Booked)
            return Say(EntryMeaning.NotBooked, "The bank has not booked it yet; a later statement will have it.");
        return entry.Amount.Currency == reclaim.Open.Currency && entry.Amount.IsPositive
            && entry.Amount <= reclaim.Open
            ? Say(EntryMeaning.PaysBack, $"It pays back {entry.Amount} of the {reclaim.Open} that are owed.")
            : Say(
                EntryMeaning.NotOurs,
                $"It names {reclaim.Reference}, of which {reclaim.Open} is owed. Record by hand what is due.");
    }

    private static ClaimStanding? Named(ProgrammeState programme, BankEntry entry)
    {
        var text = $"{entry.EndToEndId} {entry.Text}".Replace(" ", "", StringComparison.Ordinal);
        return text.Length == 0 ? null : programme.Claims.Values.FirstOrDefault(c =>
            c.Advance?.Reclaim is { } reclaim
            && text.Contains(reclaim.Reference, StringComparison.OrdinalIgnoreCase));
    }
}
