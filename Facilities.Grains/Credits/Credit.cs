using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using NodaTime;

namespace Facilities.Grains.Credits;

/// <summary>What of one line of an invoice is to be credited; exactly one of the three is given.</summary>
/// <param name="Item">Which item of the booking.</param>
/// <param name="Line">Which line of it, from 1, as the final price lists them.</param>
/// <param name="Percent">Of the line as invoiced, above 0 up to 100.</param>
/// <param name="Quantity">How many of the line, by its unit price.</param>
/// <param name="Amount">A net amount.</param>
public sealed record CreditLine(ItemId Item, int Line, decimal? Percent, decimal? Quantity, Money? Amount);

/// <summary>What a facility wants to credit: some lines, or a share of the whole.</summary>
/// <param name="Platform">Whose invoice.</param>
/// <param name="Percent">Of every line as invoiced, at most what is left; 100 for all that is left.</param>
/// <param name="Lines">Some lines, where no share of the whole is given.</param>
/// <param name="Reason">In words; the company and the funders read it.</param>
public sealed record CreditWish(
    PlatformId Platform, decimal? Percent, ImmutableArray<CreditLine> Lines, string Reason);

/// <summary>What of one line is credited.</summary>
/// <param name="Item">Which item.</param>
/// <param name="Line">Which line of it, from 1.</param>
/// <param name="Quantity">How many, where it was asked for by quantity; otherwise 1.</param>
/// <param name="Amount">Net.</param>
public sealed record CreditedLine(ItemId Item, int Line, decimal Quantity, Money Amount);

/// <summary>What one payer pays less.</summary>
/// <param name="Kind">Voucher or co-financing.</param>
/// <param name="Id">The voucher id, or the agreement id.</param>
/// <param name="Payer">The programme id or cluster id.</param>
/// <param name="Name">As people know it.</param>
/// <param name="Amount">How much less.</param>
/// <param name="ToAccount">Whether it is paid to the account rather than to the provider.</param>
/// <param name="FellBack">Whether the funder had rejected it: the account owed it, and owes that much less.</param>
public sealed record CreditedShare(
    FundingKind Kind, string Id, string Payer, string Name, Money Amount, bool ToAccount, bool FellBack)
{
    /// <summary>What the voucher gets back where it is in another currency; left out of rows otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Money? Charged { get; init; }

    /// <summary>What the voucher, its claim and its ledger count of it.</summary>
    [JsonIgnore]
    public Money OfVoucher => Charged ?? Amount;

    /// <summary>Whether a claim is lowered by it: less than a cent of another currency changes none.</summary>
    [JsonIgnore]
    public bool IsClaimed => Kind == FundingKind.Voucher && OfVoucher.IsPositive;
}

/// <summary>
/// A credit on an invoice of a delivered booking, with what everybody pays less. The gross amount is the sum of what
/// payers pay the provider less and of what the account does, to the cent.
/// </summary>
/// <param name="Number">From 1 within the booking.</param>
/// <param name="Platform">Whose invoice.</param>
/// <param name="Percent">The share of the whole that was asked for; null where lines were.</param>
/// <param name="Lines">What is credited of each line.</param>
/// <param name="Left">The final figures with all credits.</param>
/// <param name="Net">Net amount of the credit note.</param>
/// <param name="Gross">With VAT.</param>
/// <param name="Shares">What payers pay less.</param>
/// <param name="Account">What the account pays the provider less.</param>
/// <param name="FromInvoice">Of that, what it had not paid yet: the invoice asks for so much less.</param>
/// <param name="ByRefund">Of that, what goes back the way it was paid.</param>
/// <param name="ByTransfer">What the provider transfers back to it.</param>
/// <param name="TransferBy">The last day for that, in the booking's zone; null where nothing is transferred.</param>
/// <param name="Reason">In words.</param>
public sealed record Credit(
    int Number, PlatformId Platform, decimal? Percent, ImmutableArray<CreditedLine> Lines, Settlement Left, Money Net,
    Money Gross, ImmutableArray<CreditedShare> Shares, Money Account, Money FromInvoice, Money ByRefund,
    Money ByTransfer, LocalDate? TransferBy, string Reason)
{
    /// <summary>The claim that a share of a voucher is claimed by.</summary>
    public static ClaimId ClaimOf(BookingId booking, string voucher) => new($"c-{booking}-{voucher}");
}

/// <summary>A credit with what became of it.</summary>
/// <param name="Credit">As it was decided.</param>
/// <param name="ByName">Who decided it.</param>
/// <param name="At">When.</param>
public sealed record BookedCredit(Credit Credit, string ByName, Instant At)
{
    /// <summary>The credit note; null until it is issued.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public InvoiceId? Note { get; init; }

    /// <summary>Its number in the provider's series.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NoteNumber { get; init; }

    /// <summary>Whether the provider said that it transferred what it owed the account.</summary>
    public bool IsTransferred { get; init; }

    /// <summary>Vouchers whose funder has its money, or never paid it.</summary>
    public ImmutableSortedSet<string> Settled { get; init; } = [];

    /// <summary>Whether nobody owes anything for it any more.</summary>
    [JsonIgnore]
    public bool IsSettled => NoteNumber is not null && (Credit.ByTransfer.IsZero || IsTransferred)
        && Credit.Shares.All(s => !s.IsClaimed || Settled.Contains(s.Id));
}

/// <summary>What happens to a booking by credits on its invoices.</summary>
public abstract record BookingCreditEvent : BookingEvent;

/// <summary>A facility credited something; credit note, funders and clusters follow.</summary>
public sealed record BookingCredited(Credit Credit, string ByName) : BookingCreditEvent;

/// <summary>The credit note took the next number of the provider's series.</summary>
public sealed record CreditNoted(int Number, InvoiceId Note, string NoteNumber) : BookingCreditEvent;

/// <summary>A funder has back what it pays less, or need not pay it.</summary>
public sealed record CreditSettled(int Number, VoucherId Voucher) : BookingCreditEvent;

/// <summary>The facility said that it transferred what it owed the account.</summary>
public sealed record CreditTransferred(int Number, string ByName) : BookingCreditEvent;
