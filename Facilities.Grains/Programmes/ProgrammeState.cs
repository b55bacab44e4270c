using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Applications;
using Facilities.Grains.Banking;
using Facilities.Grains.Claims;
using Facilities.Grains.Credits;
using Facilities.Grains.Debts;
using Facilities.Grains.Instalments;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Programmes;

/// <summary>An award with where it stands.</summary>
public sealed record Award(
    VoucherId Voucher, AccountId Account, Money Amount, LocalDate ExpiresOn, Instant At, bool HandedOver)
{
    /// <summary>What counts in the aid register for it; null where no register was asked.</summary>
    public Money? Aid { get; init; }

    /// <summary>The calendar year of the grant in the programme's zone: the budget year that it was taken of.</summary>
    public int Year { get; init; }

    /// <summary>Which edition of the terms it was made under.</summary>
    public int Edition { get; init; }

    /// <summary>What came back with claims that were rejected; null where nothing.</summary>
    public Money? Rejected { get; init; }

    /// <summary>What came back because the voucher ended; null where nothing.</summary>
    public Money? Lapsed { get; init; }

    /// <summary>What of it will never be used; null where nothing came back.</summary>
    [JsonIgnore]
    public Money? Reduced => (Rejected, Lapsed) switch
    {
        ({ } rejected, { } lapsed) => rejected + lapsed,
        var (rejected, lapsed) => rejected ?? lapsed,
    };

    /// <summary>How often something came back.</summary>
    public int Reductions { get; init; }

    /// <summary>How many lapses of the voucher came back.</summary>
    public int Lapses { get; init; }

    /// <summary>Why something came back last, in words.</summary>
    public string? Why { get; init; }

    /// <summary>What counts as aid of what is left, by the rate of the grant; null where no register counts.</summary>
    [JsonIgnore]
    public Money? AidLeft => Aid is { } aid
        ? Reduced is { } back ? aid.Times((Amount - back).Amount / Amount.Amount) : aid
        : null;

    /// <summary>When the SME applied; null where the funder awarded without an application.</summary>
    public Instant? AppliedAt { get; init; }

    /// <summary>Its undertaking at the decision; null where it was not kept.</summary>
    public string? Undertaking { get; init; }

    /// <summary>NACE class that it is for; null where it is the SME's main one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Activity { get; init; }

    /// <summary>What it replaced at a lower rate; null where it is what was decided.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LesserAward? Lesser { get; init; }
}

/// <summary>A programme: its budget, awards and claims.</summary>
public sealed partial record ProgrammeState(
    ProgrammeTerms? Terms, ImmutableSortedDictionary<string, Award> Awards,
    ImmutableSortedDictionary<string, ClaimStanding> Claims, ImmutableSortedSet<string> ToReport, long AwardedMinor)
{
    /// <summary>A programme that nobody published.</summary>
    public static readonly ProgrammeState Nobody = new(
        null, ImmutableSortedDictionary<string, Award>.Empty, ImmutableSortedDictionary<string, ClaimStanding>.Empty,
        [], 0);

    /// <summary>Vouchers that were awarded and do not lie in a wallet yet.</summary>
    public ImmutableSortedSet<string> ToHandOver { get; init; } = [];

    /// <summary>Awards that wait for an aid register.</summary>
    public ImmutableSortedDictionary<string, PreparedAward> Prepared { get; init; } =
        ImmutableSortedDictionary<string, PreparedAward>.Empty;

    /// <summary>Vouchers of which less counts as aid than the register knows.</summary>
    public ImmutableSortedSet<string> ToLower { get; init; } = [];

    /// <summary>Why awards were withdrawn, by their voucher: for those who ask again.</summary>
    public ImmutableSortedDictionary<string, string> Withdrawn { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Withdrawn awards that another refusal than the ceiling names, such as an unknown account.</summary>
    public ImmutableSortedDictionary<string, ProgrammeRefusal> WithdrawnFor { get; init; } =
        ImmutableSortedDictionary<string, ProgrammeRefusal>.Empty;

    /// <summary>Its drafts and editions.</summary>
    public ProgrammeLife Life { get; init; } = ProgrammeLife.Unwritten;

    /// <summary>What its bank was asked to pay.</summary>
    public BankingState Banking { get; init; } = BankingState.Nothing;

    /// <summary>What is taken of the budget, by year.</summary>
    public BudgetUse Use { get; init; } = BudgetUse.Nothing;

    /// <summary>How many vouchers each undertaking has of it.</summary>
    public GroupAwards Groups { get; init; } = GroupAwards.None;

    /// <summary>Its calls and applications.</summary>
    public ApplicationBook Applications { get; init; } = ApplicationBook.Empty;

    /// <summary>What is still to follow from advances.</summary>
    public InstalmentBook Instalments { get; init; } = InstalmentBook.Empty;

    /// <summary>The terms as last written, published or not; null where nobody wrote any.</summary>
    [JsonIgnore]
    public ProgrammeTerms? Written => Life.Draft ?? Terms;

    /// <summary>Whether a register, a wallet or a booking has still to be told something.</summary>
    [JsonIgnore]
    public bool IsOpen => Prepared.Count > 0 || ToHandOver.Count > 0 || ToReport.Count > 0 || ToLower.Count > 0
        || ToCredit is { Count: > 0 } || Instalments.IsOpen(Banking);

    /// <summary>Budget that no award took yet, nor waits for.</summary>
    [JsonIgnore]
    public Money Free => Terms!.Budget - new Money(AwardedMinor + Use.PreparedMinor, Terms.Budget.Currency);

    /// <summary>
    /// The years of the budget, each with what is taken of it; none where it has one budget over all.
    /// </summary>
    [JsonIgnore]
    public ImmutableArray<YearStanding> Years => Terms?.Years is not { } years ? [] :
    [
        .. years.OrderBy(y => y.Year).Select(
            y => new YearStanding(y.Year, y.Amount, new Money(Use.In(y.Year), y.Amount.Currency))),
    ];

    /// <summary>What may still be granted in a year: of the year, and never more than is free in all.</summary>
    public Money FreeIn(int year) => Terms!.Years is not { } years ? Free
        : years.FirstOrDefault(y => y.Year == year) is { } budget
            ? Money.Min(Free, new Money(budget.Amount.Minor - Use.In(year), budget.Amount.Currency))
            : Money.Zero(Terms.Budget.Currency);

    /// <summary>The terms that an award was made under.</summary>
    public ProgrammeTerms TermsOf(int edition) => Life.Editions[edition];

    /// <summary>What an award did not use goes back to the year that it was taken of.</summary>
    internal ProgrammeState Returned(Award award, long minor) => this with
    {
        AwardedMinor = AwardedMinor - minor,
        Use = Use.Take(award.Year, -minor),
    };

    /// <summary>The state after an event.</summary>
    public static ProgrammeState Evolve(ProgrammeState state, ProgrammeEvent happened, Instant at) => happened switch
    {
        ProgrammePublished e =>
            state with { Terms = e.Terms, Life = ProgrammeLife.Evolve(state.Life, e, at) },
        ProgrammeLifeEvent e => state with
        {
            Terms = e is ProgrammeChanged changed ? changed.Terms : state.Terms,
            Life = ProgrammeLife.Evolve(state.Life, e, at),
        },
        ApplicationEvent e => state with { Applications = ApplicationBook.Evolve(state.Applications, e, at) },
        AwardPrepared e => state with
        {
            Prepared = state.Prepared.Add(e.Voucher.Value, new PreparedAward(
                e.Voucher, e.Account, e.Amount, e.GrantedOn, e.Euros, e.ExpiresOn, e.Note)
            {
                Edition = state.Life.Edition,
                Undertaking = e.Undertaking,
                PerEuro = e.PerEuro,
                Activity = e.Activity,
                Instead = e.Instead,
            }),
            Use = state.Use.Take(e.GrantedOn.Year, e.Amount.Minor).Prepare(e.Amount.Minor),
            Groups = state.Groups.Add(e.Undertaking ?? e.Account.Value, e.GrantedOn.Year, 1),
        },
        AwardWithdrawn e => state.Unprepared(state.Prepared.GetValueOrDefault(e.Voucher.Value), taken: null) with
        {
            Withdrawn = state.Withdrawn.SetItem(e.Voucher.Value, e.Reason),
            Applications = state.Applications.Refused(e.Voucher, e.Reason),
            WithdrawnFor = e.Code is { } code
                ? state.WithdrawnFor.SetItem(e.Voucher.Value, code)
                : state.WithdrawnFor,
        },
        VoucherAwarded e => state.Awarded(e, state.Prepared.GetValueOrDefault(e.Voucher.Value), at),
        VoucherHandedOver e => state with
        {
            Awards = state.Awards.SetItem(e.Voucher.Value, state.Awards[e.Voucher.Value] with { HandedOver = true }),
            ToHandOver = state.ToHandOver.Remove(e.Voucher.Value),
        },
        ClaimOpened e => state with
        {
            Claims = state.Claims.Add(e.Claim.Id.Value, InstalmentBook.Opened(state, e.Claim, at)),
        },
        ClaimApproved e =>
            state.Settle(e.Claim, c => c with { Status = ClaimStatus.Approved, DecidedAt = at, Note = e.Note }),
        ClaimRejected e => state
            .Settle(e.Claim, c => c with { Status = ClaimStatus.Rejected, DecidedAt = at, Note = e.Note })
            .ToBeReported(e.Claim),
        ClaimPaid e => state
            .Settle(e.Claim, c => c with { Status = ClaimStatus.Paid, Reference = e.Reference })
            .Paid(e.Claim),
        ClaimPaymentReturned e => state
            .Settle(e.Claim, c => c.Returned(e.Reason))
            .CameBack(e, at),
        BankEvent e => state with { Banking = BankingState.Evolve(state.Banking, e) },
        InstalmentEvent e => InstalmentBook.Evolve(state, e, at),
        ClaimReported e => state with { ToReport = state.ToReport.Remove(e.Claim.Value) },
        ClaimEvent e => ClaimEvolution.Apply(state, e, at),
        CreditEvent e => ClaimCrediting.Apply(state, e, at),
        DebtEvent e => DebtBook.Evolve(state, e, at),
        _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot happen to a programme."),
    };

    private ProgrammeState Awarded(VoucherAwarded e, PreparedAward? prepared, Instant at)
    {
        // Aid counts on the day of the decision; without a register that is the day of the award.
        var year = prepared?.GrantedOn.Year ?? ProgrammeDecisions.DayOf(Terms!, at).Year;
        var award = new Award(e.Voucher, e.Account, e.Amount, e.ExpiresOn, at, false)
        {
            Aid = e.Lesser is null ? prepared?.Euros : prepared?.Instead?.Euros,
            Year = year,
            Edition = prepared?.Edition ?? Life.Edition,
            AppliedAt = Applications.AppliedAt(e.Voucher),
            Undertaking = e.Undertaking,
            Activity = e.Activity,
            Lesser = e.Lesser,
        };
        var rest = Unprepared(prepared, taken: e.Amount);
        return rest with
        {
            Awards = Awards.Add(e.Voucher.Value, award),
            AwardedMinor = AwardedMinor + e.Amount.Minor,
            Applications = Applications.Awarded(e.Voucher, e.Amount),
            Use = prepared is null ? rest.Use.Take(year, e.Amount.Minor) : rest.Use,
            Groups = prepared is null ? Groups.Add(e.Undertaking ?? e.Account.Value, year, 1) : rest.Groups,
            ToHandOver = ToHandOver.Add(e.Voucher.Value),
        };
    }

    /// <summary>What was set aside and not awarded is free again: all of it, or what a lower rate leaves.</summary>
    private ProgrammeState Unprepared(PreparedAward? prepared, Money? taken) => prepared is null ? this : this with
    {
        Prepared = Prepared.Remove(prepared.Voucher.Value),
        Use = Use.Prepare(-prepared.Amount.Minor)
            .Take(prepared.GrantedOn.Year, (taken?.Minor ?? 0) - prepared.Amount.Minor),
        Groups = taken is not null ? Groups : Groups.Add(prepared.CountsFor, prepared.GrantedOn.Year, -1),
    };

    /// <summary>A booking hears once that its claim was paid, also where the payment came back meanwhile.</summary>
    private ProgrammeState Paid(ClaimId claim)
    {
        var answered = this with { Banking = Banking.Answered(claim) };
        return Banking.Told.Contains(claim.Value) || Claims[claim.Value].Advance is not null
            ? answered
            : answered.ToBeReported(claim);
    }

    private ProgrammeState CameBack(ClaimPaymentReturned e, Instant at)
    {
        var bank = BankingState.Evolve(Banking, e);
        if (Claims[e.Claim.Value].Advance is not null)
            return InstalmentBook.CameBack(this with { Banking = bank }, e, at);
        // What no booking was told yet is not told any more.
        return e.WasPaid && !ToReport.Contains(e.Claim.Value)
            ? this with { Banking = bank with { Told = bank.Told.Add(e.Claim.Value) } }
            : this with { Banking = bank, ToReport = ToReport.Remove(e.Claim.Value) };
    }

    private ProgrammeState ToBeReported(ClaimId claim) => this with { ToReport = ToReport.Add(claim.Value) };

    private ProgrammeState Settle(ClaimId claim, Func<ClaimStanding, ClaimStanding> change) =>
        this with { Claims = Claims.SetItem(claim.Value, change(Claims[claim.Value])) };
}
