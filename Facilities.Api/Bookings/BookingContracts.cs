using System.Collections.Immutable;
using Facilities.Api.Approvals;
using Facilities.Api.Changes;
using Facilities.Api.Credits;
using Facilities.Api.Payments;
using Facilities.Api.Quotes;
using Facilities.Api.Series;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Grains.Pricing;
using Facilities.Grains.Series;
using Facilities.Grains.Services;
using Facilities.Grains.Tax;
using NodaTime;

namespace Facilities.Api.Bookings;

public sealed record BookingBody(QuoteId QuoteId, string? Seal = null, string Purpose = "");

public enum ApprovalWord { Approve, Reject }

/// <summary>A decision; a rejection may name other starts, which must be free.</summary>
public sealed record ApprovalBody(
    ApprovalWord Decision, string Note = "", ImmutableArray<RescheduleItem>? Alternatives = null);

public sealed record SignatureBody(string ContentHash, string Name);

public sealed record PaymentBody(PaymentMethod Method);

/// <summary>New starts of items, or of dates of a series: one of the two.</summary>
public sealed record RescheduleBody(ImmutableArray<RescheduleItem> Items = default, SeriesMove? Series = null);

public sealed record NoteBody(string Note);

/// <summary>A new start of an item, at the platform where it lies.</summary>
public sealed record RescheduleItem(ItemId ItemId, OffsetDateTime Start, PlatformId? PlatformId = null);

public sealed record DeliveryBody(ImmutableArray<DeliveryItem> Items = default);

public sealed record DeliveryItem(ItemId ItemId, Length? Used = null, int? Quantity = null, string? Note = null);

public sealed record AcceptanceBody(bool Accepted, string Note = "");

public sealed record NoShowBody(string Note = "");

public sealed record CheckInBody(ItemId ItemId);

/// <summary>Gives a slot back from an instant on; without one, from now on.</summary>
public sealed record ReleaseBody(ItemId ItemId, OffsetDateTime? From = null);

public sealed record LengthBody(ItemId ItemId, Length Duration);

/// <summary>A colleague by id or by e-mail address.</summary>
public sealed record HandOverBody(PersonId? PersonId = null, string? Email = null);

/// <summary>
/// How long the first part is, or when it ends; where the second part starts, if not at once after the first.
/// </summary>
public sealed record SplitBody(
    ItemId ItemId, Length? FirstDuration = null, OffsetDateTime? At = null, OffsetDateTime? SecondStart = null);

/// <summary>A booking on behalf of a company; its vouchers are left to itself.</summary>
public sealed record PreparedBody(AccountId AccountId, ImmutableArray<AskedItem> Items, string Purpose = "");

/// <summary>Says no to what was prepared.</summary>
public sealed record DeclineBody;

public sealed record BookingQuery(
    AccountId? AccountId = null, PlatformId? PlatformId = null, BookingStatus? Status = null,
    OffsetDateTime? From = null, OffsetDateTime? To = null, int Limit = 50, string? Cursor = null);

/// <summary>
/// A gate: <c>approval</c>, <c>signature</c> or <c>payment</c>; <c>open</c>, <c>passed</c> or <c>notRequired</c>.
/// </summary>
public sealed record GateAnswer(string Gate, string Status, Instant? Due);

public sealed record ContractAnswer(string Status, string ContentHash, ImmutableArray<SignatureAnswer> Signatures);

public sealed record SignatureAnswer(string Party, string Name, Instant At, bool StandingOffer);

public sealed record BookingItemAnswer(
    ItemId ItemId, PlatformId PlatformId, ServiceId ServiceId, string ServiceName, OffsetDateTime Start,
    OffsetDateTime End, BookingStatus Status);

/// <summary>Somebody of the company is there.</summary>
public sealed record ArrivalAnswer(ItemId ItemId, Instant At, bool ByFacility, string By);

/// <summary>Whom the facility expects.</summary>
public sealed record ResponsibleAnswer(PersonId PersonId, string Name);

/// <summary>Who prepared the booking for the company.</summary>
public sealed record PreparedAnswer(string OrganisationId, string OrganisationName, string By);

/// <summary>An item that is a part of one that was split, with its price.</summary>
public sealed record PartAnswer(ItemId ItemId, Length Duration, ImmutableArray<PriceLine> Lines, Money Net);

/// <summary>A part of a slot that was given back: free for others, at an unchanged price.</summary>
public sealed record ReleasedAnswer(ItemId ItemId, OffsetDateTime From, OffsetDateTime Until, string By);

/// <summary>A new length of an item, at the sealed unit prices.</summary>
public sealed record LengthChangeAnswer(
    ItemId ItemId, Length From, Length To, ImmutableArray<PriceLine> Lines, Money Net, string Reason);

/// <summary>What a booking costs with the lengths that its items have now; the sealed quote stays beside it.</summary>
public sealed record AgreedAnswer(
    Money Net, Money TaxTotal, Money Gross, Money AccountPays, Money PaysProviders, Money PaidBack,
    ImmutableArray<FundingAnswer> Funding)
{
    public static AgreedAnswer Of(Settlement price) => new(
        price.Totals.Net, price.Totals.Tax, price.Totals.Gross, price.Totals.AccountPays, price.PaysProviders,
        price.PaidBack, [.. price.Funding.Shares.Select(FundingAnswer.Of)]);
}

/// <summary>What another length would cost; no change where it has that length.</summary>
public sealed record LengthAnswer(LengthChangeAnswer? Change, AgreedAnswer Price)
{
    public static LengthAnswer Of(LengthPreview preview) => new(
        preview.Change is { } change ? Of(change) : null, AgreedAnswer.Of(preview.Price!));

    public static LengthChangeAnswer Of(LengthChange change) =>
        new(change.Item, change.From, change.To, change.Lines, change.Net, change.Reason);
}

public sealed record HistoryAnswer(Instant At, string Event, string By);

/// <summary>The price after delivery, where it was delivered.</summary>
public sealed record FinalAnswer(
    Money Net, Money TaxTotal, Money Gross, Money AccountPays, Money PaysProviders, Money PaidBack,
    ImmutableArray<FundingAnswer> Funding, ImmutableArray<ItemUsage> Usage);

/// <summary>A booking as callers see it; lists leave the history out.</summary>
public sealed record BookingAnswer(
    BookingId BookingId, BookingStatus Status, AccountId AccountId, string Purpose,
    ImmutableArray<BookingItemAnswer> Items, Instant CreatedAt, Instant? HeldUntil, QuoteAnswer Quote,
    ImmutableArray<GateAnswer> Gates, ContractAnswer Contract, PaymentAnswer Payment, FinalAnswer? Final,
    Money? CancellationFee, ImmutableArray<HistoryAnswer>? History)
{
    /// <summary>The price with what was changed or cancelled of it; null as long as it is as quoted.</summary>
    public AgreedAnswer? Agreed { get; init; }

    /// <summary>What could be had instead of a booking that was refused or expired; empty in lists.</summary>
    public ImmutableArray<InsteadAnswer> Alternatives { get; init; } = [];

    public ImmutableArray<LengthChangeAnswer> Lengths { get; init; } = [];

    public ImmutableArray<PartAnswer> Parts { get; init; } = [];

    public ResponsibleAnswer? Responsible { get; init; }

    public PreparedAnswer? Prepared { get; init; }

    public ImmutableArray<ReleasedAnswer> Released { get; init; } = [];

    public ImmutableArray<ArrivalAnswer> Arrivals { get; init; } = [];

    /// <summary>Items that were cancelled on their own.</summary>
    public ImmutableArray<DroppedAnswer> Dropped { get; init; } = [];

    /// <summary>What funders rejected and the account owes instead.</summary>
    public ImmutableArray<Obligation> Obligations { get; init; } = [];

    /// <summary>What facilities credited of their invoices, with who got what back.</summary>
    public ImmutableArray<CreditAnswer> Credits { get; init; } = [];

    /// <summary>VAT that the account declares at home; asked for alone, not in lists.</summary>
    public ImmutableArray<SelfAccountedVat>? SelfAccounted { get; init; }

    /// <summary>Until when invoices with reverse charge are issued; null before delivery or without any.</summary>
    public LocalDate? InvoiceBy { get; init; }

    /// <summary>What the account noted.</summary>
    public string? Note { get; init; }

    /// <summary>What was used of the dates of a series so far.</summary>
    public ImmutableArray<ItemUsage> UsageSoFar { get; init; } = [];

    /// <summary>Items that are dates of one series, as they stand now.</summary>
    public ImmutableArray<SeriesAnswer> Series { get; init; } = [];

    public static BookingAnswer Of(BookingState booking, bool withHistory = true)
    {
        var zones = booking.Platforms.ToDictionary(p => p.Id, p => DateTimeZoneProviders.Tzdb[p.TimeZone]);
        var places = booking.Whole.Select((item, place) => (item.Id, place))
            .ToDictionary(i => i.Id, i => i.place);
        return new BookingAnswer(
            booking.Id!.Value, booking.Status, booking.Account!.Id, booking.Purpose,
            [.. booking.Items.Select(i => (Item: i, booking.Status))
                .Concat((booking.Dropped ?? []).Select(d => (d.Item, Status: BookingStatus.Cancelled)))
                .OrderBy(i => places[i.Item.Id])
                .Select(i => new BookingItemAnswer(
                    i.Item.Id, i.Item.Platform, i.Item.Service, i.Item.Name,
                    i.Item.Start.InZone(zones[i.Item.Platform]).ToOffsetDateTime(),
                    i.Item.End.InZone(zones[i.Item.Platform]).ToOffsetDateTime(), i.Status))],
            booking.CreatedAt, booking.HeldUntil, QuoteAnswer.Of(booking.Quote!, zones), GatesOf(booking),
            ContractOf(booking),
            PaymentAnswer.Of(booking),
            FinalOf(booking), booking.Cancellation?.Gross,
            withHistory ? [.. booking.History.Select(h => new HistoryAnswer(h.At, h.Event, h.By))] : null)
        {
            Agreed = booking is { Lengths: null, Dropped: null }
                ? null
                : AgreedAnswer.Of(BookingDecisions.PriceNow(booking)),
            Lengths = [.. (booking.Lengths ?? []).Select(LengthAnswer.Of)],
            Parts = [.. (booking.Parts ?? []).Select(p => new PartAnswer(p.Id, p.Duration, p.Lines, p.Net))],
            Responsible = booking.Responsible is { } person ? new(person.Person, person.Name) : null,
            Prepared = booking.PreparedBy is { } by ? new(by.OrganisationId, by.OrganisationName, by.Name) : null,
            Released = [.. (booking.Released ?? []).Select(r => new ReleasedAnswer(
                r.Item, r.From.InZone(booking.ZoneOf(r.Item)).ToOffsetDateTime(),
                r.Until.InZone(booking.ZoneOf(r.Item)).ToOffsetDateTime(), r.ByName))],
            Arrivals = [.. (booking.Arrivals ?? []).Select(a => new ArrivalAnswer(
                a.Item, a.At, a.ByFacility, a.ByName))],
            Dropped = [.. (booking.Dropped ?? []).Select(DroppedAnswer.Of)],
            Obligations = Grains.Bookings.Obligations.Of(booking),
            Credits = [.. (booking.Credits ?? []).Select(CreditAnswer.Of)],
            InvoiceBy = Supply.InvoiceBy(booking),
            Note = booking.Note,
            UsageSoFar = booking.UsageSoFar ?? [],
            Series = [.. BookingDecisions.SeriesOf(booking).Select(SeriesAnswer.Of)],
        };
    }

    private static ImmutableArray<GateAnswer> GatesOf(BookingState booking)
    {
        var due = booking.IsBeforeConfirmation ? booking.HeldUntil : null;
        GateAnswer Gate(string name, bool needed, bool passed, bool current) =>
            new(name, !needed ? "notRequired" : passed ? "passed" : "open", needed && !passed && current ? due : null);
        return
        [
            Gate(
                "approval", !booking.ToApprove.IsEmpty, booking.ApprovalPassed,
                booking.Status == BookingStatus.AwaitingApproval),
            Gate(
                "signature", true, booking.SignaturePassed,
                booking.Status is BookingStatus.Held or BookingStatus.AwaitingSignature),
            Gate(
                "payment", !booking.Quote!.PaysProviders.IsZero, booking.PaymentPassed,
                booking.Status == BookingStatus.AwaitingPayment),
        ];
    }

    private static ContractAnswer ContractOf(BookingState booking) => new(
        booking.IsBeforeConfirmation ? booking.SignaturePassed ? "signed" : "pending"
            : booking.WasFirm ? "signed"
            : booking.Status == BookingStatus.Rejected ? "declined" : "void",
        booking.ContentHash,
        [.. booking.Signatures.Select(s => new SignatureAnswer(s.Party, s.Name, s.At, s.Standing))]);

    private static FinalAnswer? FinalOf(BookingState booking) =>
        booking.Final is not { } final ? null : new FinalAnswer(
            final.Totals.Net, final.Totals.Tax, final.Totals.Gross, final.Totals.AccountPays, final.PaysProviders,
            final.PaidBack, [.. final.Funding.Shares.Select(FundingAnswer.Of)], booking.Usage);
}
