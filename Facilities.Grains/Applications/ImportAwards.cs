using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Programmes;

/// <summary>One award of a file.</summary>
/// <param name="Line">Where it stands.</param>
/// <param name="Account">For whom.</param>
/// <param name="Amount">What it is worth.</param>
/// <param name="Note">Why.</param>
/// <param name="PerEuro">Units of its currency for one euro on the day of the award; null where not needed.</param>
public sealed record AwardLine(int Line, AccountId Account, Money Amount, string Note, decimal? PerEuro = null)
{
    /// <summary>NACE class of the activity that it is for; null for the SME's main one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Activity { get; init; }
}

/// <summary>Awards all that a file names, in one step, or nothing. The same file awards once.</summary>
/// <param name="Id">The command.</param>
/// <param name="By">An officer of the programme.</param>
/// <param name="File">The hash of the file.</param>
/// <param name="Lines">Its awards.</param>
public sealed record ImportAwards(CommandId Id, Actor By, string File, ImmutableArray<AwardLine> Lines)
    : Command(Id, By)
{
    /// <summary>The voucher of a line.</summary>
    public VoucherId VoucherOf(AwardLine line) => AwardOf(line).Voucher;

    /// <summary>What the grain found out about the SMEs, by account; no part of what was asked.</summary>
    [JsonIgnore]
    public ImmutableSortedDictionary<string, Beneficiary> Beneficiaries { get; init; } =
        ImmutableSortedDictionary<string, Beneficiary>.Empty;

    internal AwardVoucher AwardOf(AwardLine line) =>
        new(new($"import-{File}-{line.Line}"), By, line.Account, line.Amount, line.Note, line.PerEuro)
        {
            Activity = line.Activity,
            Beneficiary = Beneficiaries.GetValueOrDefault(line.Account.Value),
        };
}

public static partial class ProgrammeDecisions
{
    /// <summary>
    /// Decides <see cref="ImportAwards"/>: by the rules of each award, on what the ones before leave.
    /// </summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, ImportAwards command, Instant now)
    {
        var (events, refused) = Judged(programme, command, now);
        return refused is [var first, ..]
            ? first.Pointer is { } pointer
                ? first with { Reason = $"Line {pointer[(pointer.LastIndexOf('/') + 1)..]}: {first.Reason}" }
                : first
            : new Decision<ProgrammeEvent, ProgrammeRefusal>(events, null);
    }

    /// <summary>Why a file would be refused: every line that its rules refuse, on what the others leave.</summary>
    public static ImmutableArray<Refused<ProgrammeRefusal>> RefusalsOf(
        ProgrammeState programme, ImportAwards command, Instant now) => Judged(programme, command, now).Refused;

    private static (ImmutableArray<ProgrammeEvent> Events, ImmutableArray<Refused<ProgrammeRefusal>> Refused) Judged(
        ProgrammeState programme, ImportAwards command, Instant now)
    {
        if (NotMine(programme, command) is { } no) return ([], [no]);
        if (command.Lines.IsEmpty || command.Lines.Length > Limits.AwardLines)
        {
            var message = $"A file awards 1 to {Limits.AwardLines} vouchers. Split it into several.";
            return ([], [No(ProgrammeRefusal.NotValid, message)]);
        }
        var events = ImmutableArray.CreateBuilder<ProgrammeEvent>();
        var refused = ImmutableArray.CreateBuilder<Refused<ProgrammeRefusal>>();
        foreach (var line in command.Lines)
        {
            var decision = Decide(programme, command.AwardOf(line), now);
            if (decision.Refusal is { } refusal)
                refused.Add(refusal with { Pointer = $"/lines/{line.Line}" });
            events.AddRange(decision.Events);
            foreach (var happened in decision.Events) programme = ProgrammeState.Evolve(programme, happened, now);
        }
        return (events.ToImmutable(), refused.ToImmutable());
    }
}
