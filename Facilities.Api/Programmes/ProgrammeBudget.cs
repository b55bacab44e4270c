using System.Collections.Immutable;
using Facilities.Api.Funding;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Silo.Programmes;

namespace Facilities.Api.Programmes;

/// <summary>Where every cent of a programme's budget is; the parts add up to the budget.</summary>
public static class ProgrammeBudget
{
    public static ImmutableArray<MoneyPart> Of(
        ProgrammeTerms terms, IEnumerable<Voucher> vouchers, IEnumerable<LedgerPosting> postings)
    {
        var currency = terms.Budget.Currency;
        var ledger = TrialBalance.Of(postings, currency);
        var reserved = Money.Sum(vouchers.Select(v => v.Reserved), currency);
        var returned = ledger.Of("returned", currency);
        ImmutableArray<MoneyPart> parts =
        [
            new("paid", ledger.Of("paid", currency), "Transferred to the providers."),
            new("approved", ledger.Of("approved", currency), "Approved claims, to be paid."),
            new("claimed", ledger.Of("claimed", currency), "Claims that wait for a decision."),
            new("reserved", reserved, "Set aside for bookings that are not accepted yet."),
            new("awarded", ledger.Of("awarded", currency) - reserved, "In vouchers, not set aside for a booking."),
            new("free", ledger.Of("free", currency), "Not awarded to anybody yet."),
        ];
        return returned.IsZero
            ? parts
            : parts.Insert(5, new("returned", returned, "Of rejected claims: no longer owed to the providers."));
    }
}
