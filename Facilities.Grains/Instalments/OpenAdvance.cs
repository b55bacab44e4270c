using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Grains.Instalments;

/// <summary>Opens the advance of a confirmed booking; sent by the booking.</summary>
public sealed record OpenAdvance(CommandId Id, Actor By, Claim Claim) : Command(Id, By);

/// <summary>Says that a confirmed booking is over and claims nothing; sent by the booking.</summary>
public sealed record EndAdvance(CommandId Id, Actor By, Claim Claim, string Reason) : Command(Id, By);

/// <summary>Does what the bank's answer left to be done of an advance whose booking is over.</summary>
public sealed record SettleAdvance(CommandId Id, Actor By, ClaimId Claim) : Command(Id, By);

/// <summary>Records that the wallet took back what was not needed.</summary>
public sealed record RecordGivenBack(CommandId Id, Actor By, ClaimId Claim, int Number) : Command(Id, By);

/// <summary>The rules of advances.</summary>
public static partial class InstalmentDecisions
{
    /// <summary>Decides <see cref="OpenAdvance"/>. Each is opened once, however often it is told.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, OpenAdvance command, Instant now)
    {
        if (!command.By.IsSystem) return No(ProgrammeRefusal.NotAllowed, "Only a booking opens an advance.");
        if (NotOurs(programme, command.Claim) is { } fault) throw fault;
        return programme.Claims.ContainsKey(command.Claim.Id.Value)
            ? Decision<ProgrammeEvent, ProgrammeRefusal>.Nothing
            : new AdvanceOpened(command.Claim);
    }

    /// <summary>
    /// Decides <see cref="EndAdvance"/>. One that was never opened is opened and closed at once, so that a late message
    /// opens none, and the wallet is told of what it may have drawn.
    /// </summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, EndAdvance command, Instant now)
    {
        if (!command.By.IsSystem) return No(ProgrammeRefusal.NotAllowed, "Only a booking says that it is over.");
        if (NotOurs(programme, command.Claim) is { } fault) throw fault;
        var id = command.Claim.Id;
        var opened = programme.Claims.GetValueOrDefault(id.Value);
        if (opened is not null && Advances.IsOver(opened)) return Decision<ProgrammeEvent, ProgrammeRefusal>.Nothing;
        ProgrammeEvent[] first = opened is null
            ? [new AdvanceOpened(command.Claim), new AdvanceOver(id, command.Reason)]
            : [new AdvanceOver(id, command.Reason)];
        var after = first.Aggregate(programme, (state, happened) => ProgrammeState.Evolve(state, happened, now));
        return (ProgrammeEvent[])
            [.. first, .. Advances.Settled(after, after.Claims[id.Value], command.Reason, now)];
    }

    /// <summary>Decides <see cref="SettleAdvance"/>.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, SettleAdvance command, Instant now)
    {
        if (!command.By.IsSystem) return No(ProgrammeRefusal.NotAllowed, "Only the programme does this.");
        return programme.Instalments.ToSettle.Contains(command.Claim.Value)
            && programme.Claims[command.Claim.Value] is { Advance.Over: { } reason } advance
            ? (ProgrammeEvent[])[.. Advances.Settled(programme, advance, reason, now)]
            : Decision<ProgrammeEvent, ProgrammeRefusal>.Nothing;
    }

    /// <summary>Decides <see cref="RecordGivenBack"/>.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, RecordGivenBack command, Instant now) =>
        programme.Instalments.ToGiveBack.Any(f => f.Claim == command.Claim && f.Number == command.Number)
            ? new AdvanceGivenBack(command.Claim, command.Number)
            : Decision<ProgrammeEvent, ProgrammeRefusal>.Nothing;

    private static InvalidOperationException? NotOurs(ProgrammeState programme, Claim claim) =>
        programme.Awards.ContainsKey(claim.Voucher.Value)
            ? null
            : new($"Advance {claim.Id} names a voucher of another programme.");

    private static Refused<ProgrammeRefusal> No(ProgrammeRefusal code, string reason, string? pointer = null) =>
        new(code, reason, pointer);
}
