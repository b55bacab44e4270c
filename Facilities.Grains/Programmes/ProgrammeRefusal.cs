namespace Facilities.Grains.Programmes;

/// <summary>What a programme may say no with.</summary>
public enum ProgrammeRefusal
{
    /// <summary>The command id was used before for something else.</summary>
    CommandIdReused,
    /// <summary>Nobody published the programme.</summary>
    ProgrammeUnknown,
    /// <summary>The person may not do this for the programme.</summary>
    NotAllowed,
    /// <summary>The amount is not above zero, in another currency, or above the cap of a voucher.</summary>
    AmountNotAllowed,
    /// <summary>The free budget does not suffice.</summary>
    BudgetExceeded,
    /// <summary>The act that the programme rests on is not in force on the day.</summary>
    LegalBasisNotInForce,
    /// <summary>The programme's currency is not that of the ceiling, and no rate was given.</summary>
    RateNeeded,
    /// <summary>The aid would exceed the ceiling of the act for the SME's single undertaking.</summary>
    AidCeilingExceeded,
    /// <summary>There is no such account.</summary>
    AccountUnknown,
    /// <summary>The budget of the year does not suffice.</summary>
    YearBudgetExceeded,
    /// <summary>The programme was closed.</summary>
    ProgrammeClosed,
    /// <summary>The programme is a draft.</summary>
    ProgrammeNotPublished,
    /// <summary>There is a programme with this id.</summary>
    ProgrammeExists,
    /// <summary>Something that was written cannot be used.</summary>
    NotValid,
    /// <summary>A published programme changes only forward.</summary>
    NotForward,
    /// <summary>It was changed since it was read.</summary>
    Stale,
    /// <summary>The programme has no such call.</summary>
    CallUnknown,
    /// <summary>The call takes no applications now.</summary>
    CallNotOpen,
    /// <summary>A ranked call awards after it has closed.</summary>
    CallStillOpen,
    /// <summary>The share of the call does not suffice.</summary>
    CallShareExceeded,
    /// <summary>Something must be declared first.</summary>
    DeclarationMissing,
    /// <summary>A rule of the programme is not met.</summary>
    NotEligible,
    /// <summary>The SME has an application that is not decided.</summary>
    ApplicationPending,
    /// <summary>The programme has no such application.</summary>
    ApplicationUnknown,
    /// <summary>The application was decided, withdrawn or has lapsed.</summary>
    ApplicationDecided,
    /// <summary>Something that is missing was asked for and did not come yet.</summary>
    CompletionAsked,
    /// <summary>Nothing was asked for.</summary>
    NothingAsked,
    /// <summary>The deadline has passed.</summary>
    DeadlinePassed,
    /// <summary>An assessor must say first whether they have an interest.</summary>
    InterestNotDeclared,
    /// <summary>The person stands too near to the applicant.</summary>
    ConflictOfInterest,
    /// <summary>Nobody gave points yet.</summary>
    NotScored,
    /// <summary>The programme has no such claim.</summary>
    ClaimUnknown,
    /// <summary>The claim was decided before.</summary>
    ClaimDecided,
    /// <summary>The claim is not approved, so it cannot be paid.</summary>
    ClaimNotApproved,
    /// <summary>The SME is to be paid back, and it is not known that it paid.</summary>
    PaymentNotProven,
    /// <summary>The SME is to be paid back, and did not say on which account.</summary>
    AccountMissing,
    /// <summary>A question about the claim is open; its answer is waited for.</summary>
    AnswerAwaited,
    /// <summary>Nothing is asked about the claim.</summary>
    ClaimNotQueried,
    /// <summary>A file of payments pays the claim.</summary>
    ClaimInBatch,
    /// <summary>No approved claim can be paid by a file.</summary>
    NothingToPay,
    /// <summary>The programme has no such file of payments.</summary>
    BatchUnknown,
    /// <summary>The bank answered for payments of the file.</summary>
    BatchAnswered,
    /// <summary>The bank's statement does not fit the files.</summary>
    StatementNotAccepted,
    /// <summary>The SME's group of linked enterprises has as many vouchers as it may.</summary>
    LimitPerGroup,
    /// <summary>The advance of the booking is on its way, or to be paid first.</summary>
    AdvanceUnderWay,
    /// <summary>Nothing is owed back for the claim.</summary>
    NothingOwed,
    /// <summary>An application that was complete before waits for a decision.</summary>
    EarlierApplicationWaits,
}
