using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Runtime;

/// <summary>A double entry in a ledger: one amount leaves one account and enters another.</summary>
public static class Posting
{
    /// <summary>A posting as a row; <paramref name="debit"/> loses what <paramref name="credit"/> gains.</summary>
    public static RowWrite Row(
        string key, string owner, Instant at, string debit, string credit, Money amount, string text,
        BookingId? booking, VoucherId? voucher) =>
        Runtime.Row.Of("postings", key, ("owner", owner), ("at", at), ("debit", debit), ("credit", credit),
            ("amount", amount.Minor), ("currency", amount.Currency.Code), ("text", text),
            ("booking_id", booking?.Value), ("voucher_id", voucher?.Value));
}
