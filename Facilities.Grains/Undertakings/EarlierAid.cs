using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Undertakings;

/// <summary>One aid that a company, or another of its single undertaking, had from elsewhere.</summary>
/// <param name="GrantedOn">The day of the decision, not of the payment.</param>
/// <param name="Amount">As granted, gross.</param>
/// <param name="Basis">The act that it rests on.</param>
/// <param name="Authority">Who granted it.</param>
/// <param name="Country">Of the authority, ISO 3166-1 alpha-2.</param>
/// <param name="Recipient">Which enterprise of the undertaking got it; null for the company itself.</param>
/// <param name="Reference">Of the decision, which tells two alike apart; null where there is none.</param>
/// <param name="PerEuro">Units of its currency for one euro on the day of the grant; 1 for the euro.</param>
public sealed record EarlierAid(
    LocalDate GrantedOn, Money Amount, AidBasis Basis, string Authority, string Country, string? Recipient = null,
    string? Reference = null, decimal PerEuro = 1)
{
    private static readonly Currency Pound = new("GBP");

    /// <summary>What is wrong with it, by the name of the field; empty where nothing.</summary>
    public IEnumerable<(string Field, string Message)> Faults(LocalDate today)
    {
        if (GrantedOn > today) yield return ("grantedOn", "Aid is declared once it was granted.");
        if (GrantedOn.Year < 1990) yield return ("grantedOn", "Give the day of the grant, such as 2025-05-31.");
        if (!Amount.IsPositive) yield return ("amount", "The amount is above zero.");
        if (Basis == AidBasis.None) yield return ("basis", "What is no aid is not declared.");
        if (string.IsNullOrWhiteSpace(Authority) || Authority.Length > Limits.DeclaredName)
            yield return ("authority", $"Name the authority, with at most {Limits.DeclaredName} characters.");
        if (Recipient?.Length > Limits.DeclaredName)
            yield return ("recipient", $"Write at most {Limits.DeclaredName} characters.");
        if (Reference?.Length > Limits.DeclaredName)
            yield return ("reference", $"Write at most {Limits.DeclaredName} characters.");
        if (!GrantingCountries.All.Contains(Country))
            yield return ("country", $"\"{Country}\" is no country that is counted here; write DE, IT and so on.");
        if (Basis == AidBasis.MinimalFinancialAssistance && (Country != "GB" || Amount.Currency != Pound))
            yield return ("basis", "Minimal financial assistance is granted in the United Kingdom (GB), in pounds.");
        if (PerEuro <= 0 || (Amount.Currency == Currency.Eur && PerEuro != 1))
            yield return ("perEuro", "Give the rate of the grant day; a euro is one euro.");
        if (NeedsRate && PerEuro == 1)
            yield return ("perEuro", $"Give the ECB's rate of the grant day: how many {Amount.Currency} one euro was.");
    }

    /// <summary>What counts: in euros, or in pounds where the act counts in them.</summary>
    public Money Counts => NeedsRate ? EuroRate.Convert(Amount, PerEuro) : Amount;

    /// <summary>Entries of the register for what an account declared; the same aid has the same id each time.</summary>
    public static ImmutableArray<AidEntry> EntriesOf(AccountId account, IEnumerable<EarlierAid> declared)
    {
        EnterpriseId beneficiary = new(account.Value);
        return
        [
            .. from aid in declared
                group aid by aid.Digest into alike
                from numbered in alike.Select((aid, number) => (aid, number))
                select new AidEntry(
                    $"declared-{account}-{alike.Key}{(numbered.number == 0 ? "" : $"-{numbered.number + 1}")}",
                    beneficiary, numbered.aid.Country, numbered.aid.Basis, numbered.aid.GrantedOn, numbered.aid.Amount,
                    numbered.aid.Counts, numbered.aid.Authority, AidSource.Declared)
                {
                    Recipient = numbered.aid.Recipient,
                    PerEuro = numbered.aid.NeedsRate ? numbered.aid.PerEuro : null,
                },
        ];
    }

    /// <summary>What was declared before with what is added; the same aid once.</summary>
    public static ImmutableArray<EarlierAid> Union(
        ImmutableArray<EarlierAid> before, ImmutableArray<EarlierAid> added) =>
        [.. before.Concat(added).DistinctBy(aid => aid.Digest)];

    /// <summary>The same for the same aid, another for another.</summary>
    internal string Digest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(
        '\n', Words.IsoDay(GrantedOn), Amount.ToString(), Basis.ToString(), Authority.Trim(), Country, Recipient,
        Reference, PerEuro.ToString("0.######", CultureInfo.InvariantCulture)))))[..16];

    private bool NeedsRate => Basis != AidBasis.MinimalFinancialAssistance && Amount.Currency != Currency.Eur;
}
