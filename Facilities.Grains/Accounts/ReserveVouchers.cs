using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Accounts;

/// <summary>Sets parts of vouchers aside for one booking, all or nothing, and counts it as a live hold.</summary>
public sealed record ReserveVouchers(
    CommandId Id, Actor By, BookingId Booking, ImmutableArray<VoucherPart> Parts) : Command(Id, By)
{
    /// <summary>Which time the booking is held anew; 0 for the first hold.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Revival { get; init; }

    /// <summary>Who prepared the booking for the account; null where it booked by itself.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PreparedBy { get; init; }
}

/// <summary>Makes a booking's parts firm: it is confirmed.</summary>
public sealed record FirmVouchers(CommandId Id, Actor By, BookingId Booking) : Command(Id, By);

/// <summary>Gives a booking's parts back to the vouchers.</summary>
public sealed record ReleaseVouchers(CommandId Id, Actor By, BookingId Booking) : Command(Id, By)
{
    /// <summary>Which time the booking is held anew; 0 for the first hold.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Revival { get; init; }
}

/// <summary>Uses parts up to what was reserved; the rest goes back to the vouchers.</summary>
public sealed record RedeemVouchers(
    CommandId Id, Actor By, BookingId Booking, ImmutableArray<VoucherPart> Parts) : Command(Id, By);

public static partial class AccountDecisions
{
    /// <summary>Decides <see cref="ReserveVouchers"/>.</summary>
    public static Decision<AccountEvent, AccountRefusal> Decide(
        AccountState account, ReserveVouchers command, Instant now)
    {
        if (account.Profile is null) return Unknown();
        if (!command.By.IsSystem) return No(AccountRefusal.NotAllowed, "Only a booking reserves vouchers.");
        if (account.Barred.ContainsKey(Bars.KeyOf(command.Booking, command.Revival)))
            return No(AccountRefusal.BookingEnded, "The booking has ended.");
        if (account.Reservations.ContainsKey(command.Booking.Value))
            return Decision<AccountEvent, AccountRefusal>.Nothing;
        var holds = account.LiveHolds(command.PreparedBy);
        if (command.PreparedBy is not null && holds >= Limits.PreparedHoldsPerPreparer)
            return No(AccountRefusal.TooManyHolds,
                $"{holds} bookings that you prepared wait for {account.Profile.Name}, the most allowed. Wait until it "
                + "signs or declines one, or take one back.");
        if (command.PreparedBy is null && holds >= Limits.LiveHoldsPerAccount)
            return No(AccountRefusal.TooManyHolds,
                $"{account.Profile.Name} holds {holds} bookings that are not confirmed, the most allowed. "
                + "Confirm or cancel one first.");
        foreach (var part in command.Parts)
        {
            if (!account.Vouchers.TryGetValue(part.Voucher.Value, out var voucher))
                return No(AccountRefusal.VoucherUnknown, $"There is no voucher {part.Voucher} in this wallet.");
            if (!voucher.IsValidAt(now))
                return No(AccountRefusal.VoucherExpired, voucher.WhyOver(voucher.End));
            if (voucher.Available < part.Amount)
                return No(AccountRefusal.VoucherTooSmall,
                    $"The voucher {voucher.Programme.Name} has {voucher.Available} left and {part.Amount} is needed. "
                    + "Ask for a new quote.");
        }

        // From here on it must succeed.
        var reserved = new VouchersReserved(command.Booking, command.Parts);
        return command.PreparedBy is { } by
            ? (AccountEvent[])[reserved, new HoldPrepared(command.Booking, by)]
            : reserved;
    }

    /// <summary>Decides <see cref="FirmVouchers"/>.</summary>
    public static Decision<AccountEvent, AccountRefusal> Decide(AccountState account, FirmVouchers command, Instant now)
    {
        if (!command.By.IsSystem) return No(AccountRefusal.NotAllowed, "Only a booking makes vouchers firm.");
        if (!account.Reservations.TryGetValue(command.Booking.Value, out var reservation) || reservation.Firm)
            return Decision<AccountEvent, AccountRefusal>.Nothing;
        var firmed = new VouchersFirmed(command.Booking);
        return WalletAdvances.Drawn(account, command.Booking, reservation) is { } drawn
            ? (AccountEvent[])[firmed, drawn]
            : firmed;
    }

    /// <summary>Decides <see cref="ReleaseVouchers"/>.</summary>
    public static Decision<AccountEvent, AccountRefusal> Decide(
        AccountState account, ReleaseVouchers command, Instant now)
    {
        if (!command.By.IsSystem) return No(AccountRefusal.NotAllowed, "Only a booking releases vouchers.");
        if (account.Barred.ContainsKey(Bars.KeyOf(command.Booking, command.Revival)))
            return Decision<AccountEvent, AccountRefusal>.Nothing;
        var released = new VouchersReleased(command.Booking);
        if (command.Revival == 0) return released;
        return (AccountEvent[])[released, new VoucherRevivalBarred(command.Booking, command.Revival)];
    }

    /// <summary>Decides <see cref="RedeemVouchers"/>.</summary>
    public static Decision<AccountEvent, AccountRefusal> Decide(
        AccountState account, RedeemVouchers command, Instant now)
    {
        if (!command.By.IsSystem) return No(AccountRefusal.NotAllowed, "Only a booking redeems vouchers.");
        if (!account.Reservations.TryGetValue(command.Booking.Value, out var reservation))
            return Decision<AccountEvent, AccountRefusal>.Nothing;
        foreach (var part in command.Parts)
        {
            var reserved = reservation.Parts.FirstOrDefault(p => p.Voucher == part.Voucher);
            var drawn = reservation.Drawn?.FirstOrDefault(p => p.Voucher == part.Voucher)?.Amount
                ?? Money.Zero(part.Amount.Currency);
            if (reserved is null || reserved.Amount + drawn < part.Amount)
                throw new InvalidOperationException($"Booking {command.Booking} redeems more than it reserved.");
        }
        return WalletAdvances.Redeemed(reservation, command.Booking, command.Parts);
    }
}
