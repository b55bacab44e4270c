using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Enterprises;

/// <summary>
/// A node of the ownership around an SME, as its declaration tells it: a company, a person or a body that holds shares.
/// </summary>
/// <param name="Id">Unique within the declaration.</param>
/// <param name="Name">Legal name.</param>
/// <param name="Kind">What it is; decides whether a holding of it counts.</param>
/// <param name="Market">
/// The market it works in, such as a NACE class; enterprises of one market that one person controls are linked. Null
/// where it is not known, which links nobody.
/// </param>
/// <param name="Periods">Its approved accounts, one for each year.</param>
public sealed record Enterprise(
    EnterpriseId Id, string Name, EnterpriseKind Kind, string? Market, ImmutableArray<AccountPeriod> Periods);

/// <summary>What an owner is (Recommendation 2003/361/EC, Annex, Article 3(2) and (4)).</summary>
public enum EnterpriseKind
{
    /// <summary>A company, or whoever else trades.</summary>
    Company,
    /// <summary>A natural person.</summary>
    Person,
    /// <summary>The state, a region, a large town; a quarter in such hands ends the status of an SME.</summary>
    PublicBody,
    /// <summary>A public investment corporation.</summary>
    PublicInvestmentCorporation,
    /// <summary>A venture capital company.</summary>
    VentureCapital,
    /// <summary>A business angel with less than EUR 1.25 million in the company.</summary>
    BusinessAngel,
    /// <summary>A university or a research centre without profit.</summary>
    University,
    /// <summary>An institutional investor, a regional development fund included.</summary>
    InstitutionalInvestor,
    /// <summary>A local authority with a budget below EUR 10 million and fewer than 5,000 inhabitants.</summary>
    SmallLocalAuthority,
}

/// <summary>The figures of one accounting year (Article 4 and 5 of the Annex).</summary>
/// <param name="EndsOn">The last day of the year.</param>
/// <param name="ApprovedOn">When the accounts were approved; they count from then on.</param>
/// <param name="Staff">Annual work units; part-time work as fractions, owners who work counted.</param>
/// <param name="Turnover">Without VAT.</param>
/// <param name="BalanceSheet">The total.</param>
/// <param name="PerEuro">Units of the accounts' currency for one euro, average of the year; 1 for the euro.</param>
/// <param name="IsEstimate">Whether it is an estimate in good faith of a new enterprise (Article 4(3)).</param>
public sealed record AccountPeriod(
    LocalDate EndsOn, LocalDate ApprovedOn, decimal Staff, Money Turnover, Money BalanceSheet, decimal PerEuro = 1,
    bool IsEstimate = false)
{
    /// <summary>The figures in euros.</summary>
    public SizeFigures Figures => new(Staff, Turnover.Amount / PerEuro, BalanceSheet.Amount / PerEuro);
}

/// <summary>One enterprise holds shares of another, or controls it without.</summary>
/// <param name="Owner">Who holds.</param>
/// <param name="Owned">What is held.</param>
/// <param name="Capital">Of the capital.</param>
/// <param name="Votes">Of the voting rights.</param>
/// <param name="Control">Control beyond the votes.</param>
public sealed record Holding(
    EnterpriseId Owner, EnterpriseId Owned, Percentage Capital, Percentage Votes, Control Control = Control.None)
{
    /// <summary>The higher of the two shares, which is the one that counts for partners (Article 6(2)).</summary>
    public decimal Share => decimal.Max(Capital.Value, Votes.Value);
}

/// <summary>How one enterprise may control another beyond the majority of votes (Article 3(3) of the Annex).</summary>
public enum Control
{
    /// <summary>Not beyond its votes.</summary>
    None,
    /// <summary>It may appoint or remove the majority of the board.</summary>
    Board,
    /// <summary>A contract or the articles give it a dominant influence.</summary>
    Contract,
    /// <summary>By agreement with other owners it alone controls the majority of the votes.</summary>
    Agreement,
}

/// <summary>The ownership around one enterprise, as declared on a day.</summary>
/// <param name="Subject">The enterprise in question.</param>
/// <param name="Enterprises">It and all that hold or are held, directly or through others.</param>
/// <param name="Holdings">Who holds what.</param>
public sealed partial record Ownership(
    EnterpriseId Subject, ImmutableArray<Enterprise> Enterprises, ImmutableArray<Holding> Holdings)
{
    internal Enterprise Of(EnterpriseId id) => Enterprises.First(e => e.Id == id);
}
