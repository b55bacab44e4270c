using System.Text.Json.Serialization;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Instalments;

/// <summary>What makes a claim an advance: it is paid before anything was delivered.</summary>
/// <param name="Share">Which part it is of what the booking reserved.</param>
/// <param name="Reserved">What the booking reserved of the voucher.</param>
/// <param name="PayBy">The last day on which the funder pays it.</param>
public sealed record AdvanceTerms(Percentage Share, Money Reserved, LocalDate PayBy);

/// <summary>What became of an advance beside its payment.</summary>
public sealed record AdvanceStanding
{
    /// <summary>Nothing yet.</summary>
    public static readonly AdvanceStanding Nothing = new();

    /// <summary>Why its booking claims nothing; null as long as it may.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Over { get; init; }

    /// <summary>What the claim for the delivery was approved with of it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Money? Used { get; init; }

    /// <summary>
    /// That the bank returned the payment although it had been earned or paid back in part: what the company paid back
    /// of money that it never had, and gets with the next payment. Null where that did not happen.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Money? Refund { get; init; }

    /// <summary>How many amounts the wallet was told to take back.</summary>
    public int Freed { get; init; }
}

/// <summary>What a wallet is still to be told of an advance.</summary>
/// <param name="Claim">The advance.</param>
/// <param name="Number">From 1, so that each is taken once and in order.</param>
/// <param name="Amount">How much.</param>
/// <param name="ForGood">Whether it leaves the voucher, rather than being the voucher's again.</param>
public sealed record FreedAdvance(ClaimId Claim, int Number, Money Amount, bool ForGood);
