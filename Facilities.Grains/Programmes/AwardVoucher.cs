using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Programmes;

/// <summary>Publishes a programme with its budget and rules.</summary>
public sealed record PublishProgramme(CommandId Id, Actor By, ProgrammeTerms Terms) : Command(Id, By);

/// <summary>Awards a voucher to an SME. The voucher's id derives from the command's.</summary>
public sealed record AwardVoucher(
    CommandId Id, Actor By, AccountId Account, Money Amount, string Note) : Command(Id, By);

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
        var voucher = new VoucherId($"v-{command.Id}");
        if (programme.Awards.ContainsKey(voucher.Value)) return Decision<ProgrammeEvent, ProgrammeRefusal>.Nothing;
        if (command.Amount.Currency != terms.Budget.Currency || !command.Amount.IsPositive
            || command.Amount > terms.CapPerVoucher)
            return No(
                ProgrammeRefusal.AmountNotAllowed, $"A voucher of {terms.Name} is worth up to {terms.CapPerVoucher}.");
        if (programme.Free < command.Amount)
            return No(
                ProgrammeRefusal.BudgetExceeded,
                $"{terms.Name} has {programme.Free} left of its budget of {terms.Budget}.");

        // From here on it must succeed.
        var today = now.InZone(DateTimeZoneProviders.Tzdb[terms.TimeZone]).Date;
        return new VoucherAwarded(
            voucher, command.Account, command.Amount, today.PlusMonths(terms.ValidityMonths), command.Note);
    }

    /// <summary>Decides <see cref="RecordHandOver"/>.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, RecordHandOver command, Instant now) =>
        programme.Awards.TryGetValue(command.Voucher.Value, out var award) && !award.HandedOver
            ? new VoucherHandedOver(command.Voucher)
            : Decision<ProgrammeEvent, ProgrammeRefusal>.Nothing;

    private static bool IsOfficer(ProgrammeState programme, Command command) =>
        command.By.IsSystem || command.By.Has(OrganisationKind.Funder, programme.Terms!.Id.Value, Role.Officer);

    private static Refused<ProgrammeRefusal> No(ProgrammeRefusal code, string reason) => new(code, reason);

    private static Refused<ProgrammeRefusal> Unknown() =>
        new(ProgrammeRefusal.ProgrammeUnknown, "There is no such programme.");
}
