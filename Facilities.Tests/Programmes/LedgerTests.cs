using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Claims;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Runtime;
using Facilities.Silo.Verification;
using Facilities.Tests.Models;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Programmes;

/// <summary>The ledger of a programme, posted to by the programme and by the wallets of its vouchers.</summary>
public sealed class LedgerTests
{
    [Fact]
    public void Whatever_happens_to_vouchers_and_claims_the_budget_is_the_sum_of_its_parts_at_every_step() =>
        ModelRuns.Play(runs: 60, steps: 90, (draws, tally) => new Play(tally).All(draws)).Reached(
            5, "AwardVoucher: done", "AwardVoucher: BudgetExceeded", "ReserveVouchers: done", "ReleaseVouchers: done",
            "RedeemVouchers: done", "DecideClaim: done", "PayClaim: done", "ledger: reserved", "ledger: redeemed",
            "ledger: claimed", "ledger: approved", "ledger: paid", "ReturnRedemption: done",
            "EndVoucher: done", "EndVoucher: VoucherEnded", "TendVouchers: done", "ReceiveLapse: done",
            "QueryClaim: done", "AnswerClaim: done", "ReserveVouchers: VoucherExpired");

    [Fact]
    public void What_a_delivery_did_not_need_goes_back_to_the_voucher_in_the_ledger_too()
    {
        var wallet = Given(
            new AccountRegistered(Spree), new VoucherReceived(new("v"), BerlinAbroad, Eur(5_000), Now, Last),
            new VouchersReserved(new("b"), [new(new("v"), Eur(700))]));
        var rows = WalletPostings.Of(
            wallet, [new(4, new VouchersRedeemed(new("b"), [new(new("v"), Eur(600))]))], Now);
        Assert.Equal(
            [("reserved", "redeemed", 600_00L), ("reserved", "awarded", 100_00L)], rows.Select(LedgerBook.Entry));
        Assert.Equal(2, rows.Select(r => r.Key).Distinct().Count());
    }

    [Fact]
    public void The_verifier_names_an_account_that_has_something_else_than_it_stands_for()
    {
        using var output = new StringWriter();
        var faults = new Faults(output);
        var ledgers = new ProgrammeLedgers(faults);
        var wallet = Given(
            new AccountRegistered(Spree), new VoucherReceived(new("v"), BerlinAbroad, Eur(5_000), Now, Last),
            new VouchersReserved(new("b"), [new(new("v"), Eur(700))]));
        ledgers.Say(wallet);
        ledgers.Finish();
        Assert.Equal(["ledgerDiffers"], faults.ByName.Keys);
        Assert.Contains("reserved is 0 cents by the postings; by what it stands for it is 70000", output.ToString(),
            StringComparison.Ordinal);
    }

    private static readonly LocalDate Last = new(2027, 11, 21);

    private static AccountState Given(params ReadOnlySpan<AccountEvent> events)
    {
        var wallet = AccountState.Nobody;
        foreach (var happened in events) wallet = AccountState.Evolve(wallet, happened, Now);
        return wallet;
    }

    private sealed class Play(Tally tally)
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

        public void All(Draw[] draws)
        {
            _book.Post(_programme.Tell(ProgrammeDecisions.Decide(
                _programme.State, new PublishProgramme(
                    Next(), Actor.System, BerlinAbroad with { Budget = Eur(20_000), LegalBasis = "none" }), Now)));
            _book.Post(_wallet.Tell([new AccountRegistered(Spree)]));
            foreach (var draw in draws) Step(draw);
        }

        private void Step(Draw draw)
        {
            var (booking, vouchers) = (new BookingId($"b-{draw.A % 12}"), _wallet.State.Vouchers.Values.ToArray());
            if (draw.C % 25 == 0) _now += Duration.FromDays(draw.B % 60);
            switch (draw.Kind % 12)
            {
                case 0:
                    Tell(new AwardVoucher(Next(), Actor.System, Spree.Id, Eur(1 + draw.B % 5_000), ""),
                        ProgrammeDecisions.Decide);
                    break;
                case 1 or 2 when vouchers.Length > 0:
                    Tell(new ReserveVouchers(Next(), Actor.System, new($"b-{_commands}"),
                        [new(draw.Pick(vouchers).Id, Eur(draw.B % 900))]), AccountDecisions.Decide);
                    break;
                case 3:
                    Tell(new ReleaseVouchers(Next(), Actor.System, Reserved(draw) ?? booking), AccountDecisions.Decide);
                    break;
                case 4 or 5 when Reserved(draw) is { } used: Redeem(draw, used); break;
                case 6 or 7 when Claim(draw, ClaimStatus.Open) is { } open:
                    Tell(new DecideClaim(Next(), Actor.System, open, draw.B % 3 > 0, ""), ProgrammeDecisions.Decide);
                    break;
                case 8 when Claim(draw, ClaimStatus.Approved) is { } approved:
                    Tell(new PayClaim(Next(), Actor.System, approved, "SEPA"), ProgrammeDecisions.Decide);
                    break;
                case 9 when vouchers.Length > 0 && draw.B % 3 == 0:
                    Tell(new EndVoucher(
                        Next(), draw.B % 2 == 0 ? People.Officer : People.Spree, draw.Pick(vouchers).Id,
                        draw.B % 2 == 0 ? VoucherEnd.Revoked : VoucherEnd.Returned, "Not needed."),
                        AccountDecisions.Decide);
                    break;
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
            _book.Post(_wallet.Tell(all));
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
            _book.Post(_programme.Tell(events));
            foreach (var rejected in events.OfType<ClaimRejected>())
            {
                var claim = _programme.State.Claims[rejected.Claim.Value].Claim;
                Tell(new ReturnRedemption(Next(), Actor.System, claim.Voucher, claim.Id, claim.Amount),
                    AccountDecisions.Decide);
            }
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
            Assert.Equal(20_000_00, LedgerAccounts.All.Skip(1).Sum(a => _book.Of(a.Id)));
            Assert.Equal(_programme.State.Free.Minor, _book.Of("free"));
            Assert.Equal(vouchers.Sum(v => v.Available.Minor), _book.Of("awarded"));
            Assert.Equal(vouchers.Sum(v => v.Reserved.Minor), _book.Of("reserved"));
            Assert.Equal(
                vouchers.Sum(v => v.Redeemed.Minor)
                    - claims.Where(c => c.Status != ClaimStatus.Rejected).Sum(c => c.Claim.Amount.Minor),
                _book.Of("redeemed"));
            Assert.Equal(
                claims.Where(c => c.Status is ClaimStatus.Open or ClaimStatus.Queried).Sum(c => c.Claim.Amount.Minor),
                _book.Of("claimed"));
            // What was rejected passes through to what is free.
            Assert.Equal(0, _book.Of("returned"));
            foreach (var (status, account) in new[]
            {
                (ClaimStatus.Approved, "approved"), (ClaimStatus.Paid, "paid"),
            })
                Assert.Equal(
                    claims.Where(c => c.Status == status).Sum(c => c.Claim.Amount.Minor), _book.Of(account));
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
    private sealed class Posted<TState, TEvent>(
        TState initial, Func<TState, TEvent, Instant, TState> evolve,
        Func<TState, TState, ImmutableArray<Placed<TEvent>>, Instant, ImmutableArray<RowWrite>> rowsOf)
    {
        private long _version;

        public TState State { get; private set; } = initial;

        public ImmutableArray<RowWrite> Tell<TRefusal>(Decision<TEvent, TRefusal> decision)
            where TRefusal : struct, Enum => Tell(decision.Events);

        public ImmutableArray<RowWrite> Tell(ImmutableArray<TEvent> events)
        {
            var before = State;
            foreach (var happened in events) State = evolve(State, happened, Now);
            return rowsOf(before, State, [.. events.Select(e => new Placed<TEvent>(++_version, e))], Now);
        }
    }
}

/// <summary>A ledger as a clerk would keep it: each posting once, each balance by hand.</summary>
internal sealed class LedgerBook
{
    private readonly HashSet<string> _keys = [];
    private readonly SortedDictionary<string, long> _balances = new(StringComparer.Ordinal);

    public IEnumerable<KeyValuePair<string, long>> Balances => _balances;

    public long Of(string account) => _balances.GetValueOrDefault(account);

    public void Post(IEnumerable<RowWrite> rows)
    {
        foreach (var row in rows.Where(r => r.Table == "postings"))
        {
            Assert.True(_keys.Add(row.Key), $"{row.Key} is posted twice");
            var (debit, credit, amount) = Entry(row);
            Assert.True(amount > 0, $"{row.Key} posts {amount}");
            _balances[debit] = Of(debit) - amount;
            _balances[credit] = Of(credit) + amount;
        }
    }

    public static (string Debit, string Credit, long Amount) Entry(RowWrite row)
    {
        var cells = row.Columns!.Value.ToDictionary(c => c.Key, c => c.Value);
        return ((string)cells["debit"]!, (string)cells["credit"]!, (long)cells["amount"]!);
    }
}
