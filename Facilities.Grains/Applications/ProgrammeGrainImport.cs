using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;

namespace Facilities.Grains.Programmes;

/// <summary>What became of one award of a file.</summary>
/// <param name="Line">Where it stands.</param>
/// <param name="Refusal">Why the aid register refused it; null where it was awarded.</param>
/// <param name="Amount">What was awarded, perhaps less at a lower rate; null where nothing was.</param>
public sealed record ImportedAward(int Line, string? Refusal, Money? Amount = null);

public partial interface IProgrammeGrain
{
    /// <summary>See <see cref="Programmes.ImportAwards"/>; the vouchers lie in the wallets when this answers.</summary>
    Task<Reply<ProgrammeRefusal>> ImportAwards(ImportAwards command);
    /// <summary>What became of the awards of a file that was imported.</summary>
    Task<ImmutableArray<ImportedAward>> Imported(ImportAwards command);
    /// <summary>Whether a voucher was awarded, withdrawn, or is about to be.</summary>
    Task<bool> Knows(VoucherId voucher);
    /// <summary>Why a file would be refused, as a whole or line by line; empty where it would not.</summary>
    Task<ImmutableArray<Refused<ProgrammeRefusal>>> PreviewImport(ImportAwards command);
}

public sealed partial class ProgrammeGrain
{
    /// <inheritdoc/>
    public async Task<Reply<ProgrammeRefusal>> ImportAwards(ImportAwards command)
    {
        var reply = await Tell(await Known(command), ProgrammeDecisions.Decide);
        if (reply.Accepted)
            foreach (var some in command.Lines.Chunk(Limits.AwardsAtOnce))
                await Task.WhenAll(some.Select(line => Complete(command.VoucherOf(line).Value)));
        return reply;
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<ImportedAward>> Imported(ImportAwards command) => Read(state => command.Lines
        .Select(line => new ImportedAward(
            line.Line, state.Withdrawn.GetValueOrDefault(command.VoucherOf(line).Value),
            state.Awards.GetValueOrDefault(command.VoucherOf(line).Value)?.Amount)).ToImmutableArray());

    /// <inheritdoc/>
    public Task<bool> Knows(VoucherId voucher) => Read(state => state.Awards.ContainsKey(voucher.Value)
        || state.Prepared.ContainsKey(voucher.Value) || state.Withdrawn.ContainsKey(voucher.Value));

    /// <inheritdoc/>
    public async Task<ImmutableArray<Refused<ProgrammeRefusal>>> PreviewImport(ImportAwards command)
    {
        var known = await Known(command);
        var now = Now;
        return await Read(state => ProgrammeDecisions.RefusalsOf(state, known, now));
    }

    private async Task<ImportAwards> Known(ImportAwards command) =>
        await IsOfficer(command)
            ? command with { Beneficiaries = await BeneficiariesOf(command.Lines.Select(line => line.Account)) }
            : command;
}
