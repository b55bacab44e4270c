using Facilities.Grains.Accounts;
using Facilities.Grains.Programmes;
using Facilities.Grains.Runtime;

namespace Facilities.Silo.Verification;

/// <summary>Of every voucher: reserved and redeemed are never below zero, nor together above the face value.</summary>
internal sealed class AccountCheck(StreamName stream, Faults faults) : StreamCheck
{
    private readonly Dictionary<string, (long Face, long Reserved, long Redeemed)> vouchers = [];
    private readonly Dictionary<string, VoucherPart[]> reservations = [];

    public override void See(StoredEvent stored, object happened)
    {
        switch (happened)
        {
            case VoucherReceived e:
                vouchers[e.Voucher.Value] = (e.FaceValue.Minor, 0, 0);
                break;
            case VouchersReserved e:
                reservations[e.Booking.Value] = [.. e.Parts];
                foreach (var part in e.Parts) Change(stored, part.Voucher.Value, part.Amount.Minor, 0);
                break;
            case VouchersReleased e:
                Unreserve(stored, e.Booking.Value);
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
                break;
        }
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

/// <summary>A programme awards no more than its budget, and no claim is for more than its voucher.</summary>
internal sealed class ProgrammeCheck(StreamName stream, Faults faults) : StreamCheck
{
    private readonly Dictionary<string, (long Face, long Claimed)> vouchers = [];
    private long budget;
    private long awarded;

    public override void See(StoredEvent stored, object happened)
    {
        switch (happened)
        {
            case ProgrammePublished e:
                budget = e.Terms.Budget.Minor;
                break;
            case VoucherAwarded e:
                awarded += e.Amount.Minor;
                vouchers[e.Voucher.Value] = (e.Amount.Minor, 0);
                if (awarded > budget)
                    faults.Add(
                        "budgetExceeded", $"{stream}#{stored.Version}",
                        $"{awarded} cents are awarded of a budget of {budget}.");
                break;
            case ClaimOpened e:
                var (face, claimed) = vouchers.GetValueOrDefault(e.Claim.Voucher.Value);
                claimed += e.Claim.Amount.Minor;
                vouchers[e.Claim.Voucher.Value] = (face, claimed);
                if (claimed > face)
                    faults.Add(
                        "voucherOverdrawn", $"{stream}#{stored.Version}",
                        $"{claimed} cents are claimed on {e.Claim.Voucher}, worth {face}.");
                break;
        }
    }
}
