using System.Text.Json.Serialization;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Runtime;
using NodaTime;

namespace Facilities.Grains.Debts;

/// <summary>What happens to an amount that is owed back to a programme.</summary>
public abstract record DebtEvent(ClaimId Claim, int Number) : ProgrammeEvent;

/// <summary>A company owes back what was advanced and is not due to it.</summary>
/// <param name="Claim">The claim that was paid.</param>
/// <param name="Number">Of the debt, within the claim.</param>
/// <param name="Amount">How much.</param>
/// <param name="ForGood">The part of it that was claimed and rejected.</param>
/// <param name="DueOn">The last day for it.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="Reference">What the transfer is to name.</param>
public sealed record DebtArose(
    ClaimId Claim, int Number, Money Amount, Money ForGood, LocalDate DueOn, string Reason, string Reference)
    : DebtEvent(Claim, Number);

/// <summary>Money came back.</summary>
/// <param name="Claim">The claim that was paid.</param>
/// <param name="Number">Of the debt, within the claim.</param>
/// <param name="Amount">How much, in the programme's currency; null for all that was owed.</param>
/// <param name="ForGood">Whether it is of the part that was rejected.</param>
/// <param name="Reference">By which the bank knows the transfer.</param>
/// <param name="ByName">Who recorded it; null where a statement of the bank did.</param>
public sealed record DebtRepaid(
    ClaimId Claim, int Number, Money? Amount, bool ForGood, string Reference, string? ByName)
    : DebtEvent(Claim, Number)
{
    /// <summary>What came where that is in another currency; left out of rows otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Money? OfOrder { get; init; }
}

/// <summary>What was owed is not any more: the bank did not pay, or the whole came back.</summary>
public sealed record DebtLifted(ClaimId Claim, int Number, string Reason) : DebtEvent(Claim, Number);

/// <summary>A facility or a company had paid back what it owed for a credit; older programs wrote it.</summary>
public sealed record CreditRepaid(string Reference, string ByName, ClaimId Claim, int Number) : IFormerEvent
{
    /// <inheritdoc/>
    public object Now() => new DebtRepaid(Claim, Number, null, false, Reference, ByName);
}

/// <summary>What was owed for a credit was not any more; older programs wrote it.</summary>
public sealed record CreditLifted(string Reason, ClaimId Claim, int Number) : IFormerEvent
{
    /// <inheritdoc/>
    public object Now() => new DebtLifted(Claim, Number, Reason);
}

/// <summary>A company owed back what was not due to it of an advance; older programs wrote it.</summary>
public sealed record AdvanceReclaimed(
    ClaimId Claim, Money Amount, Money ForGood, LocalDate DueOn, string Reason, string Reference) : IFormerEvent
{
    /// <inheritdoc/>
    public object Now() => new DebtArose(Claim, 1, Amount, ForGood, DueOn, Reason, Reference);
}

/// <summary>A company had paid back of an advance; older programs wrote it.</summary>
public sealed record AdvanceRepaid(
    ClaimId Claim, Money Amount, bool ForGood, string Reference, string? ByName) : IFormerEvent
{
    /// <inheritdoc/>
    public object Now() => new DebtRepaid(Claim, 1, Amount, ForGood, Reference, ByName);
}
