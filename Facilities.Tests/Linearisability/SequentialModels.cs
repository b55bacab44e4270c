using System.Numerics;

namespace Facilities.Tests.Linearisability;

/// <summary>What a slot, a booking and a voucher would answer to one client at a time.</summary>
internal static class SequentialModels
{
    public const int FaceValue = 1_000;

    /// <summary>A slot; the state is the booking that has it, or 0.</summary>
    public static readonly SequentialModel<int> Slot = new(0, (holder, operation) => operation.What switch
    {
        "hold" when holder == 0 || holder == operation.Which => (operation.Which, "done"),
        "hold" => (holder, "slotTaken"),
        "release" => (holder == operation.Which ? 0 : holder, "done"),
        "look" => (holder, holder == 0 ? "free" : "taken"),
        _ => throw new ArgumentException($"Nobody can {operation.What} a slot."),
    });

    /// <summary>A booking whose facility signed in advance; the state is its status.</summary>
    public static readonly SequentialModel<string> Booking = new("bookingUnknown", (status, operation) =>
        (operation.What, status) switch
        {
            ("hold", _) => ("held", "done"),
            ("view", _) => (status, status),
            (_, "bookingUnknown") => (status, "bookingUnknown"),
            ("sign", "held") => ("awaitingPayment", "done"),
            ("pay", "held") => (status, "gateOpen"),
            ("pay", "awaitingPayment") => ("confirmed", "done"),
            ("sign" or "pay", _) => (status, "stepDone"),
            ("cancel", "cancelled") => (status, "bookingEnded"),
            ("cancel", _) => ("cancelled", "done"),
            _ => throw new ArgumentException($"Nobody can {operation.What} a booking."),
        });

    /// <summary>A voucher of which each booking reserves its own amount and redeems half of it.</summary>
    public static readonly SequentialModel<Wallet> Voucher = new(default, (wallet, operation) =>
    {
        var booking = 1u << operation.Which;
        var isReserved = (wallet.Reserved & booking) != 0;
        return operation.What switch
        {
            "reserve" when (wallet.Ended & booking) != 0 => (wallet, "bookingEnded"),
            "reserve" when isReserved => (wallet, "done"),
            "reserve" when wallet.Available < AmountOf(operation.Which) => (wallet, "voucherTooSmall"),
            "reserve" => (wallet with { Reserved = wallet.Reserved | booking }, "done"),
            "release" when (wallet.Ended & booking) != 0 => (wallet, "done"),
            "release" =>
                (wallet with { Reserved = wallet.Reserved & ~booking, Ended = wallet.Ended | booking }, "done"),
            "redeem" when !isReserved => (wallet, "done"),
            "redeem" => (wallet with
            {
                Reserved = wallet.Reserved & ~booking,
                Redeemed = wallet.Redeemed + AmountOf(operation.Which) / 2,
            }, "done"),
            "look" => (wallet, Balance(wallet.Available, wallet.AllReserved, wallet.Redeemed)),
            _ => throw new ArgumentException($"Nobody can {operation.What} a voucher."),
        };
    });

    /// <summary>What a booking reserves; no two sets of bookings reserve the same.</summary>
    public static int AmountOf(int booking) => 200 + (2 << booking);

    public static string Balance(decimal available, decimal reserved, decimal redeemed) =>
        $"{available:0} free, {reserved:0} reserved, {redeemed:0} redeemed";

    /// <summary>A voucher's state: bits of the bookings that reserve, bits of those that have ended.</summary>
    internal readonly record struct Wallet(uint Reserved, uint Ended, int Redeemed)
    {
        public int AllReserved
        {
            get
            {
                var sum = 0;
                for (var left = Reserved; left != 0; left &= left - 1)
                    sum += AmountOf(BitOperations.TrailingZeroCount(left));
                return sum;
            }
        }

        public int Available => FaceValue - AllReserved - Redeemed;
    }
}
