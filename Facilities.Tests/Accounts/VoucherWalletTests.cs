using System.Collections.Immutable;
using System.Diagnostics;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Tests.Models;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Accounts;

public sealed class VoucherWalletTests
{
    private static readonly VoucherId Mine = new("v-1");
    private static readonly BookingId First = new("b-1");
    private static readonly BookingId Second = new("b-2");

    private static Scenario<AccountState, AccountEvent, AccountRefusal> Wallet(decimal face = 1_000) =>
        new Scenario<AccountState, AccountEvent, AccountRefusal>(AccountState.Nobody, Now, AccountState.Evolve).Given(
            new AccountRegistered(Pricing.PriceSamples.Spree),
            new VoucherReceived(Mine, BerlinAbroad, Eur(face), Now, new LocalDate(2027, 11, 21)));

    private static ImmutableArray<VoucherPart> Part(decimal amount) => [new VoucherPart(Mine, Eur(amount))];

    private static ReserveVouchers Reserve(BookingId booking, decimal amount) =>
        new(new("c"), Actor.System, booking, Part(amount));

    [Fact]
    public void A_reservation_counts_against_the_voucher_at_once() =>
        Wallet().Given(new VouchersReserved(First, Part(700)))
            .When(Reserve(Second, 400), AccountDecisions.Decide)
            .Then(AccountRefusal.VoucherTooSmall);

    [Fact]
    public void What_is_left_can_be_reserved_to_the_cent()
    {
        var after = Wallet().Given(new VouchersReserved(First, Part(700)))
            .When(Reserve(Second, 300), AccountDecisions.Decide).Then(typeof(VouchersReserved));
        Assert.Equal(Eur(0), after.State.Vouchers["v-1"].Available);
    }

    [Fact]
    public void The_same_booking_reserves_once() =>
        Wallet().Given(new VouchersReserved(First, Part(700)))
            .When(Reserve(First, 700), AccountDecisions.Decide).ThenNothing();

    [Fact]
    public void A_voucher_is_not_reserved_after_its_last_day_in_the_programmes_zone()
    {
        var lastMoment = Instant.FromUtc(2027, 11, 21, 22, 59);
        Wallet().At(lastMoment).When(Reserve(First, 1), AccountDecisions.Decide).Then(typeof(VouchersReserved));
        Wallet().At(lastMoment + Duration.FromMinutes(1))
            .When(Reserve(First, 1), AccountDecisions.Decide).Then(AccountRefusal.VoucherExpired);
    }

    [Fact]
    public void M4_A_release_returns_the_reserve_once_and_bars_the_booking()
    {
        var released = Wallet().Given(new VouchersReserved(First, Part(700)))
            .When(new ReleaseVouchers(new("c"), Actor.System, First), AccountDecisions.Decide)
            .Then(typeof(VouchersReleased));
        Assert.Equal(Eur(1_000), released.State.Vouchers["v-1"].Available);
        released.When(new ReleaseVouchers(new("d"), Actor.System, First), AccountDecisions.Decide).ThenNothing();
        released.When(Reserve(First, 700), AccountDecisions.Decide).Then(AccountRefusal.BookingEnded);
    }

    [Fact]
    public void A_release_that_arrives_before_its_reservation_bars_it() =>
        Wallet().When(new ReleaseVouchers(new("c"), Actor.System, First), AccountDecisions.Decide)
            .Then(typeof(VouchersReleased))
            .When(Reserve(First, 1), AccountDecisions.Decide).Then(AccountRefusal.BookingEnded);

    [Fact]
    public void Redeeming_less_than_reserved_gives_the_rest_back()
    {
        var after = Wallet().Given(new VouchersReserved(First, Part(700)), new VouchersFirmed(First))
            .When(new RedeemVouchers(new("c"), Actor.System, First, Part(650)), AccountDecisions.Decide)
            .Then(typeof(VouchersRedeemed));
        var voucher = after.State.Vouchers["v-1"];
        Assert.Equal((Eur(0), Eur(650), Eur(350)), (voucher.Reserved, voucher.Redeemed, voucher.Available));
    }

    [Fact]
    public void Redeeming_more_than_reserved_is_a_bug_and_not_an_answer() =>
        Assert.Throws<InvalidOperationException>(() => Wallet().Given(new VouchersReserved(First, Part(700)))
            .When(new RedeemVouchers(new("c"), Actor.System, First, Part(700.01m)), AccountDecisions.Decide));

    [Fact]
    public void People_do_not_reserve_vouchers_themselves() =>
        Wallet().When(Reserve(First, 1) with { By = People.Spree }, AccountDecisions.Decide)
            .Then(AccountRefusal.NotAllowed);

    [Fact]
    public void Live_holds_are_limited_and_firm_ones_do_not_count()
    {
        var full = Enumerable.Range(0, Limits.LiveHoldsPerAccount)
            .Aggregate(Wallet(), (wallet, i) => wallet.Given(new VouchersReserved(new BookingId($"h-{i}"), [])));
        full.When(Reserve(First, 1), AccountDecisions.Decide).Then(AccountRefusal.TooManyHolds);
        full.Given(new VouchersFirmed(new BookingId("h-0")))
            .When(Reserve(First, 1), AccountDecisions.Decide).Then(typeof(VouchersReserved));
    }

    [Fact]
    public void Live_holds_are_counted_for_whoever_made_them_through_all_that_becomes_of_them()
    {
        var (own, theirs) = (new BookingId("own"), new BookingId("theirs"));
        var state = AccountState.Nobody;
        Counts(0, 0);
        After(new VouchersReserved(own, []), 1, 0);
        After(new VouchersReserved(theirs, []), 2, 0);
        After(new HoldPrepared(theirs, "manager"), 1, 1);
        After(new VouchersFirmed(theirs), 1, 0);
        After(new VouchersReleased(theirs), 1, 0);
        After(new VouchersReleased(own), 0, 0);

        void After(AccountEvent happened, int own, int prepared)
        {
            state = AccountState.Evolve(state, happened, Now);
            Counts(own, prepared);
        }

        void Counts(int own, int prepared)
        {
            Assert.Equal((own, prepared), (state.LiveHolds(null), state.LiveHolds("manager")));
            // What was counted on is what is counted anew.
            var read = ModelRuns.ThroughJson(state);
            Assert.Equal((own, prepared), (read.LiveHolds(null), read.LiveHolds("manager")));
        }
    }

    [Fact]
    public void A_company_with_many_confirmed_bookings_is_answered_as_fast_as_one_with_few()
    {
        var (few, many) = (Holding(10), Holding(100_000));

        Assert.InRange(Fastest(many) / Fastest(few), 0, 100);

        static AccountState Holding(int confirmed) => Enumerable.Range(0, confirmed).Aggregate(
            Wallet().State, (state, i) => Firm(Hold(state, $"held-{i}"), $"held-{i}"));

        // From one hold to the next, as a busy company goes on.
        static double Fastest(AccountState state) => Enumerable.Range(0, 50).Min(i =>
        {
            var started = Stopwatch.GetTimestamp();
            Assert.Null(AccountDecisions.Decide(state, Reserve(new($"new-{i}"), 1), Now).Refusal);
            state = Firm(Hold(state, $"new-{i}"), $"new-{i}");
            return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        });

        static AccountState Hold(AccountState state, string booking) =>
            AccountState.Evolve(state, new VouchersReserved(new(booking), []), Now);

        static AccountState Firm(AccountState state, string booking) =>
            AccountState.Evolve(state, new VouchersFirmed(new(booking)), Now);
    }

    [Fact]
    public void What_is_reserved_twice_for_one_booking_is_no_state() =>
        Assert.Throws<ArgumentException>(() => Wallet().Given(
            new VouchersReserved(First, Part(1)), new VouchersReserved(First, Part(2))));
}
