using System.Collections.Immutable;
using Facilities.Grains.Bookings;
using Facilities.Grains.Credits;
using Facilities.Grains.Debts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using NodaTime;

namespace Facilities.Api.Credits;

/// <summary>A line to credit; one of percent, quantity and a net amount.</summary>
public sealed record CreditLineBody(
    ItemId ItemId, int Line = 1, decimal? Percent = null, decimal? Quantity = null, Money? Amount = null);

/// <summary>
/// What to credit: a share of the whole, or some lines. The platform may be left out where the booking has one;
/// <c>after</c> is how many credits the caller saw.
/// </summary>
public sealed record CreditBody(
    string Reason = "", decimal? Percent = null, ImmutableArray<CreditLineBody>? Lines = null,
    PlatformId? PlatformId = null, int? After = null)
{
    public CreditWish WishFor(BookingState booking, Actor by) => new(
        PlatformId ?? booking.Platforms.FirstOrDefault(
            p => by.Has(OrganisationKind.Facility, p.Id.Value, Role.Manager))?.Id ?? booking.Platforms[0].Id,
        Percent,
        [
            .. (Lines ?? []).Select(l => new CreditLine(l.ItemId, l.Line, l.Percent, l.Quantity, l.Amount)),
        ], Reason);
}

/// <summary>What one payer pays less.</summary>
public sealed record CreditedShareAnswer(FundingKind Kind, string Id, string Payer, string Name, Money Amount)
{
    /// <summary>In a preview, what it would do to the claim; null where there is none.</summary>
    public CreditEffect? Effect { get; init; }

    /// <summary>In a preview, what would be owed back to the payer.</summary>
    public ImmutableArray<CreditDebtAnswer> Owed { get; init; } = [];

    public static CreditedShareAnswer Of(CreditedShare share, CreditOutlook? outlook) =>
        new(share.Kind, share.Id, share.Payer, share.Name, share.Amount)
        {
            Effect = outlook?.Effect,
            Owed = [.. (outlook?.Owed ?? []).Select(d => new CreditDebtAnswer(d.By, d.ToTransfer, d.DueOn))],
        };
}

/// <summary>What would be owed back to a payer, by whom and until when.</summary>
public sealed record CreditDebtAnswer(Debtor OwedBy, Money Amount, LocalDate DueOn);

/// <summary>A credit with who gets what back; without a note in a preview.</summary>
public sealed record CreditAnswer(
    int Number, PlatformId PlatformId, Money Net, Money Tax, Money Gross, string Reason, Money Account,
    Money FromInvoice, Money ByRefund, Money ByTransfer, LocalDate? TransferBy,
    ImmutableArray<CreditedShareAnswer> Funding, Money NetLeft, Money AccountPaysLeft)
{
    public InvoiceId? InvoiceId { get; init; }

    public string? InvoiceNumber { get; init; }

    public bool Transferred { get; init; }

    /// <summary>Whether nobody owes anything for it any more.</summary>
    public bool Settled { get; init; }

    public Instant? At { get; init; }

    public string? By { get; init; }

    public static CreditAnswer Of(
        Credit credit, ImmutableSortedDictionary<string, CreditOutlook>? outlooks = null) => new(
        credit.Number, credit.Platform, credit.Net, credit.Gross - credit.Net, credit.Gross, credit.Reason,
        credit.Account, credit.FromInvoice, credit.ByRefund, credit.ByTransfer, credit.TransferBy,
        [.. credit.Shares.Select(s => CreditedShareAnswer.Of(s, outlooks?.GetValueOrDefault(s.Id)))],
        credit.Left.Totals.Net, credit.Left.Totals.AccountPays);

    public static CreditAnswer Of(BookedCredit booked) => Of(booked.Credit) with
    {
        InvoiceId = booked.Note,
        InvoiceNumber = booked.NoteNumber,
        Transferred = booked.IsTransferred,
        Settled = booked.IsSettled,
        At = booked.At,
        By = booked.ByName,
    };
}

/// <summary>A credit on a claim; what is owed back for it has its number.</summary>
public sealed record ClaimCreditAnswer(
    int Number, Money Amount, CreditEffect Effect, string InvoiceNumber, string Reason, Instant At)
{
    public static ClaimCreditAnswer Of(ClaimCredit credit) =>
        new(credit.Number, credit.Amount, credit.Effect, credit.Note, credit.Reason, credit.At);
}
