using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Accounts;

/// <summary>Ends a voucher before its last day: an officer revokes it, or the SME gives it back.</summary>
/// <param name="Id">The command.</param>
/// <param name="By">An officer of the programme, or an owner of the account.</param>
/// <param name="Voucher">Which voucher.</param>
/// <param name="How">Revoked or returned.</param>
/// <param name="Reason">In words; the SME and the funder read it.</param>
public sealed record EndVoucher(
    CommandId Id, Actor By, VoucherId Voucher, VoucherEnd How, string Reason) : Command(Id, By);

/// <summary>Does what time asks of vouchers: reminds of last days, and ends those whose day passed.</summary>
public sealed record TendVouchers(CommandId Id, Actor By) : Command(Id, By);

/// <summary>Records that the programme has what lapsed.</summary>
public sealed record RecordLapseTold(CommandId Id, Actor By, VoucherId Voucher, int Number) : Command(Id, By);

/// <summary>Has time wake the wallet for vouchers that came before wallets were woken.</summary>
public sealed record WatchVouchers(CommandId Id, Actor By) : Command(Id, By);

public static partial class AccountDecisions
{
    /// <summary>Decides <see cref="EndVoucher"/>. What was redeemed is claimed, and is never taken back here.</summary>
    public static Decision<AccountEvent, AccountRefusal> Decide(AccountState account, EndVoucher command, Instant now)
    {
        if (account.Profile is null) return Unknown();
        if (!account.Vouchers.TryGetValue(command.Voucher.Value, out var voucher))
            return No(AccountRefusal.VoucherUnknown, $"There is no voucher {command.Voucher} in this wallet.");
        var may = command.How switch
        {
            VoucherEnd.Revoked => command.By.Has(
                OrganisationKind.Funder, voucher.Programme.Id.Value, Role.Officer),
            VoucherEnd.Returned => command.By.Has(OrganisationKind.Sme, account.Profile.Id.Value, Role.Owner),
            _ => false,
        };
        if (!may)
            return No(
                AccountRefusal.NotAllowed, command.How == VoucherEnd.Revoked
                    ? "Only an officer of the programme revokes its vouchers."
                    : "Only an owner of the account gives its vouchers back.");
        if (voucher.End is { } ended)
            return No(AccountRefusal.VoucherEnded, $"{voucher.WhyOver(ended)} Nothing is left to end.");
        if (string.IsNullOrWhiteSpace(command.Reason) || command.Reason.Length > Limits.TextLength)
            return new Refused<AccountRefusal>(AccountRefusal.NotValid, "Write why the voucher ends.", "/reason");

        // From here on it must succeed.
        return new VoucherEnded(command.Voucher, command.How, command.Reason.Trim(), command.By.Name);
    }

    /// <summary>Decides <see cref="TendVouchers"/>.</summary>
    public static Decision<AccountEvent, AccountRefusal> Decide(AccountState account, TendVouchers command, Instant now)
    {
        if (!command.By.IsSystem) return No(AccountRefusal.NotAllowed, "Only time tends vouchers.");
        return (AccountEvent[])
        [
            .. from voucher in account.Vouchers.Values
               where account.Watched.Contains(voucher.Id.Value)
               let next = VoucherTimes.Next(voucher)
               where next is { } due && due.At <= now
               select voucher.EndOfLastDay <= now
                   ? new VoucherEnded(
                       voucher.Id, VoucherEnd.Expired, $"Its last day was {Kernel.Words.Day(voucher.ExpiresOn)}.",
                       command.By.Name)
                   // Of several that are late the nearest is told alone.
                   : (AccountEvent)new VoucherReminded(voucher.Id, VoucherTimes.DueBy(voucher, now)),
        ];
    }

    /// <summary>Decides <see cref="RecordLapseTold"/>.</summary>
    public static Decision<AccountEvent, AccountRefusal> Decide(
        AccountState account, RecordLapseTold command, Instant now) =>
        account.ToTell.Any(l => l.Voucher == command.Voucher && l.Number == command.Number)
            ? new LapseTold(command.Voucher, command.Number)
            : Decision<AccountEvent, AccountRefusal>.Nothing;

    /// <summary>Decides <see cref="WatchVouchers"/>.</summary>
    public static Decision<AccountEvent, AccountRefusal> Decide(
        AccountState account, WatchVouchers command, Instant now)
    {
        if (!command.By.IsSystem) return No(AccountRefusal.NotAllowed, "Only the marketplace watches vouchers.");
        var unwatched = account.Vouchers.Keys.Where(id => !account.Watched.Contains(id)).ToArray();
        return unwatched.Length == 0
            ? Decision<AccountEvent, AccountRefusal>.Nothing
            : new VouchersWatched([.. unwatched.Select(id => new VoucherId(id))]);
    }
}
