using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;

namespace Facilities.Grains.Banking;

/// <summary>What happens between a programme and its bank.</summary>
public abstract record BankEvent : ProgrammeEvent;

/// <summary>A file of payments was made; its claims wait for the bank's answer.</summary>
public sealed record PaymentBatchMade(PaymentBatch Batch) : BankEvent;

/// <summary>A file was withdrawn before the bank paid any of it; its claims can go into another.</summary>
public sealed record PaymentBatchWithdrawn(string Batch, string ByName) : BankEvent;

/// <summary>The bank refused a payment, or it came back: the claim is to be paid again.</summary>
/// <param name="Claim">The claim.</param>
/// <param name="WasPaid">Whether it counted as paid.</param>
/// <param name="Reason">As the bank says.</param>
public sealed record ClaimPaymentReturned(ClaimId Claim, bool WasPaid, string Reason) : BankEvent;

/// <summary>A statement of the bank was taken in; these of its entries were acted upon.</summary>
/// <param name="Statements">Ids of the statements in the file.</param>
/// <param name="FileHash">SHA-256 of the file.</param>
/// <param name="Entries">Statement and entry of each, so that none counts twice.</param>
/// <param name="ByName">Who took it in.</param>
public sealed record BankStatementTaken(
    ImmutableArray<string> Statements, string FileHash, ImmutableArray<string> Entries, string ByName) : BankEvent;
