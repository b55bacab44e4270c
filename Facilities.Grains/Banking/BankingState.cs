using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;

namespace Facilities.Grains.Banking;

/// <summary>What a programme asked its bank to pay, and what it heard of it.</summary>
/// <param name="Batches">Every file, withdrawn ones too.</param>
/// <param name="Withdrawn">Files that were withdrawn.</param>
/// <param name="Waiting">Claims that wait for the bank's answer, with their file.</param>
/// <param name="Payments">Every payment of a file by the id that the bank answers with: its file and claim.</param>
/// <param name="Entries">Entries of statements that were acted upon.</param>
/// <param name="Told">Claims whose booking knows that they were paid, although the payment came back since.</param>
public sealed record BankingState(
    ImmutableSortedDictionary<string, PaymentBatch> Batches, ImmutableSortedSet<string> Withdrawn,
    ImmutableSortedDictionary<string, string> Waiting, ImmutableSortedDictionary<string, BankedPayment> Payments,
    ImmutableSortedSet<string> Entries, ImmutableSortedSet<string> Told)
{
    /// <summary>Nothing was asked of a bank.</summary>
    public static readonly BankingState Nothing = new(
        ImmutableSortedDictionary<string, PaymentBatch>.Empty, [], ImmutableSortedDictionary<string, string>.Empty,
        ImmutableSortedDictionary<string, BankedPayment>.Empty, [], []);

    /// <summary>The state after an event.</summary>
    public static BankingState Evolve(BankingState state, BankEvent happened) => happened switch
    {
        PaymentBatchMade e => state with
        {
            Batches = state.Batches.Add(e.Batch.Id, e.Batch),
            Waiting = state.Waiting.SetItems(
                e.Batch.Payments.Select(p => KeyValuePair.Create(p.Claim.Value, e.Batch.Id))),
            Payments = state.Payments.AddRange(e.Batch.Payments.Select(
                p => KeyValuePair.Create(p.EndToEndId, new BankedPayment(e.Batch.Id, p.Claim, p.Amount)))),
        },
        PaymentBatchWithdrawn e => state with
        {
            Withdrawn = state.Withdrawn.Add(e.Batch),
            Waiting = state.Waiting.RemoveRange(state.Batches[e.Batch].Payments.Select(p => p.Claim.Value)
                .Where(claim => state.Waiting.GetValueOrDefault(claim) == e.Batch)),
        },
        ClaimPaymentReturned e => state.Answered(e.Claim),
        BankStatementTaken e => state with { Entries = state.Entries.Union(e.Entries) },
        _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot happen at a bank."),
    };

    /// <summary>The bank answered for a claim.</summary>
    public BankingState Answered(ClaimId claim) => this with { Waiting = Waiting.Remove(claim.Value) };
}

/// <summary>A payment by the id that the bank answers with.</summary>
public sealed record BankedPayment(string Batch, ClaimId Claim, Money Amount);
