using Facilities.Grains.Accounts;
using Facilities.Grains.Credits;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Runtime;
using Facilities.Silo.Verification;
using static Facilities.Silo.Verification.Statements;

namespace Facilities.Silo.MoneyProofs;

/// <summary>
/// Of every voucher: reserved and redeemed are never below zero, nor together above the face value. Says what each
/// booking has of them.
/// </summary>
internal sealed class AccountCheck(StreamName stream, Statements statements, Faults faults) : StreamProof
{
    private readonly Dictionary<string, (long Face, long Reserved, long Redeemed)> vouchers = [];
    private readonly Dictionary<string, VoucherPart[]> reservations = [];
    private readonly Dictionary<string, Money> lapsed = [];
    private readonly HashSet<string> ended = [];
    private readonly HashSet<(string Voucher, int Number)> untold = [];

    public override void See(StoredEvent stored, object happened)
    {
        switch (happened)
        {
            case VoucherReceived e:
                vouchers[e.Voucher.Value] = (e.FaceValue.Minor, 0, 0);
                statements.Say(
                    $"voucher/{e.Voucher}", $"award account/{stream.Key}", Side.Holder,
                    ProgrammeCheck.Award(e.Programme, e.FaceValue, e.ExpiresOn));
                break;
            case VouchersReserved e:
                reservations[e.Booking.Value] = [.. e.Parts];
                foreach (var part in e.Parts) Change(stored, part.Voucher.Value, part.Amount.Minor, 0);
                Say(e.Booking, "reserved", e.Parts);
                break;
            case VouchersFirmed e:
                Say(e.Booking, "firm", reservations.GetValueOrDefault(e.Booking.Value, []));
                break;
            case AdvanceDrawn e:
                foreach (var part in e.Parts) Change(stored, part.Voucher.Value, -part.Amount.Minor, part.Amount.Minor);
                reservations[e.Booking.Value] =
                    WalletAdvances.Less(reservations.GetValueOrDefault(e.Booking.Value, []), e.Parts);
                break;
            case AdvanceReturned e: Change(stored, e.Voucher.Value, 0, -e.Amount.Minor); break;
            case VouchersReleased e:
                Unreserve(stored, e.Booking.Value);
                statements.TakeBack(
                    BookingStatements.About(e.Booking), BookingStatements.VoucherPart(stream.Key), Side.Holder);
                break;
            case VouchersRedeemed e:
                var reserved = reservations.GetValueOrDefault(e.Booking.Value, []);
                foreach (var part in e.Parts)
                    if (!reserved.Any(r => r.Voucher == part.Voucher && r.Amount.Minor >= part.Amount.Minor))
                        faults.Add(
                            "voucherOverdrawn", $"{stream}#{stored.Version}",
                            $"booking {e.Booking} redeems more of {part.Voucher} than it reserved.");
                Unreserve(stored, e.Booking.Value);
                foreach (var part in e.Parts) Change(stored, part.Voucher.Value, 0, part.Amount.Minor);
                Say(e.Booking, "redeemed", WalletAdvances.Whole(e));
                break;
            case RedemptionCredited e:
                Change(stored, e.Voucher.Value, 0, -e.Amount.Minor);
                break;
            case RedemptionReturned e:
                Change(stored, e.Voucher.Value, 0, -e.Amount.Minor);
                Lapse(stored, e.Voucher, e.Amount);
                break;
            case VoucherEnded e:
                ended.Add(e.Voucher.Value);
                break;
            case VoucherLapsed e:
                if (!ended.Contains(e.Voucher.Value))
                    faults.Add("voucherLapsed", $"{stream}#{stored.Version}", $"{e.Voucher} lapsed and had not ended.");
                untold.Add((e.Voucher.Value, e.Number));
                Lapse(stored, e.Voucher, e.Amount);
                break;
            case LapseTold e:
                untold.Remove((e.Voucher.Value, e.Number));
                break;
        }
    }

    public override void Finish()
    {
        foreach (var voucher in untold.Select(u => u.Voucher).Distinct())
            statements.Say($"voucher/{voucher}", ProgrammeCheck.ReturnedPart(stream.Key), Side.UnderWay, "not told");
    }

    private void Say(BookingId booking, string how, IEnumerable<VoucherPart> parts) => statements.Say(
        BookingStatements.About(booking), BookingStatements.VoucherPart(stream.Key), Side.Holder,
        BookingStatements.Parts(how, parts.Select(p => (p.Voucher.Value, p.Amount))));

    /// <summary>What went back to the programme is worth nothing here any more.</summary>
    private void Lapse(StoredEvent stored, VoucherId voucher, Money amount)
    {
        if (vouchers.TryGetValue(voucher.Value, out var v))
            vouchers[voucher.Value] = v with { Face = v.Face - amount.Minor };
        Change(stored, voucher.Value, 0, 0);
        var all = lapsed[voucher.Value] = lapsed.TryGetValue(voucher.Value, out var before) ? before + amount : amount;
        statements.Say(
            $"voucher/{voucher}", ProgrammeCheck.ReturnedPart(stream.Key), Side.Holder, $"{all} returned");
    }

    private void Unreserve(StoredEvent stored, string booking)
    {
        if (!reservations.Remove(booking, out var parts)) return;
        foreach (var part in parts) Change(stored, part.Voucher.Value, -part.Amount.Minor, 0);
    }

    private void Change(StoredEvent stored, string voucher, long reserved, long redeemed)
    {
        if (!vouchers.TryGetValue(voucher, out var v))
        {
            faults.Add("voucherUnknown", $"{stream}#{stored.Version}", $"there is no voucher {voucher}.");
            return;
        }
        v = vouchers[voucher] = (v.Face, v.Reserved + reserved, v.Redeemed + redeemed);
        if (v.Reserved < 0 || v.Redeemed < 0 || v.Reserved + v.Redeemed > v.Face)
            faults.Add("voucherOverdrawn", $"{stream}#{stored.Version}",
                $"of {voucher}, worth {v.Face} cents, {v.Reserved} are reserved and {v.Redeemed} redeemed.");
    }
}
