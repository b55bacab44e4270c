using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Rates;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Pricing;

/// <summary>A price explained and sealed: what an account pays for its items, each figure with its reason.</summary>
/// <param name="Id">The quote.</param>
/// <param name="Account">For whom.</param>
/// <param name="At">When it was made; agreements and vouchers count as of then.</param>
/// <param name="ValidUntil">Until when the price is honoured.</param>
/// <param name="Seal"><c>sha256:</c> and the hash of everything else in the quote.</param>
/// <param name="Items">What is bought.</param>
/// <param name="Funding">Who pays part of it, in order.</param>
/// <param name="Tax">VAT by country and category.</param>
/// <param name="Net">Sum of the items.</param>
/// <param name="TaxTotal">Sum of the tax.</param>
/// <param name="Gross">Net and tax.</param>
/// <param name="AccountPays">Gross less funding: what it costs the account in the end.</param>
/// <param name="Notes">What did not apply and why, such as a voucher in another currency.</param>
public sealed record Quote(
    QuoteId Id, AccountId Account, Instant At, Instant ValidUntil, string Seal, ImmutableArray<QuotedItem> Items,
    ImmutableArray<FundingShare> Funding, ImmutableArray<TaxLine> Tax, Money Net, Money TaxTotal, Money Gross,
    Money AccountPays, ImmutableArray<string> Notes) : IWrittenOnce
{
    private readonly WrittenJson _written = new();

    WrittenJson IWrittenOnce.Written => _written;

    /// <summary>The currency of the order.</summary>
    public Currency Currency => Net.Currency;

    /// <summary>
    /// NACE class of the activity that the work is for; null, and left out of what is sealed, where it is the account's
    /// main one.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Activity { get; init; }

    /// <summary>What funders pay the account back, once it has paid the providers.</summary>
    [JsonIgnore]
    public Money PaidBack => FundingShare.PaidBackOf(Funding, Currency);

    /// <summary>What the account pays the providers: its own part, and what it is paid back afterwards.</summary>
    [JsonIgnore]
    public Money PaysProviders => AccountPays + PaidBack;
}

/// <summary>One service at one slot, priced.</summary>
/// <param name="Id">Unique within the quote.</param>
/// <param name="Platform">Where.</param>
/// <param name="Service">What.</param>
/// <param name="ServiceName">As it was called when quoted.</param>
/// <param name="Start">When it starts.</param>
/// <param name="End">When it ends.</param>
/// <param name="Duration">How long, as asked for.</param>
/// <param name="Quantity">How many.</param>
/// <param name="Options">Extras.</param>
/// <param name="Tariff">Which price and why.</param>
/// <param name="Lines">How the price comes about.</param>
/// <param name="Net">Sum of the lines.</param>
/// <param name="Cancellation">The ladder as it stood, longest notice first.</param>
/// <param name="Approval">Whether the facility approves it.</param>
/// <param name="PricePer">The time that one price covers, as it stood; null where the price is per unit.</param>
/// <param name="Category">The kind of service, by which vouchers judge it.</param>
/// <param name="TaxIndex">Which line of the quote's tax the item belongs to, from 0.</param>
public sealed record QuotedItem(
    ItemId Id, PlatformId Platform, ServiceId Service, string ServiceName, Instant Start, Instant End, Length Duration,
    int Quantity, ImmutableArray<ChosenOption> Options, Tariff Tariff, ImmutableArray<PriceLine> Lines, Money Net,
    ImmutableArray<CancellationRung> Cancellation, ApprovalRule Approval, Length? PricePer = null, string Category = "",
    int TaxIndex = 0)
{
    /// <summary>What else its price depends on, as it stood; left out of what is sealed where nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public QuotedTerms? Terms { get; init; }

    /// <summary>
    /// Whether it was cancelled on its own: its only line is the fee, which no public money pays. Never in a quote.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Dropped { get; init; }

    /// <summary>The item of the quote that it was split off from; null for those of the quote themselves.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ItemId? PartOf { get; init; }

    /// <summary>How long the operator works in it, where there is one.</summary>
    [JsonIgnore]
    public Length OperatorTime => Terms?.OperatorTime(Duration) ?? Duration;
}

/// <summary>An extra with its number.</summary>
/// <param name="OptionId">Which.</param>
/// <param name="Quantity">How many; at least 1.</param>
public sealed record ChosenOption(OptionId OptionId, int Quantity);

/// <summary>The tariff class that applies, and why.</summary>
/// <param name="Class">Which class.</param>
/// <param name="Reason">In words.</param>
/// <param name="Agreement">The agreement that it rests on, where it does.</param>
public sealed record Tariff(TariffClass Class, string Reason, AgreementId? Agreement = null);

/// <summary>One line of a price.</summary>
/// <param name="Kind">What it pays for.</param>
/// <param name="Description">In words.</param>
/// <param name="Quantity">Exact, never rounded up.</param>
/// <param name="UnitPrice">Net price of one.</param>
/// <param name="Amount">Quantity times unit price, rounded half up to the cent.</param>
public sealed record PriceLine(PriceLineKind Kind, string Description, decimal Quantity, Money UnitPrice, Money Amount);

/// <summary>What a price line pays for.</summary>
public enum PriceLineKind
{
    /// <summary>The time or unit itself.</summary>
    Time,
    /// <summary>Set-up, once per item.</summary>
    Setup,
    /// <summary>The operator's hours.</summary>
    Operator,
    /// <summary>An extra.</summary>
    Option,
    /// <summary>A reduction.</summary>
    Discount,
    /// <summary>An addition.</summary>
    Surcharge,
}

/// <summary>A part of the price that somebody else pays.</summary>
/// <param name="Kind">Voucher or co-financing.</param>
/// <param name="Id">The voucher id, or the agreement id.</param>
/// <param name="Name">As people know it.</param>
/// <param name="Amount">What is paid.</param>
/// <param name="Reason">How it was reckoned.</param>
/// <param name="Payer">The programme id or cluster id that pays.</param>
public sealed record FundingShare(FundingKind Kind, string Id, string Name, Money Amount, string Reason, string Payer)
{
    /// <summary>
    /// Whether it is paid to the account after that has paid the providers, rather than to them; left out of what is
    /// sealed where it is not.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ToAccount { get; init; }

    /// <summary>
    /// What it takes of the voucher where that is in another currency, at the rates of the quote; left out of what is
    /// sealed where it takes the very amount.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Converted? Charged { get; init; }

    /// <summary>What the voucher, its claim and its ledger count of it: in the currency of the programme.</summary>
    [JsonIgnore]
    public Money OfVoucher => Charged?.Amount ?? Amount;

    /// <summary>What is paid back to the account of some shares.</summary>
    public static Money PaidBackOf(IEnumerable<FundingShare> shares, Currency currency) =>
        Money.Sum(shares.Where(s => s.ToAccount).Select(s => s.Amount), currency);
}

/// <summary>Who else pays.</summary>
public enum FundingKind
{
    /// <summary>A cluster, by the annex coFinancing of an agreement.</summary>
    CoFinancing,
    /// <summary>A funder, by a voucher.</summary>
    Voucher,
}

/// <summary>VAT on one base.</summary>
/// <param name="Country">The provider's country.</param>
/// <param name="Category">EN 16931 code: S, AE, O, E, Z or G.</param>
/// <param name="Rate">Percent.</param>
/// <param name="Base">The full net price; funding never reduces it (Directive 2006/112/EC, Art. 73).</param>
/// <param name="Amount">Base times rate, rounded half up to the cent.</param>
/// <param name="Reason">In words.</param>
public sealed record TaxLine(string Country, string Category, decimal Rate, Money Base, Money Amount, string Reason);
