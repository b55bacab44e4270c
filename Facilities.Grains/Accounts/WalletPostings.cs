using System.Collections.Immutable;
using Facilities.Grains.Credits;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using NodaTime;

namespace Facilities.Grains.Accounts;

/// <summary>
/// What a wallet does with vouchers, as double entries in the ledgers of their programmes: written with the wallet's
/// own event, so that a programme's ledger never lags behind what its vouchers say.
/// </summary>
public static class WalletPostings
{
    /// <summary>The postings of events, each judged by the wallet as it was just before.</summary>
    public static ImmutableArray<RowWrite> Of(
        AccountState before, ImmutableArray<Placed<AccountEvent>> events, Instant at)
    {
        var rows = ImmutableArray.CreateBuilder<RowWrite>();
        var wallet = before;
        foreach (var (version, happened) in events)
        {
            foreach (var (part, to, debit, credit, text) in Entries(wallet, happened))
            {
                if (!part.Amount.IsPositive) continue;
                var key = $"account/{wallet.Profile!.Id}/{version}/{part.Voucher}/{credit}";
                var owner = $"programme/{wallet.Vouchers[part.Voucher.Value].Programme.Id}";
                rows.Add(Posting.Row(key, owner, at, debit, credit, part.Amount, text, to, part.Voucher));
            }
            wallet = AccountState.Evolve(wallet, happened, at);
        }
        return rows.ToImmutable();
    }

    private static IEnumerable<(VoucherPart Part, BookingId Booking, string Debit, string Credit, string Text)> Entries(
        AccountState wallet, AccountEvent happened)
    {
        switch (happened)
        {
            case VouchersReserved e:
                foreach (var part in ByVoucher(e.Parts))
                    yield return (part, e.Booking, "awarded", "reserved", "Reserved for a booking");
                break;
            case VouchersReleased e:
                foreach (var part in Reserved(wallet, e.Booking))
                    yield return (part, e.Booking, "reserved", "awarded", "Released by a booking");
                break;
            case AdvanceDrawn e:
                foreach (var part in ByVoucher(e.Parts))
                    yield return (part, e.Booking, "reserved", "redeemed", "Drawn for an advance");
                break;
            case AdvanceReturned e:
                yield return (
                    new(e.Voucher, e.Amount), e.Booking, "redeemed", "awarded", "Drawn in advance, and not needed");
                break;
            case VouchersRedeemed e:
                foreach (var part in ByVoucher(e.Parts))
                    yield return (part, e.Booking, "reserved", "redeemed", "Used by an accepted delivery");
                foreach (var part in Reserved(wallet, e.Booking))
                {
                    var used = Money.Sum(
                        e.Parts.Where(p => p.Voucher == part.Voucher).Select(p => p.Amount), part.Amount.Currency);
                    yield return (part with { Amount = part.Amount - used }, e.Booking, "reserved", "awarded",
                        "Reserved, and not needed");
                }
                break;
            case RedemptionCredited e:
                yield return (new VoucherPart(e.Voucher, e.Amount), e.Booking, "redeemed", "awarded",
                    "Credited by the provider");
                break;
        }
    }

    private static IEnumerable<VoucherPart> Reserved(AccountState wallet, BookingId booking) =>
        wallet.Reservations.TryGetValue(booking.Value, out var reservation) ? ByVoucher(reservation.Parts) : [];

    // A posting is named by its voucher, so each has one.
    private static IEnumerable<VoucherPart> ByVoucher(IEnumerable<VoucherPart> parts) =>
        from part in parts
        group part.Amount by part.Voucher into amounts
        select new VoucherPart(amounts.Key, Money.Sum(amounts, amounts.First().Currency));
}
