using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Banking;
using Facilities.Grains.Claims;
using Facilities.Grains.Instalments;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Runtime;
using Facilities.Tests.Accounts;
using Facilities.Tests.Models;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Programmes;

/// <summary>A random life of a programme with the vouchers of one company, and the ledger that both post to.</summary>
internal sealed partial class LedgerPlay(Tally tally)
{
    private readonly LedgerBook _book = new();
    private readonly Posted<ProgrammeState, ProgrammeEvent> _programme = new(
        ProgrammeState.Nobody, ProgrammeState.Evolve,
        (_, after, events, at) => ProgrammeRows.Of(after, events, at));
    private readonly Posted<AccountState, AccountEvent> _wallet = new(
        AccountState.Nobody, AccountState.Evolve,
        (before, after, events, at) => AccountRows.EffectsOf(before, after, events, at).Rows);
    private Instant _now = Now;
    private int _commands;

    /// <summary>With a register of aid or without, one budget or several, a limit for the group or none.</summary>
    private static ProgrammeTerms Terms(Draw draw) => BerlinAbroad with
    {
        Budget = Eur(20_000),
        LegalBasis = draw.A % 2 == 0 ? "none" : draw.C % 3 == 0 ? "EU 651/2014" : "EU 2023/2831",
        Years = draw.B % 3 == 0 ? [new(2026, Eur(7_000)), new(2027, Eur(9_000)), new(2028, Eur(4_000))] : null,
        Rules = draw.C % 4 == 0 ? new() { PerGroupAndYear = 4 }
            : draw.C % 3 == 0 ? new() { AboveSupportCeiling = AboveSupportCeiling.FallBackTo50 } : null,
        PaymentMode = draw.A % 3 == 0 ? PaymentMode.ToProvider : PaymentMode.Instalments,
        Instalments = draw.A % 3 == 0 ? null : new(new(1 + draw.B % 99), 30),
    };

    public void All(Draw[] draws)
    {
        _book.Post(_programme.Tell(ProgrammeDecisions.Decide(
            _programme.State, new PublishProgramme(
                Next(), Actor.System, Terms(draws is [var first, ..] ? first : new(0, 0, 0, 0))), Now).Events, Now));
        _book.Post(_wallet.Tell([new AccountRegistered(Spree)], Now));
        foreach (var draw in draws) Step(draw);
    }

    private void Step(Draw draw)
    {
        var (booking, vouchers) = (new BookingId($"b-{draw.A % 12}"), _wallet.State.Vouchers.Values.ToArray());
        if (draw.C % 25 == 0) _now += Duration.FromDays(draw.B % 60);
        if (draw.Kind / 20 % 4 == 0) Follow(draw);
        switch (draw.Kind % 20)
        {
            case 0:
                Tell(new AwardVoucher(Next(), Actor.System, Spree.Id, Eur(1 + draw.B % 5_000), "")
                {
                    Beneficiary = Declared,
                }, ProgrammeDecisions.Decide);
                break;
            case 12 when draw.C % 2 == 0: Grow(Eur(draw.B % 3_000)); break;
            case 12: CreditSome(draw); break;
            case 13:
                Tell(new ImportAwards(Next(), People.Officer, $"f{_commands}",
                [
                    .. Enumerable.Range(2, 1 + draw.A % 3).Select(
                        line => new AwardLine(line, Spree.Id, Eur(1 + draw.B % 4_000), "")),
                ])
                {
                    Beneficiaries = ImmutableSortedDictionary<string, Beneficiary>.Empty
                        .Add(Spree.Id.Value, Declared),
                }, ProgrammeDecisions.Decide);
                break;
            case 14 when _programme.State.Prepared.Values.FirstOrDefault() is { } prepared:
                // The aid register answers, now and then with no.
                if (draw.B % 4 > 0)
                    Tell(
                        new RecordGrant(Next(), Actor.System, prepared.Voucher, draw.A % 2 == 0),
                        ProgrammeDecisions.Decide);
                else
                    Tell(new WithdrawAward(Next(), Actor.System, prepared.Voucher, "The ceiling."),
                        ProgrammeDecisions.Decide);
                break;
            case 15 when draw.B % 4 < 2 && SettledAdvance() is { } settled: CameBack(settled); break;
            case 15 when Claim(draw, ClaimStatus.Paid) is { } paid && draw.B % 2 == 0 && !IsSettled(paid):
                // Told or not, the claim can come back from the bank.
                if (draw.C % 2 == 0)
                    Tell(new RecordClaimReport(Next(), Actor.System, paid), ProgrammeDecisions.Decide);
                tally.Count("ClaimPaymentReturned", "done");
                Programme(new ClaimPaymentReturned(paid, true, "Account closed."));
                break;
            case 15 when draw.C % 20 == 0:
                Tell(new CloseProgramme(Next(), People.Officer, "Spent."), ProgrammeDecisions.Decide);
                break;
            case 1 or 2 when vouchers.Length > 0:
                Tell(new ReserveVouchers(Next(), Actor.System, new($"b-{_commands}"),
                    [new(draw.Pick(vouchers).Id, Eur(draw.B % 900))]), AccountDecisions.Decide);
                break;
            case 3:
                var (isHeld, over) = (Reserved(draw) is not null, Reserved(draw) ?? booking);
                Tell(new ReleaseVouchers(Next(), Actor.System, over), AccountDecisions.Decide);
                Holds();
                if (isHeld) End(over);
                break;
            case 4 or 5 when Reserved(draw) is { } used: Redeem(draw, used); break;
            case 6 or 7 when Claim(draw, ClaimStatus.Open) is { } open:
                Tell(new StateClaimAccount(Next(), People.Spree, open, Account), ClaimAccountDecisions.Decide);
                Tell(new DecideClaim(Next(), Actor.System, open, draw.B % 3 > 0, "")
                {
                    Proof = new([], "Spree paid."),
                }, ProgrammeDecisions.Decide);
                break;
            case 16 when Reserved(draw) is { } firm: Firm(firm); Advance(firm, draw); break;
            case 17 when Claim(draw, ClaimStatus.Approved) is not null: AskBank(); break;
            case 18 or 19: Follow(draw); break;
            case 8 when Claim(draw, ClaimStatus.Approved) is { } approved:
                Tell(new PayClaim(Next(), Actor.System, approved, "SEPA"), ProgrammeDecisions.Decide);
                break;
            case 9 when vouchers.Length > 0 && draw.B % 3 == 0:
                Tell(new EndVoucher(
                    Next(), draw.B % 2 == 0 ? People.Officer : People.Spree, draw.Pick(vouchers).Id,
                    draw.B % 2 == 0 ? VoucherEnd.Revoked : VoucherEnd.Returned, "Not needed."),
                    AccountDecisions.Decide);
                break;
            case 9: RepaySome(draw); break;
            case 10:
                Tell(new TendVouchers(Next(), Actor.System), AccountDecisions.Decide);
                break;
            case 11 when Claim(draw, ClaimStatus.Open) is { } asked:
                Tell(new QueryClaim(Next(), People.Officer, asked, "Which samples?", null), ClaimDecisions.Decide);
                if (draw.B % 2 == 0)
                    Tell(new AnswerClaim(Next(), People.Spree, asked, "Those of May."), ClaimDecisions.Decide);
                break;
        }
        Holds();
    }

    private static readonly Beneficiary Declared =
        Beneficiary.Unknown(Spree.Id) with { OtherAid = DeclarationSamples.OtherAid };

    private void Grow(Money by)
    {
        var terms = _programme.State.Terms!;
        var today = _now.InZone(DateTimeZoneProviders.Tzdb[terms.TimeZone]).Date;
        Tell(new ChangeProgramme(Next(), People.Officer, terms with
        {
            Budget = terms.Budget + by,
            Years = terms.Years is not { } years ? null
                : [.. years.Select(y => y.Year == today.Year ? y with { Amount = y.Amount + by } : y)],
        }), ProgrammeDecisions.Decide);
    }

    private void Redeem(Draw draw, BookingId booking)
    {
        var parts = _wallet.State.Reservations[booking.Value].Parts
            .Select(p => p with { Amount = Money.Min(p.Amount, Eur(draw.C % 1_000)) }).ToImmutableArray();
        Tell(new RedeemVouchers(Next(), Actor.System, booking, parts), AccountDecisions.Decide);
        foreach (var part in parts.Where(p => p.Amount.IsPositive))
        {
            Holds();
            Tell(new OpenClaim(Next(), Actor.System, new Claim(
                new($"c-{booking}"), booking, part.Voucher, Spree.Id, [Imaging.Id], part.Amount,
                new("sha256:a", "sha256:b", Now, "MRI", Now, Now, "", [], part.Amount))),
                ProgrammeDecisions.Decide);
        }
    }

    private void Tell<TCommand>(
        TCommand command, Func<AccountState, TCommand, Instant, Decision<AccountEvent, AccountRefusal>> decide) =>
        Wallet(Answered(command, decide(_wallet.State, command, _now)));

    /// <summary>What lapses is free budget as soon as the programme was told.</summary>
    private void Wallet(ImmutableArray<AccountEvent> events)
    {
        var all = VoucherLife.WithLapses(_wallet.State, events, _now);
        _book.Post(_wallet.Tell(all, _now));
        foreach (var lapse in all.OfType<VoucherLapsed>())
        {
            var end = _wallet.State.Vouchers[lapse.Voucher.Value].End!;
            var told = new ReceiveLapse(
                Next(), Actor.System, lapse.Voucher, lapse.Amount, end.How, end.Reason, lapse.Number);
            Tell(told, LapseDecisions.Decide);
            Tell(told with { Id = Next() }, LapseDecisions.Decide);
        }
    }

    private void Tell<TCommand>(
        TCommand command,
        Func<ProgrammeState, TCommand, Instant, Decision<ProgrammeEvent, ProgrammeRefusal>> decide)
    {
        var events = Answered(command, decide(_programme.State, command, _now));
        _book.Post(_programme.Tell(events, _now));
        foreach (var rejected in events.OfType<ClaimRejected>())
        {
            var claim = _programme.State.Claims[rejected.Claim.Value].Claim;
            if (claim.Amount.IsZero) continue;
            Tell(new ReturnRedemption(Next(), Actor.System, claim.Voucher, claim.Id, claim.Amount),
                AccountDecisions.Decide);
        }
        TellCredits();
        foreach (var freed in events.OfType<AdvanceFreed>()) GiveBack(freed);
        foreach (var award in events.OfType<VoucherAwarded>())
            Tell(new ReceiveVoucher(
                Next(), Actor.System, award.Voucher, _programme.State.Terms!, award.Amount, _now, award.ExpiresOn),
                AccountDecisions.Decide);
    }

    private ImmutableArray<TEvent> Answered<TCommand, TEvent, TRefusal>(
        TCommand command, Decision<TEvent, TRefusal> decision) where TRefusal : struct, Enum
    {
        tally.Count(typeof(TCommand).Name, decision.Refusal?.Code.ToString() ?? "done");
        return decision.Events;
    }

    private void Holds()
    {
        foreach (var (account, balance) in _book.Balances)
        {
            Assert.True(balance >= 0 || account == LedgerAccounts.Source, $"{account} is {balance}");
            if (balance > 0) tally.Count("ledger", account);
        }
        var (claims, vouchers) = (_programme.State.Claims.Values, _wallet.State.Vouchers.Values);
        var state = _programme.State;
        Assert.Equal(state.Terms!.Budget.Minor, LedgerAccounts.All.Skip(1).Sum(a => _book.Of(a.Id)));
        // What waits for the aid register is set aside, but nobody's yet.
        Assert.Equal(state.Free.Minor, _book.Of("free") - state.Prepared.Values.Sum(p => p.Amount.Minor));
        Assert.False(state.Free.IsNegative, $"{state.Free} is free");
        foreach (var year in state.Years)
        {
            Assert.False(year.Free.IsNegative, $"{year} is overdrawn");
            Assert.Equal(
                year.Taken.Minor,
                state.Prepared.Values.Where(p => p.GrantedOn.Year == year.Year).Sum(p => p.Amount.Minor)
                    + state.Awards.Values.Where(a => a.Year == year.Year)
                        .Sum(a => a.Amount.Minor - (a.Reduced?.Minor ?? 0)));
        }
        Assert.Equal(state.Awards.Count + state.Prepared.Count, state.Groups.InAll([Spree.Id.Value]));
        Assert.Equal(vouchers.Sum(v => v.Available.Minor), _book.Of("awarded"));
        Assert.Equal(vouchers.Sum(v => v.Reserved.Minor), _book.Of("reserved"));
        Assert.Equal(
            vouchers.Sum(v => v.Redeemed.Minor) - claims.Sum(OfVoucher) - Owed(claims)
                - state.Instalments.ToGiveBack.Where(f => f.ForGood).Sum(f => f.Amount.Minor),
            _book.Of("redeemed"));
        Assert.Equal(Owed(claims), _book.Of("owed"));
        Assert.Equal(
            claims.Where(c => c is { Status: ClaimStatus.Open or ClaimStatus.Queried, Advance: null })
                .Sum(c => c.Claim.Amount.Minor),
            _book.Of("claimed"));
        // What was rejected passes through to what is free.
        Assert.Equal(0, _book.Of("returned"));
        Assert.Equal(
            claims.Where(c => c.Status == ClaimStatus.Approved && c.Advance is null).Sum(c => c.Claim.Amount.Minor),
            _book.Of("approved"));
        Assert.Equal(
            claims.Where(c => c.Status == ClaimStatus.Paid && c.Advance is null).Sum(c => c.Claim.Amount.Minor)
                + claims.Sum(c => c.Advance?.Used?.Minor ?? 0),
            _book.Of("paid"));
        HoldAdvances();
    }

    private BookingId? Reserved(Draw draw) => _wallet.State.Reservations.Keys.ToArray() is { Length: > 0 } held
        ? new BookingId(draw.Pick(held))
        : null;

    private ClaimId? Claim(Draw draw, ClaimStatus status) =>
        _programme.State.Claims.Values.Where(c => c.Status == status).Select(c => c.Claim.Id).ToArray()
            is { Length: > 0 } claims ? draw.Pick(claims) : null;

    private CommandId Next() => new($"c-{++_commands}");
}

/// <summary>A stream that is decided on, with the rows that go with its events.</summary>
internal sealed class Posted<TState, TEvent>(
    TState initial, Func<TState, TEvent, Instant, TState> evolve,
    Func<TState, TState, ImmutableArray<Placed<TEvent>>, Instant, ImmutableArray<RowWrite>> rowsOf)
{
    private long _version;

    public TState State { get; private set; } = initial;

    public ImmutableArray<RowWrite> Tell(ImmutableArray<TEvent> events, Instant at)
    {
        var before = State;
        foreach (var happened in events) State = evolve(State, happened, at);
        return rowsOf(before, State, [.. events.Select(e => new Placed<TEvent>(++_version, e))], at);
    }
}
