using System.Text.Json.Serialization;
using Facilities.Grains.Kernel;
using Facilities.Grains.Undertakings;
using NodaTime;

namespace Facilities.Grains.Programmes;

/// <summary>Publishes a programme with its budget and rules.</summary>
public sealed record PublishProgramme(CommandId Id, Actor By, ProgrammeTerms Terms) : Command(Id, By);

/// <summary>Awards a voucher to an SME. The voucher's id derives from the command's.</summary>
/// <param name="Id">The command.</param>
/// <param name="By">An officer of the programme.</param>
/// <param name="Account">The SME.</param>
/// <param name="Amount">What it is worth.</param>
/// <param name="Note">Why.</param>
/// <param name="PerEuro">
/// Units of the programme's currency for one euro, as the ECB published it for the day; null where not needed.
/// </param>
public sealed record AwardVoucher(
    CommandId Id, Actor By, AccountId Account, Money Amount, string Note, decimal? PerEuro = null) : Command(Id, By)
{
    /// <summary>The voucher to be.</summary>
    public VoucherId Voucher => new($"v-{Id}");

    /// <summary>NACE class of the activity that it is for; null for the SME's main one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Activity { get; init; }

    /// <summary>What the grain found out about the SME; no part of what was asked.</summary>
    [JsonIgnore]
    public Beneficiary? Beneficiary { get; init; }
}

/// <summary>Records that the aid register took the award: the legal right arises.</summary>
/// <param name="Id">The command.</param>
/// <param name="By">The system.</param>
/// <param name="Voucher">The award.</param>
/// <param name="IsLesser">Whether the register took it at the lower rate alone.</param>
public sealed record RecordGrant(CommandId Id, Actor By, VoucherId Voucher, bool IsLesser = false) : Command(Id, By);

/// <summary>Records that the aid register refused the award.</summary>
public sealed record WithdrawAward(
    CommandId Id, Actor By, VoucherId Voucher, string Reason, ProgrammeRefusal? Code = null) : Command(Id, By);

/// <summary>Records that the voucher lies in the wallet.</summary>
public sealed record RecordHandOver(CommandId Id, Actor By, VoucherId Voucher) : Command(Id, By);

/// <summary>The rules of a programme.</summary>
public static partial class ProgrammeDecisions
{
    /// <summary>Decides <see cref="PublishProgramme"/>.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, PublishProgramme command, Instant now)
    {
        if (!command.By.IsSystem && !command.By.IsOperator)
            return No(ProgrammeRefusal.NotAllowed, "Only the operator publishes a programme.");
        if (programme.Terms is not null) return Decision<ProgrammeEvent, ProgrammeRefusal>.Nothing;
        return new ProgrammePublished(command.Terms);
    }

    /// <summary>Decides <see cref="AwardVoucher"/>. The budget is never exceeded: this is its only writer.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, AwardVoucher command, Instant now)
    {
        if (programme.Terms is not { } terms) return Unknown();
        if (!IsOfficer(programme, command))
            return No(ProgrammeRefusal.NotAllowed, "Only the programme's officers award vouchers.");
        var voucher = command.Voucher;
        if (programme.Withdrawn.TryGetValue(voucher.Value, out var why))
            return No(programme.WithdrawnFor.GetValueOrDefault(
                voucher.Value, ProgrammeRefusal.AidCeilingExceeded), why);
        if (programme.Awards.ContainsKey(voucher.Value) || programme.Prepared.ContainsKey(voucher.Value))
            return Decision<ProgrammeEvent, ProgrammeRefusal>.Nothing;
        if (programme.Life.ClosedAt is not null) return Closed(programme);
        if (command.Amount.Currency != terms.Budget.Currency || !command.Amount.IsPositive
            || command.Amount > terms.CapPerVoucher)
            return No(
                ProgrammeRefusal.AmountNotAllowed, $"A voucher of {terms.Name} is worth up to {terms.CapPerVoucher}.");
        if (programme.Free < command.Amount)
            return No(
                ProgrammeRefusal.BudgetExceeded,
                $"{terms.Name} has {programme.Free} left of its budget of {terms.Budget}.");

        var today = DayOf(terms, now);
        if (programme.FreeIn(today.Year) < command.Amount)
            return No(
                ProgrammeRefusal.YearBudgetExceeded,
                $"{terms.Name} has {programme.FreeIn(today.Year)} left of its budget of {today.Year}.");
        if (NotInForce(terms, today) is { } ended) return No(ProgrammeRefusal.LegalBasisNotInForce, ended);
        var sme = command.Beneficiary ?? Beneficiary.Unknown(command.Account);
        if (OtherAidRule.Of(terms, sme.Name, sme.OtherAid, today) is { Passed: false } undeclared)
            return No(ProgrammeRefusal.DeclarationMissing, $"{undeclared.Reason} {undeclared.Remedy}");
        if (GroupLimit.Check(
            terms, sme.Name, programme.Groups.In(today.Year, sme.Group), programme.Groups.InAll(sme.Group)) is
            { Passed: false } limit)
            return No(ProgrammeRefusal.LimitPerGroup, $"{limit.Reason} {limit.Remedy}");
        if (command.Activity is { } stated && command.Beneficiary is not null && !sme.Activities.Contains(stated))
            return new Refused<ProgrammeRefusal>(
                ProgrammeRefusal.NotValid, $"{sme.Name} declared no activity {stated}.", "/activity");
        var expires = terms.ExpiryOf(today);
        if (Eligibility.BasisOf(terms) is not { } basis || AidCeiling.Of(basis.Act) is not { } ceiling)
            return new VoucherAwarded(voucher, command.Account, command.Amount, expires, command.Note)
            {
                Undertaking = sme.Undertaking,
                Activity = command.Activity,
            };
        if (InCeilingCurrency(command, ceiling) is not { } euros)
            return No(
                ProgrammeRefusal.RateNeeded,
                $"The ceiling of {basis.Version} is in {ceiling.Currency}. Give the ECB's rate of today for "
                    + $"{command.Amount.Currency}.");

        // From here on it must succeed.
        return new AwardPrepared(
            voucher, command.Account, command.Amount, today, euros, expires, command.Note)
        {
            Undertaking = sme.Undertaking,
            PerEuro = command.Amount.Currency == ceiling.Currency ? null : command.PerEuro,
            Activity = command.Activity,
            Instead = SupportCeiling.Instead(terms, command.Amount, command.PerEuro),
        };
    }

    /// <summary>Decides <see cref="RecordGrant"/>.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, RecordGrant command, Instant now) =>
        programme.Prepared.TryGetValue(command.Voucher.Value, out var award)
            ? (command.IsLesser ? award.Instead : null) is { } lesser
                ? new VoucherAwarded(award.Voucher, award.Account, lesser.Amount, award.ExpiresOn, award.Note)
                {
                    Undertaking = award.Undertaking,
                    Activity = award.Activity,
                    Lesser = new(lesser.Rate, lesser.Amount, award.Amount),
                }
                : new VoucherAwarded(award.Voucher, award.Account, award.Amount, award.ExpiresOn, award.Note)
                {
                    Undertaking = award.Undertaking,
                    Activity = award.Activity,
                }
            : Decision<ProgrammeEvent, ProgrammeRefusal>.Nothing;

    /// <summary>Decides <see cref="WithdrawAward"/>.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, WithdrawAward command, Instant now) =>
        programme.Prepared.ContainsKey(command.Voucher.Value)
            ? new AwardWithdrawn(command.Voucher, command.Reason) { Code = command.Code }
            : Decision<ProgrammeEvent, ProgrammeRefusal>.Nothing;

    /// <summary>
    /// Why nothing may be awarded on a day: the act, or the dates that the funder named, do not hold.
    /// </summary>
    internal static string? NotInForce(ProgrammeTerms terms, LocalDate day) =>
        Eligibility.BasisOf(terms)?.Refusal(day) ?? terms.BasisValidity?.Refusal(day)
        ?? (terms.EffectiveRules.ValidUntil is { } last && last < day
            ? $"Its vouchers were valid until {Words.Day(last)}; a later day makes it award again."
            : null);

    private static Money? InCeilingCurrency(AwardVoucher command, Money ceiling) =>
        command.Amount.Currency == ceiling.Currency ? command.Amount
        : ceiling.Currency == Currency.Eur && command.PerEuro is > 0
            ? EuroRate.Convert(command.Amount, command.PerEuro.Value)
            : null;

    /// <summary>Decides <see cref="RecordHandOver"/>.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, RecordHandOver command, Instant now) =>
        programme.Awards.TryGetValue(command.Voucher.Value, out var award) && !award.HandedOver
            ? new VoucherHandedOver(command.Voucher)
            : Decision<ProgrammeEvent, ProgrammeRefusal>.Nothing;

    internal static bool IsOfficer(ProgrammeState programme, Command command) =>
        command.By.IsSystem || command.By.Has(OrganisationKind.Funder, programme.Written!.Id.Value, Role.Officer);

    private static Refused<ProgrammeRefusal> No(ProgrammeRefusal code, string reason) => new(code, reason);

    private static Refused<ProgrammeRefusal> Unknown() =>
        new(ProgrammeRefusal.ProgrammeUnknown, "There is no such programme.");
}
