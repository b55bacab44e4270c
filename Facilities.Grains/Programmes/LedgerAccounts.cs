using System.Collections.Immutable;

namespace Facilities.Grains.Programmes;

/// <summary>An account of a programme's ledger.</summary>
/// <param name="Id">As postings name it.</param>
/// <param name="Name">As people call it.</param>
/// <param name="Meaning">What lies in it, in a sentence.</param>
public sealed record LedgerAccountName(string Id, string Name, string Meaning);

/// <summary>
/// The accounts of a programme's ledger. The budget is the source: what left it lies in the others, so that the budget
/// is free + committed + reserved + redeemed + to advance + advanced + claimed + approved + paid + owed back + returned
/// at every moment.
/// </summary>
public static class LedgerAccounts
{
    /// <summary>Where the budget comes from; alone below zero.</summary>
    public const string Source = "grant";

    /// <summary>All of them, in the order in which money moves.</summary>
    public static readonly ImmutableArray<LedgerAccountName> All =
    [
        new(Source, "budget", "What the funder set aside; the other side of all that follows."),
        new("free", "free", "Not awarded to anybody yet."),
        new("awarded", "committed", "In vouchers, not set aside for a booking."),
        new("reserved", "reserved", "Set aside for bookings that are not accepted yet."),
        new("redeemed", "redeemed", "Used by accepted deliveries whose claim is on its way."),
        new("advance", "to advance", "Set aside for advances on confirmed bookings, to be decided on or paid."),
        new("advanced", "advanced", "Paid to companies before the delivery; not earned yet."),
        new("claimed", "claimed", "In claims that wait for a decision."),
        new("approved", "approved", "In approved claims, to be paid."),
        new("paid", "paid", "Transferred to the providers, or to the companies that had paid them."),
        new("owed", "owed back", "Paid and not due: credited since, or advanced and not earned. It is to come back."),
        new("returned", "returned", "Of rejected claims: no longer owed to the providers."),
    ];

    /// <summary>The account that postings name; one that is not known by its own name.</summary>
    public static LedgerAccountName Of(string id) =>
        All.FirstOrDefault(a => a.Id == id) ?? new LedgerAccountName(id, id, "");

    /// <summary>Its place among the others.</summary>
    public static int OrderOf(string id) => All.IndexOf(Of(id)) is var index and >= 0 ? index : All.Length;
}
