namespace Facilities.Grains.Accounts;

/// <summary>What an account may say no with.</summary>
public enum AccountRefusal
{
    /// <summary>The command id was used before for something else.</summary>
    CommandIdReused,
    /// <summary>Nobody registered the account.</summary>
    AccountUnknown,
    /// <summary>The person may not do this for the account.</summary>
    NotAllowed,
    /// <summary>The account has no such voucher.</summary>
    VoucherUnknown,
    /// <summary>The voucher is past its last day.</summary>
    VoucherExpired,
    /// <summary>The voucher has less left than is needed.</summary>
    VoucherTooSmall,
    /// <summary>The account holds as many slots as it may before it confirms some.</summary>
    TooManyHolds,
    /// <summary>The booking has already released its part.</summary>
    BookingEnded,
    /// <summary>The voucher has ended: it expired, was revoked or given back.</summary>
    VoucherEnded,
    /// <summary>What was written is empty or too long.</summary>
    NotValid,
    /// <summary>What is declared holds a fault.</summary>
    InvalidDeclaration,
    /// <summary>What would be signed is not what the signer saw.</summary>
    TextChanged,
    /// <summary>The other account has not said that the two are one undertaking.</summary>
    ProposalUnknown,
    /// <summary>Registers are being joined already.</summary>
    UnionUnderWay,
}
