using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;

namespace Facilities.Grains.Funding;

/// <summary>What a programme pays of an eligible cost, before any cap or balance.</summary>
/// <param name="Net">Of the net price.</param>
/// <param name="Vat">Of the VAT, where the programme funds it.</param>
/// <param name="Rate">The rate that applied.</param>
/// <param name="Rule">In words.</param>
/// <param name="Refusal">Why nothing is funded; null where something is.</param>
public sealed record VoucherShare(Money Net, Money Vat, Percentage Rate, string Rule, string? Refusal = null)
{
    /// <summary>What is paid in all.</summary>
    public Money Amount => Net + Vat;

    /// <summary>
    /// The share of a programme: the cost less a fixed own contribution, at the flat rate or the rate of its bracket,
    /// on VAT too where that is funded. The cost is one figure, so that the cent is rounded once.
    /// </summary>
    /// <param name="terms">The programme.</param>
    /// <param name="net">The eligible net cost, co-financing taken off.</param>
    /// <param name="vat">The VAT on it that counts as cost; zero where the programme does not fund it.</param>
    /// <param name="rates">Where the order is in another currency; null where it is in the programme's.</param>
    public static VoucherShare Of(ProgrammeTerms terms, Money net, Money vat, OrderRates? rates = null)
    {
        var rules = terms.EffectiveRules;
        rates ??= new(net.Currency, net.Currency, null);
        var (zero, cost) = (Money.Zero(net.Currency), rates.InProgramme(net));
        if (rules.CostMin is { } least && cost < least)
            return new(zero, zero, terms.Rate, "", $"it funds orders from {Words.Money(least)} on, and the eligible "
                + $"cost is {Words.Money(net)}{rates.Beside(cost)}");
        if (RateFor(terms, cost) is not { } rate)
            return new(zero, zero, terms.Rate, "", $"no rate of it is for a cost of {Words.Money(net)}"
                + $"{rates.Beside(cost)}: {Words.List([.. rules.Brackets.Select(InWords)])}");
        var own = Money.Min(rules.OwnContribution is { } fixedPart ? rates.InOrder(fixedPart) : zero, net);
        var ownVat = net.IsZero ? zero : Round(vat.Amount * own.Amount / net.Amount, rules.Rounding, net.Currency);
        var (fundedNet, fundedVat) = (net - own, vat - ownVat);
        var all = Round((fundedNet + fundedVat).Amount * rate.Value / 100, rules.Rounding, net.Currency);
        var ofNet = Money.Min(all, Round(fundedNet.Amount * rate.Value / 100, rules.Rounding, net.Currency));
        return new(ofNet, all - ofNet, rate, RuleOf(rules, rate, own));
    }

    private static Percentage? RateFor(ProgrammeTerms terms, Money cost) => terms.EffectiveRules.Brackets.IsEmpty
        ? terms.Rate
        : terms.EffectiveRules.Brackets.FirstOrDefault(b => b.From <= cost && cost < b.Below)?.Rate;

    private static Money Round(decimal amount, Rounding rounding, Currency currency) => rounding == Rounding.Down
        ? Money.Of(decimal.Round(amount, 2, MidpointRounding.ToZero), currency)
        : Money.Rounded(amount, currency);

    private static string RuleOf(ProgrammeRules rules, Percentage rate, Money own) =>
        own.IsPositive ? $"{rate} after an own contribution of {Words.Money(own)}" : $"{rate}";

    private static string InWords(RateBracket bracket) =>
        $"{bracket.Rate} from {Words.Money(bracket.From)} to below {Words.Money(bracket.Below)}";

    /// <summary>How the share was rounded, in words.</summary>
    public static string RoundingInWords(Rounding rounding) =>
        rounding == Rounding.Down ? "rounded down to the cent" : "rounded half up to the cent";
}
