using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Grains.Accounts;

/// <summary>Brings an SME into the marketplace.</summary>
public sealed record RegisterAccount(CommandId Id, Actor By, AccountProfile Profile) : Command(Id, By);

/// <summary>Puts an awarded voucher into the wallet; sent by the programme that awarded it.</summary>
public sealed record ReceiveVoucher(
    CommandId Id, Actor By, VoucherId Voucher, ProgrammeTerms Programme, Money FaceValue, Instant AwardedAt,
    LocalDate ExpiresOn) : Command(Id, By);

/// <summary>The rules of an account.</summary>
public static partial class AccountDecisions
{
    /// <summary>Decides <see cref="RegisterAccount"/>.</summary>
    public static Decision<AccountEvent, AccountRefusal> Decide(
        AccountState account, RegisterAccount command, Instant now)
    {
        if (!command.By.IsSystem && !command.By.IsOperator)
            return No(AccountRefusal.NotAllowed, "Only the operator registers an account.");
        if (account.Profile is not null) return Decision<AccountEvent, AccountRefusal>.Nothing;
        return new AccountRegistered(command.Profile);
    }

    /// <summary>Decides <see cref="ReceiveVoucher"/>.</summary>
    public static Decision<AccountEvent, AccountRefusal> Decide(
        AccountState account, ReceiveVoucher command, Instant now)
    {
        if (account.Profile is null) return Unknown();
        if (!command.By.IsSystem) return No(AccountRefusal.NotAllowed, "Vouchers come from programmes alone.");
        if (account.Vouchers.ContainsKey(command.Voucher.Value)) return Decision<AccountEvent, AccountRefusal>.Nothing;
        return new VoucherReceived(
            command.Voucher, command.Programme, command.FaceValue, command.AwardedAt, command.ExpiresOn)
        {
            Watched = true,
        };
    }

    private static Refused<AccountRefusal> No(AccountRefusal code, string reason) => new(code, reason);

    private static Refused<AccountRefusal> Unknown() => new(AccountRefusal.AccountUnknown, "There is no such account.");
}
