using System.Collections.Immutable;
using Facilities.Grains.Instalments;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Accounts;

/// <summary>What happens to the part of a voucher that is paid in advance.</summary>
public abstract record AdvanceEvent : AccountEvent;

/// <summary>A confirmed booking draws what is paid in advance of the parts that it reserved.</summary>
public sealed record AdvanceDrawn(BookingId Booking, ImmutableArray<VoucherPart> Parts) : AdvanceEvent;

/// <summary>What was drawn is not needed, or was paid back: it can be reserved again.</summary>
/// <param name="Voucher">Which voucher.</param>
/// <param name="Booking">For which booking it was drawn.</param>
/// <param name="Amount">How much.</param>
/// <param name="Number">Which of the programme's messages about it; each is taken once.</param>
public sealed record AdvanceReturned(VoucherId Voucher, BookingId Booking, Money Amount, int Number) : AdvanceEvent;

/// <summary>What a booking drew of a voucher in advance.</summary>
/// <param name="Amount">What of it did not come back to the voucher.</param>
/// <param name="Number">The last of the programme's messages that was taken.</param>
public sealed record DrawnAdvance(Money Amount, int Number);

/// <summary>Takes back what a booking drew in advance; sent by the programme, in order.</summary>
public sealed record ReturnAdvance(
    CommandId Id, Actor By, VoucherId Voucher, BookingId Booking, Money Amount, int Number) : Command(Id, By);

/// <summary>How a wallet follows from advances.</summary>
public static class WalletAdvances
{
    /// <summary>The name of what a booking drew of a voucher.</summary>
    public static string KeyOf(BookingId booking, VoucherId voucher) => $"{booking}/{voucher}";

    /// <summary>What a confirmed booking draws; null where its vouchers pay nothing in advance.</summary>
    public static AdvanceDrawn? Drawn(AccountState wallet, BookingId booking, Reservation reservation)
    {
        ImmutableArray<VoucherPart> parts =
        [
            .. from part in reservation.Parts
               let amount = InstalmentTerms.AdvanceOf(wallet.Vouchers[part.Voucher.Value].Programme, part.Amount)
               where amount.IsPositive
               select part with { Amount = amount },
        ];
        return parts.IsEmpty ? null : new(booking, parts);
    }

    /// <summary>What a delivery uses, less what was drawn in advance of it; and that.</summary>
    public static VouchersRedeemed Redeemed(
        Reservation reservation, BookingId booking, ImmutableArray<VoucherPart> used)
    {
        if (reservation.Drawn is not { } drawn) return new(booking, used);
        Money Of(VoucherPart part) => drawn.FirstOrDefault(d => d.Voucher == part.Voucher) is { } advance
            ? Money.Min(advance.Amount, part.Amount)
            : Money.Zero(part.Amount.Currency);
        return new(booking, [.. used.Select(p => p with { Amount = p.Amount - Of(p) })])
        {
            Advanced = [.. used.Select(p => p with { Amount = Of(p) }).Where(p => p.Amount.IsPositive)],
        };
    }

    /// <summary>The state after an event.</summary>
    public static AccountState Apply(AccountState state, AdvanceEvent happened) => happened switch
    {
        AdvanceDrawn e => e.Parts.Aggregate(state, (wallet, part) => Change(
            wallet, part.Voucher, part.Amount, part.Amount) with
        {
            Advances = wallet.Advances.Add(KeyOf(e.Booking, part.Voucher), new(part.Amount, 0)),
        }) with
        {
            Reservations = state.Reservations.SetItem(
                e.Booking.Value, state.Reservations[e.Booking.Value] with
                {
                    Parts = [.. Less(state.Reservations[e.Booking.Value].Parts, e.Parts)],
                    Drawn = e.Parts,
                }),
        },
        AdvanceReturned e => Change(state, e.Voucher, Money.Zero(e.Amount.Currency), -e.Amount) with
        {
            Advances = state.Advances.SetItem(
                KeyOf(e.Booking, e.Voucher),
                new(state.Advances[KeyOf(e.Booking, e.Voucher)].Amount - e.Amount, e.Number)),
        },
        _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot happen to an advance."),
    };

    /// <summary>What is still reserved where a part was drawn.</summary>
    public static VoucherPart[] Less(IEnumerable<VoucherPart> parts, ImmutableArray<VoucherPart> drawn) =>
    [
        .. parts.Select(p => drawn.FirstOrDefault(d => d.Voucher == p.Voucher) is { } advance
            ? p with { Amount = p.Amount - advance.Amount }
            : p),
    ];

    /// <summary>What a delivery used in all, also of what was drawn in advance.</summary>
    public static IEnumerable<VoucherPart> Whole(VouchersRedeemed redeemed) => redeemed.Parts.Select(
        p => redeemed.Advanced?.FirstOrDefault(a => a.Voucher == p.Voucher) is { } advance
            ? p with { Amount = p.Amount + advance.Amount }
            : p);

    private static AccountState Change(AccountState wallet, VoucherId id, Money fromReserved, Money redeemed)
    {
        var voucher = wallet.Vouchers[id.Value];
        return wallet with
        {
            Vouchers = wallet.Vouchers.SetItem(id.Value, voucher with
            {
                Reserved = voucher.Reserved - fromReserved,
                Redeemed = voucher.Redeemed + redeemed,
            }),
        };
    }
}

public static partial class AccountDecisions
{
    /// <summary>
    /// Decides <see cref="ReturnAdvance"/>. What never was drawn cannot come back: the booking ended before.
    /// </summary>
    public static Decision<AccountEvent, AccountRefusal> Decide(
        AccountState account, ReturnAdvance command, Instant now)
    {
        if (!command.By.IsSystem) return No(AccountRefusal.NotAllowed, "Only a programme gives back an advance.");
        if (!account.Advances.TryGetValue(WalletAdvances.KeyOf(command.Booking, command.Voucher), out var drawn)
            || command.Number <= drawn.Number) return Decision<AccountEvent, AccountRefusal>.Nothing;
        if (drawn.Amount < command.Amount)
            throw new InvalidOperationException($"{command.Amount} is more than {command.Booking} drew in advance.");
        return new AdvanceReturned(command.Voucher, command.Booking, command.Amount, command.Number);
    }
}

public partial interface IAccountGrain
{
    /// <summary>See <see cref="Accounts.ReturnAdvance"/>; what lapsed with it is told when this answers.</summary>
    Task<Reply<AccountRefusal>> ReturnAdvance(ReturnAdvance command);
}

public sealed partial class AccountGrain
{
    /// <inheritdoc/>
    public Task<Reply<AccountRefusal>> ReturnAdvance(ReturnAdvance command) =>
        ThenReturn(Tell(command, AccountDecisions.Decide));
}
