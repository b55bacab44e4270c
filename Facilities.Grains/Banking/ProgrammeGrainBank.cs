using System.Collections.Immutable;
using Facilities.Grains.Banking;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Runtime;

namespace Facilities.Grains.Programmes;

/// <summary>What a programme asked its bank to pay.</summary>
/// <param name="Batches">The newest first.</param>
/// <param name="Withdrawn">Those that were withdrawn.</param>
/// <param name="Answered">How many payments of each the bank answered for.</param>
/// <param name="ToPay">Approved claims that a file made now would pay.</param>
/// <param name="LeftOut">Approved claims that it would leave out.</param>
public sealed record BankView(
    ImmutableArray<PaymentBatch> Batches, ImmutableHashSet<string> Withdrawn,
    ImmutableDictionary<string, int> Answered, ImmutableArray<ClaimStanding> ToPay, ImmutableArray<LeftOut> LeftOut);

public partial interface IProgrammeGrain
{
    /// <summary>See <see cref="Banking.MakePaymentBatch"/>.</summary>
    Task<Reply<ProgrammeRefusal>> MakePaymentBatch(MakePaymentBatch command);
    /// <summary>See <see cref="Banking.WithdrawPaymentBatch"/>.</summary>
    Task<Reply<ProgrammeRefusal>> WithdrawPaymentBatch(WithdrawPaymentBatch command);
    /// <summary>See <see cref="Banking.TakeBankStatement"/>; the bookings know when this answers.</summary>
    Task<Reply<ProgrammeRefusal>> TakeBankStatement(TakeBankStatement command);
    /// <summary>What each entry of a statement would do now.</summary>
    Task<ImmutableArray<EntryOutcome>> PreviewStatement(BankStatement statement);
    /// <summary>Its files, and what a new one would hold.</summary>
    Task<BankView> Bank();
    /// <summary>The claims that a file of payments pays, until the bank answers or it is withdrawn.</summary>
    Task<ImmutableHashSet<string>> ClaimsInFiles();
    /// <summary>One file; null where there is none of this id.</summary>
    Task<PaymentBatch?> Batch(string batch);
}

public sealed partial class ProgrammeGrain
{
    /// <inheritdoc/>
    public async Task<Reply<ProgrammeRefusal>> MakePaymentBatch(MakePaymentBatch command) => await Tell(
        command with { Payees = await Payees() }, BankDecisions.Decide);

    /// <inheritdoc/>
    public Task<Reply<ProgrammeRefusal>> WithdrawPaymentBatch(WithdrawPaymentBatch command) =>
        Tell(command, BankDecisions.Decide);

    /// <inheritdoc/>
    public Task<Reply<ProgrammeRefusal>> TakeBankStatement(TakeBankStatement command) =>
        Then(Tell(command, BankDecisions.Decide));

    /// <inheritdoc/>
    public Task<ImmutableArray<EntryOutcome>> PreviewStatement(BankStatement statement) => Read(state =>
        StatementMatching.Of(state, statement.Entries, NodaTime.Instant.MaxValue).Outcomes);

    /// <inheritdoc/>
    public async Task<BankView> Bank()
    {
        var payees = await Payees();
        return await Read(state => new BankView(
            [.. state.Banking.Batches.Values.OrderByDescending(b => b.MadeAt)],
            [.. state.Banking.Withdrawn],
            state.Banking.Batches.Values.ToImmutableDictionary(b => b.Id, b => b.Payments.Count(
                p => state.Banking.Waiting.GetValueOrDefault(p.Claim.Value) != b.Id)),
            [
                .. BankDecisions.ToPay(state)
                    .Where(c => payees.Any(p => p.Claim == c.Claim.Id && p is { Fault: null })),
            ],
            BankDecisions.LeftOut(state, payees)));
    }

    /// <inheritdoc/>
    public Task<ImmutableHashSet<string>> ClaimsInFiles() =>
        Read(state => state.Banking.Waiting.Keys.ToImmutableHashSet());

    /// <inheritdoc/>
    public Task<PaymentBatch?> Batch(string batch) => Read(state => state.Banking.Batches.GetValueOrDefault(batch));

    /// <summary>
    /// Whom each approved claim pays: the SME on the account that it was approved with, or the provider by what its
    /// platform says today.
    /// </summary>
    private async Task<ImmutableArray<Payee>> Payees()
    {
        if (Durable.Terms is not { } terms) return [];
        if (terms.PaymentMode.PaysAccount()) return [.. BankDecisions.ToPay(Durable).Select(BankDecisions.AccountOf)];
        var payees = ImmutableArray.CreateBuilder<Payee>();
        var providers = new Dictionary<PlatformId, Provider?>();
        foreach (var claim in BankDecisions.ToPay(Durable).Select(c => c.Claim).ToArray())
        {
            foreach (var platform in claim.Platforms)
                if (!providers.ContainsKey(platform))
                    providers[platform] =
                        (await GrainFactory.GetGrain<IPlatformGrain>(platform.Value).View())?.Profile.Provider;
            payees.Add(PayeeOf(claim, [.. claim.Platforms.Select(p => providers[p]).OfType<Provider>()]));
        }
        return payees.ToImmutable();
    }

    private static Payee PayeeOf(Claim claim, ImmutableArray<Provider> providers) =>
        providers.DistinctBy(p => Iban.Plain(p.Iban)).ToArray() is not [var provider]
            ? new(claim.Id, null, "Several providers delivered, or none is known. Pay it by hand.")
        : new(claim.Id, new(provider.LegalName, provider.Iban), Iban.Fault(provider.Iban));
}
