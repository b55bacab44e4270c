using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Models;

/// <summary>The wallet against a list of what was done to it.</summary>
public sealed class WalletModelTests
{
    [Fact]
    public void The_wallet_answers_like_a_list_of_what_was_done_to_it() =>
        ModelRuns.Play(runs: 120, steps: 110, (draws, tally) => new Play(tally).All(draws),
            least: 5, "RegisterAccount: done", "ReceiveVoucher: done", "ReserveVouchers: done", "FirmVouchers: done",
            "ReleaseVouchers: done", "RedeemVouchers: done", "RedeemVouchers: throws", "RedeemVouchers: nothing",
            "ReserveVouchers: BookingEnded", "ReserveVouchers: VoucherTooSmall", "ReserveVouchers: VoucherExpired",
            "ReserveVouchers: VoucherUnknown", "ReserveVouchers: NotAllowed", "ReserveVouchers: TooManyHolds",
            "ReturnRedemption: done", "ReturnRedemption: nothing", "ReturnRedemption: throws");

    private sealed class Play(Tally tally)
    {
        private readonly Real<AccountState, AccountEvent, AccountRefusal> _real =
            new(AccountState.Nobody, AccountState.Evolve);
        private readonly WalletModel _model = new();
        private Instant _now = Now;
        private int _commands;
        private bool _isGreedy;

        public void All(Draw[] draws)
        {
            // Some hold much and end little, or the limit of live holds would never be met.
            _isGreedy = draws is [{ Kind: var first }, ..] && first % 3 == 0;
            // Mostly it is registered at once: without that everything else is refused.
            if (draws is [{ A: var second }, ..] && second % 8 > 0) Step(new Draw(14 * 21, 1, 1, 1));
            foreach (var draw in draws) Step(draw);
        }

        private void Step(Draw draw)
        {
            if (draw.Kind % 8 == 0) _now += Duration.FromHours(_isGreedy ? 1 : draw.B % 90);
            Tell(draw, new(new($"c-{++_commands}"), draw.B % 25 == 0 ? People.Spree : Actor.System));
            _real.Same(_model.IsRegistered, _real.State.Profile is not null, "registered");
            foreach (var id in _model.Vouchers)
            {
                var voucher = _real.State.Vouchers[id];
                _real.Same(
                    (_model.Available(id), _model.Reserved(id), _model.Redeemed(id)),
                    (voucher.Available.Minor, voucher.Reserved.Minor, voucher.Redeemed.Minor), id);
                _real.Same(false, voucher.Available.IsNegative, $"{id} overdrawn");
            }
            _real.Same(_real.State.Vouchers.Count, _model.Vouchers.Count(), "vouchers");
            _real.Same(
                string.Join(' ', _model.Holds.Select(h => $"{h.Key} {h.Value}").Order(StringComparer.Ordinal)),
                string.Join(' ', _real.State.Reservations.Select(r => $"{r.Key} {r.Value.Firm}")
                    .Order(StringComparer.Ordinal)),
                "holds");
            if (draw.C % 9 == 0) _real.Restart();
        }

        private void Tell(Draw draw, (CommandId Id, Actor By) head)
        {
            var (id, by) = head;
            var booking = BookingFor(draw);
            var parts = Parts(draw);
            var said = parts.Select(p => (p.Voucher.Value, p.Amount.Minor)).ToArray();
            switch (draw.Kind % (_isGreedy ? 14 : 21))
            {
                case 0:
                    _real.Tell(new RegisterAccount(id, Actor.System, Seine), AccountDecisions.Decide, _now,
                        _model.Register(), tally);
                    break;
                case 1 or 2:
                    var (voucher, face) = ($"v-{draw.A % 3}", Eur(draw.B));
                    var last = new LocalDate(2026, 12, 1 + draw.C % 9);
                    _real.Tell(
                        new ReceiveVoucher(id, Actor.System, new(voucher), BerlinAbroad, face, _now, last),
                        AccountDecisions.Decide, _now, _model.Receive(voucher, face.Minor, last), tally);
                    break;
                case 14 or 15:
                    _real.Tell(new FirmVouchers(id, by, new(booking)), AccountDecisions.Decide, _now,
                        _model.Firm(by.IsSystem, booking, _now), tally);
                    break;
                case 3 or 16 or 17:
                    _real.Tell(new ReleaseVouchers(id, by, new(booking)), AccountDecisions.Decide, _now,
                        _model.Release(by.IsSystem, booking, _now), tally);
                    break;
                case 4 or 18 or 19:
                    var redeemed = Redeemed(draw, booking);
                    _real.Tell(
                        new RedeemVouchers(id, by, new(booking), redeemed), AccountDecisions.Decide, _now,
                        _model.Redeem(by.IsSystem, booking, Said(redeemed), _now), tally);
                    break;
                case 20:
                    var (of, claim, minor) = ($"v-{draw.A % 4}", $"k-{draw.C % 6}", draw.B % 300L);
                    _real.Tell(
                        new ReturnRedemption(id, by, new(of), new(claim), new(minor, Currency.Eur)),
                        AccountDecisions.Decide, _now, _model.Return(by.IsSystem, of, claim, minor, _now), tally);
                    break;
                default:
                    _real.Tell(
                        new ReserveVouchers(id, by, new(booking), parts), AccountDecisions.Decide, _now,
                        _model.Reserve(by.IsSystem, booking, said, _now), tally);
                    break;
            }
        }

        /// <summary>Any booking; for what follows on a reservation, mostly one that has one.</summary>
        private string BookingFor(Draw draw)
        {
            var holds = _real.State.Reservations.Keys.ToArray();
            var follows = draw.Kind % (_isGreedy ? 14 : 21) is 4 or >= 14;
            return follows && draw.B % 4 > 0 && holds.Length > 0
                ? draw.Pick(holds)
                : $"b-{draw.A % (_isGreedy ? 90 : 25)}";
        }

        private static (string Voucher, long Minor)[] Said(ImmutableArray<VoucherPart> parts) =>
            [.. parts.Select(p => (p.Voucher.Value, p.Amount.Minor))];

        /// <summary>Parts of none to three vouchers, the fourth of which nobody has.</summary>
        private ImmutableArray<VoucherPart> Parts(Draw draw) =>
        [
            .. Enumerable.Range(0, 4).Where(i => (draw.C >> i) % 2 == 0 && (i < 3 || draw.B % 7 == 0))
                .Take(_isGreedy ? draw.B % 2 : 3)
                .Select(i => new VoucherPart(
                    new($"v-{i}"), new(draw.B * (i + 1) * (_isGreedy ? 1 : 20), Currency.Eur))),
        ];

        /// <summary>As much as was reserved, or less; now and then more, which is a bug of the caller's.</summary>
        private ImmutableArray<VoucherPart> Redeemed(Draw draw, string booking) =>
            !_real.State.Reservations.TryGetValue(booking, out var reservation)
                ? Parts(draw)
                : [.. reservation.Parts.Select(p => p with
                {
                    Amount = new(
                        draw.C % 6 == 0 ? p.Amount.Minor + 1 : p.Amount.Minor * (draw.B % 6) / 5, p.Amount.Currency),
                })];
    }
}
