using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Grains.Claims;

/// <summary>Takes back what lapsed of a voucher that ended; sent by the wallet, in that order.</summary>
public sealed record ReceiveLapse(
    CommandId Id, Actor By, VoucherId Voucher, Money Amount, VoucherEnd How, string Reason, int Number)
    : Command(Id, By);

/// <summary>The rules of what comes back from wallets.</summary>
public static class LapseDecisions
{
    /// <summary>Decides <see cref="ReceiveLapse"/>. Each lapse is taken once, however often it is told.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, ReceiveLapse command, Instant now)
    {
        if (!command.By.IsSystem)
            return new Refused<ProgrammeRefusal>(ProgrammeRefusal.NotAllowed, "Only a wallet gives back what lapsed.");
        if (!programme.Awards.TryGetValue(command.Voucher.Value, out var award))
            throw new InvalidOperationException($"{command.Voucher} is a voucher of another programme.");
        if (command.Number <= award.Lapses) return Decision<ProgrammeEvent, ProgrammeRefusal>.Nothing;
        return new VoucherReduced(
            command.Voucher, command.Amount, command.How switch
            {
                VoucherEnd.Revoked => ReductionCause.Revoked,
                VoucherEnd.Returned => ReductionCause.Returned,
                _ => ReductionCause.Expired,
            }, Text(command), null)
        {
            Lapse = command.Number,
        };
    }

    private static string Text(ReceiveLapse command) => command.How switch
    {
        VoucherEnd.Revoked => $"The voucher was revoked: {command.Reason}",
        VoucherEnd.Returned => $"The voucher was given back: {command.Reason}",
        _ => $"The voucher expired. {command.Reason}",
    };
}
