using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Undertakings;

namespace Facilities.Grains.Programmes;

/// <summary>
/// What a programme under Article 28 of Regulation (EU) 651/2014 does where an award at more than half of the cost
/// would pass EUR 220,000 of support in three years.
/// </summary>
public enum AboveSupportCeiling
{
    /// <summary>It is refused.</summary>
    Refuse,
    /// <summary>All of it is awarded at half of the cost, for which the act names no such ceiling.</summary>
    FallBackTo50,
}

/// <summary>
/// The ceiling of innovation support: more than half of the cost is paid only while all support of the undertaking in
/// three years stays within it (Regulation (EU) 651/2014, Article 28(3) and (4)).
/// </summary>
public static class SupportCeiling
{
    /// <summary>The share of the cost for which the act names no ceiling of support.</summary>
    public static readonly Percentage Half = new(50);

    /// <summary>What an undertaking may have in three years where more than half of the cost is paid.</summary>
    public static Money Ceiling => AidCeiling.Of(AidBasis.InnovationAid)!.Value;

    /// <summary>The highest rate of a programme, whatever the cost.</summary>
    public static Percentage HighestRate(ProgrammeTerms terms) => terms.EffectiveRules.Brackets.IsEmpty
        ? terms.Rate
        : terms.EffectiveRules.Brackets.Max(bracket => bracket.Rate);

    /// <summary>Whether a programme pays more than half of the cost as innovation aid.</summary>
    public static bool IsAskedOf(ProgrammeTerms terms) =>
        Eligibility.BasisOf(terms)?.Act == AidBasis.InnovationAid && HighestRate(terms).Value > Half.Value;

    /// <summary>Whether a voucher carries half of the cost because its award passed the ceiling.</summary>
    public static bool FellBack(ProgrammeTerms carried) =>
        carried.EffectiveRules.AboveSupportCeiling == AboveSupportCeiling.FallBackTo50 && !IsAskedOf(carried);

    /// <summary>The rate that an entry of the register keeps; null where its act asks for none.</summary>
    public static Percentage? RateOf(ProgrammeTerms terms) =>
        Eligibility.BasisOf(terms)?.Act == AidBasis.InnovationAid ? HighestRate(terms) : null;

    /// <summary>The terms that a voucher carries which may pay no more than a share of the cost.</summary>
    public static ProgrammeTerms AtMost(ProgrammeTerms terms, Percentage? rate)
    {
        if (rate is not { } most) return terms;
        var brackets = terms.EffectiveRules.Brackets.Select(b => b with { Rate = Lower(b.Rate, most) });
        return terms with
        {
            Rate = Lower(terms.Rate, most),
            Rules = terms.Rules is { } rules ? rules with { Brackets = [.. brackets] } : null,
        };
    }

    /// <summary>
    /// What is awarded instead where the full rate does not fit: for the same work, so that the amount falls as the
    /// highest rate does, rounded down. Null where the programme refuses, or nothing would be left.
    /// </summary>
    /// <param name="terms">The programme.</param>
    /// <param name="amount">What was to be awarded.</param>
    /// <param name="perEuro">Units of its currency for one euro; null where it is in euros.</param>
    public static LesserAid? Instead(ProgrammeTerms terms, Money amount, decimal? perEuro)
    {
        if (terms.EffectiveRules.AboveSupportCeiling != AboveSupportCeiling.FallBackTo50 || !IsAskedOf(terms))
            return null;
        var lesser = Money.Of(
            decimal.Round(amount.Amount * Half.Value / HighestRate(terms).Value, 2, MidpointRounding.ToZero),
            amount.Currency);
        if (!lesser.IsPositive) return null;
        if (amount.Currency == Currency.Eur) return new(Half, lesser, lesser);
        return perEuro is > 0 ? new(Half, lesser, EuroRate.Convert(lesser, perEuro.Value)) : null;
    }

    /// <summary>
    /// What a programme makes of a register's answer: nothing stands against half of the cost, and what does not fit
    /// at more may be awarded at half.
    /// </summary>
    /// <param name="terms">The programme.</param>
    /// <param name="answer">Whether the amount fits under the ceiling.</param>
    /// <param name="amount">What was asked, in the programme's currency.</param>
    /// <param name="perEuro">Units of that currency for one euro; null where it is in euros.</param>
    public static AidAnswer Judge(ProgrammeTerms terms, AidAnswer answer, Money amount, decimal? perEuro = null)
    {
        if (answer.Fits || Eligibility.BasisOf(terms)?.Act != AidBasis.InnovationAid) return answer;
        if (!IsAskedOf(terms))
            return answer with
            {
                Fits = true,
                Reason = $"{Words.Money(answer.Sum)} of support counts since {Words.Day(answer.WindowFrom)}. The "
                    + $"programme pays up to {HighestRate(terms)} of the cost, for which the act names no ceiling.",
            };
        return Instead(terms, amount, perEuro) is not { } lesser ? answer : answer with
        {
            Instead = lesser,
            Reason = $"{answer.Reason} At {HighestRate(terms)} it is not allowed. All of it falls to {Half} of the "
                + $"cost: {Words.Money(lesser.Amount)} instead of {Words.Money(amount)}, for the same work.",
        };
    }

    /// <summary>Why an award is half of the cost, as a sentence for letters and pages.</summary>
    public static string Why(ProgrammeTerms terms, LesserAward fell) =>
        $"{Words.Money(fell.InsteadOf)} at {HighestRate(terms)} would have passed {Words.Money(Ceiling)} of innovation "
            + "support in three years (Regulation (EU) 651/2014, Article 28(4)). The award therefore pays "
            + $"{fell.Rate} of the cost of the same work, which is {Words.Money(fell.Amount)}.";

    private static Percentage Lower(Percentage rate, Percentage most) => rate.Value <= most.Value ? rate : most;
}

/// <summary>That an award was made at a lower rate than the programme's, and what it replaced.</summary>
/// <param name="Rate">The highest share of the cost that its voucher pays.</param>
/// <param name="Amount">What was awarded.</param>
/// <param name="InsteadOf">What would have been awarded at the full rate.</param>
public sealed record LesserAward(Percentage Rate, Money Amount, Money InsteadOf);
