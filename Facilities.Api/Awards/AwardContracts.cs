using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Undertakings;
using NodaTime;

namespace Facilities.Api.Awards;

/// <summary>A voucher for one company, without an application.</summary>
/// <param name="Activity">NACE class of the activity that it is for; left out for the company's main one.</param>
/// <param name="PerEuro">The ECB's rate of the day, where none was published and the ceiling is in euros.</param>
public sealed record AwardBody(AccountId AccountId, Money Amount, string Note = "", decimal? PerEuro = null,
    string? Activity = null);

/// <summary>What counts against a ceiling without an award and with it.</summary>
/// <param name="Adds">What the award counts, in the currency of the ceiling.</param>
/// <param name="PerEuro">The rate by which it counts; null where the currencies are one.</param>
/// <param name="RateDay">The day that the ECB published it for; null where an officer gave it.</param>
public sealed record AidChange(
    string Country, AidBasis Basis, LocalDate WindowFrom, Money Before, Money Adds, Money After, Money Ceiling,
    bool Fits, string Reason, decimal? PerEuro, LocalDate? RateDay)
{
    /// <summary>What may still be granted afterwards.</summary>
    public Money Left => Money.Max(Ceiling - After, Money.Zero(Ceiling.Currency));
}

/// <summary>What an award would do; nothing is done yet.</summary>
/// <param name="Free">What is left of the budget before it.</param>
/// <param name="Rules">Every rule of the programme, met or not.</param>
/// <param name="Aid">Null where the act has no ceiling, or where what it counts is not known.</param>
/// <param name="Faults">Why it would be refused, all at once; empty where it would be awarded.</param>
public sealed record AwardPreview(
    AccountId AccountId, string? AccountName, Money Amount, Money Free, ImmutableArray<RuleCheck> Rules,
    AidChange? Aid, ImmutableArray<Fault> Faults)
{
    /// <summary>What would be awarded at a lower rate, where all of it does not fit; null where nothing.</summary>
    public LesserAid? Instead { get; init; }

    /// <summary>What would be awarded: the amount, or less at a lower rate.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public Money Awarded => Instead?.Amount ?? Amount;
}
