using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Debts;
using Facilities.Grains.Instalments;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Grains.Credits;

/// <summary>Lowers a claim by what the provider credited; sent by the booking.</summary>
/// <param name="Id">The command.</param>
/// <param name="By">The marketplace.</param>
/// <param name="Claim">Which claim.</param>
/// <param name="Number">The credit within the booking.</param>
/// <param name="Amount">What the funder pays less.</param>
/// <param name="Note">The number of the credit note.</param>
/// <param name="Reason">Why, in the facility's words.</param>
public sealed record CreditClaim(
    CommandId Id, Actor By, ClaimId Claim, int Number, Money Amount, string Note, string Reason) : Command(Id, By)
{
    /// <summary>The same in the currency of the order, where that is another; null otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Money? OfOrder { get; init; }
}

/// <summary>What a credit of a claim would do.</summary>
/// <param name="Effect">To the claim.</param>
/// <param name="Owed">What would be owed back to the programme, by whom and until when.</param>
public sealed record CreditOutlook(CreditEffect Effect, ImmutableArray<Debt> Owed);

/// <summary>Records that the wallet and the booking know of a credit.</summary>
public sealed record RecordCreditTold(CommandId Id, Actor By, ClaimId Claim, int Number) : Command(Id, By);

/// <summary>The rules of credits on claims.</summary>
public static class ClaimCreditDecisions
{
    /// <summary>Decides <see cref="CreditClaim"/>. What a file of payments holds counts as paid.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, CreditClaim command, Instant now)
    {
        if (!command.By.IsSystem) return No(ProgrammeRefusal.NotAllowed, "Only a booking credits a claim.");
        if (!programme.Claims.TryGetValue(command.Claim.Value, out var claim))
            throw new InvalidOperationException($"There is no claim {command.Claim} to be credited.");
        if (claim.CreditOf(command.Number) is not null) return Decision<ProgrammeEvent, ProgrammeRefusal>.Nothing;
        var advanced = Money.Max(command.Amount - claim.Claim.Amount, Money.Zero(command.Amount.Currency));
        if (claim.Status != ClaimStatus.Rejected
            && advanced > (claim.Claim.Advanced ?? Money.Zero(command.Amount.Currency)))
            throw new InvalidOperationException($"{command.Claim} is credited by more than is claimed.");

        // From here on it must succeed.
        var isRest = claim.Claim.Amount.IsPositive;
        var effect = claim.Status switch
        {
            ClaimStatus.Rejected => CreditEffect.None,
            ClaimStatus.Paid or ClaimStatus.Approved when !isRest => CreditEffect.AdvanceOwed,
            ClaimStatus.Paid => CreditEffect.PaymentOwed,
            ClaimStatus.Approved when programme.Banking.Waiting.ContainsKey(command.Claim.Value) =>
                CreditEffect.FileOwed,
            ClaimStatus.Approved => CreditEffect.ApprovalLowered,
            _ => CreditEffect.ClaimLowered,
        };
        var today = now.InZone(DateTimeZoneProviders.Tzdb[programme.Terms!.TimeZone]).Date;
        var credited = new ClaimCredited(
            command.Claim, command.Number, command.Amount, effect, command.Note, command.Reason,
            effect is CreditEffect.PaymentOwed or CreditEffect.FileOwed ? today.PlusDays(Limits.CreditDays) : null)
        {
            OfOrder = command.OfOrder,
            OfAdvance = effect != CreditEffect.None && advanced.IsPositive ? advanced : null,
        };
        return (ProgrammeEvent[])[credited, .. Advances.Credited(programme, claim, credited, now)];
    }

    /// <summary>What a credit of a claim would do now.</summary>
    public static CreditOutlook? Outlook(ProgrammeState programme, CreditClaim command, Instant now)
    {
        if (!programme.Claims.TryGetValue(command.Claim.Value, out var claim)) return null;
        var events = Decide(programme, command, now).Events;
        if (events is not [ClaimCredited credited, ..]) return null;
        var after = events.Aggregate(programme, (state, happened) => ProgrammeState.Evolve(state, happened, now));
        IEnumerable<Debt> Debts(ProgrammeState state) => ((ClaimStanding?[])
            [state.Claims[command.Claim.Value], Advances.Of(state, claim.Claim)]).SelectMany(c => c?.Debts ?? []);
        return new(credited.Effect, [.. Debts(after).Except(Debts(programme))]);
    }

    /// <summary>Decides <see cref="RecordCreditTold"/>.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, RecordCreditTold command, Instant now) =>
        programme.ToCredit?.Contains(ClaimCredit.KeyOf(command.Claim, command.Number)) == true
            ? new CreditTold(command.Claim, command.Number)
            : Decision<ProgrammeEvent, ProgrammeRefusal>.Nothing;

    private static Refused<ProgrammeRefusal> No(ProgrammeRefusal code, string reason, string? pointer = null) =>
        new(code, reason, pointer);
}
