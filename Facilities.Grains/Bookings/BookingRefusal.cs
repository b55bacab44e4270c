namespace Facilities.Grains.Bookings;

/// <summary>What a booking may say no with.</summary>
public enum BookingRefusal
{
    /// <summary>The command id was used before for something else.</summary>
    CommandIdReused,
    /// <summary>There is no such booking, or it is not the person's business.</summary>
    BookingUnknown,
    /// <summary>The person may not do this.</summary>
    NotAllowed,
    /// <summary>Somebody has the slot.</summary>
    SlotTaken,
    /// <summary>The slot can no longer be booked, for the reason given.</summary>
    SlotNotOffered,
    /// <summary>The account lacks the qualification that the service needs.</summary>
    QualificationMissing,
    /// <summary>The account's qualification ends before the slot does.</summary>
    QualificationExpired,
    /// <summary>The account has as much of the service as one may have.</summary>
    QuotaExceeded,
    /// <summary>A voucher has less left than the quote took for granted.</summary>
    VoucherTooSmall,
    /// <summary>A voucher is past its last day.</summary>
    VoucherExpired,
    /// <summary>A cluster's co-financing does not suffice any more.</summary>
    CoFinancingUsedUp,
    /// <summary>The agreement that the quote rests on is no longer in force.</summary>
    AgreementEnded,
    /// <summary>The account holds as much as it may before it confirms something.</summary>
    TooManyHolds,
    /// <summary>The quote's price is no longer honoured.</summary>
    QuoteExpired,
    /// <summary>The seal does not fit the quote.</summary>
    SealBroken,
    /// <summary>The hold or the deadline has passed.</summary>
    HoldExpired,
    /// <summary>The hold was lengthened before.</summary>
    AlreadyExtended,
    /// <summary>An earlier gate is still open.</summary>
    GateOpen,
    /// <summary>Nothing waits for this step any more.</summary>
    StepDone,
    /// <summary>The hash is not that of this booking's contract.</summary>
    ContractChanged,
    /// <summary>The payment method is not offered.</summary>
    PaymentMethodNotOffered,
    /// <summary>A direct debit is under way.</summary>
    PaymentUnderWay,
    /// <summary>The booking has ended.</summary>
    BookingEnded,
    /// <summary>The booking is not confirmed yet.</summary>
    NotConfirmed,
    /// <summary>The slot has not started yet.</summary>
    NotYetStarted,
    /// <summary>The slot has started already.</summary>
    AlreadyStarted,
    /// <summary>What was delivered does not fit what was booked.</summary>
    UsageNotAllowed,
    /// <summary>Nothing was delivered yet.</summary>
    NotDelivered,
    /// <summary>The booking has no such item.</summary>
    ItemUnknown,
    /// <summary>The booking has no such invoice or claim.</summary>
    InvoiceUnknown,
    /// <summary>A change of times is under way.</summary>
    MoveUnderWay,
    /// <summary>There is nothing to give back from that time on.</summary>
    NothingToRelease,
    /// <summary>A part of the slot was given back before.</summary>
    PartReleased,
    /// <summary>The item would cost more at that time, and a move keeps the price.</summary>
    PriceWouldRise,
    /// <summary>There is no such person at the account.</summary>
    PersonUnknown,
    /// <summary>The item cannot have that length, for the reason given.</summary>
    LengthNotAllowed,
    /// <summary>Two dates of a series would run at the same time.</summary>
    SeriesOverlap,
    /// <summary>Without these items nothing of the booking would be left.</summary>
    NothingLeft,
    /// <summary>Nothing is owed for such a claim.</summary>
    ObligationUnknown,
    /// <summary>What is to be credited does not fit the invoice.</summary>
    CreditNotValid,
    /// <summary>Another credit was made since the invoice was looked at.</summary>
    CreditsChanged,
    /// <summary>Invoices, claims or a credit are being made.</summary>
    CreditUnderWay,
    /// <summary>There is no such credit, or nothing is to be transferred for it.</summary>
    CreditUnknown,
}
