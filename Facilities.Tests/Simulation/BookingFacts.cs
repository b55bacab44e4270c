using System.Collections.Immutable;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using NodaTime;

namespace Facilities.Tests.Simulation;

/// <summary>How far a booking has come, in the auditor's words.</summary>
internal enum Stage
{
    None,
    Holding,
    NotHeld,
    Open,
    Confirmed,
    Delivered,
    Accepted,
    Settled,
    Rejected,
    Cancelled,
    Expired,
    NoShow,
}

/// <summary>
/// The auditor's own small model of a booking: which gates were passed, until when it waits, where it lies. It shares
/// nothing with the product but the events.
/// </summary>
internal sealed record BookingFacts
{
    public static readonly BookingFacts None = new();

    public Stage Stage { get; init; }

    /// <summary>Whether its parts still follow the last decision.</summary>
    public bool IsPending { get; init; }

    public bool IsMoving { get; init; }

    public BookingRequested? Request { get; init; }

    public ImmutableArray<Wish> Places { get; init; } = [];

    public Instant HeldUntil { get; init; }

    public bool IsExtended { get; init; }

    public ImmutableHashSet<string> Approved { get; init; } = [];

    public ImmutableHashSet<string> Signed { get; init; } = [];

    public bool IsPaymentAgreed { get; init; }

    public bool WasConfirmed { get; init; }

    public bool IsDisputed { get; init; }

    public Instant AcceptBy { get; init; }

    public string? NotHeldFor { get; init; }

    public ImmutableHashSet<string> Invoices { get; init; } = [];

    public ImmutableHashSet<string> InvoicesPaid { get; init; } = [];

    public string Account => Request!.Account.Id.Value;

    public IEnumerable<string> Platforms => Places.Select(p => p.Offer.Platform).Distinct();

    public bool IsApproved => Places.All(p => !p.Offer.NeedsApproval || Approved.Contains(p.Offer.Platform));

    public bool IsSigned => Signed.Contains(Account) && Platforms.All(Signed.Contains);

    public bool GatesPassed => IsApproved && IsSigned && (IsPaymentAgreed || Request!.Quote.AccountPays.Minor == 0);

    public bool HasEnded =>
        Stage is Stage.NotHeld or Stage.Rejected or Stage.Cancelled or Stage.Expired or Stage.NoShow;

    /// <summary>Whether it has its slots for itself.</summary>
    public bool IsLive => Stage is Stage.Open or Stage.Confirmed or Stage.Delivered or Stage.Accepted or Stage.Settled;

    /// <summary>How people see it.</summary>
    public string Shown => Stage switch
    {
        Stage.None or Stage.Holding or Stage.NotHeld => "hidden",
        Stage.Open when !IsApproved => "AwaitingApproval",
        Stage.Open when IsSigned => "AwaitingPayment",
        Stage.Open when !Signed.Contains(Account) && Places.All(p => !p.Offer.NeedsApproval) => "Held",
        Stage.Open => "AwaitingSignature",
        _ => Stage.ToString(),
    };

    /// <summary>The facts after an event; <paramref name="wrong"/> is told what cannot be.</summary>
    public BookingFacts After(BookingEvent happened, Instant at, Action<string> wrong)
    {
        void Must(bool holds, string what)
        {
            if (!holds) wrong($"{happened.GetType().Name} although {what} (it is {Stage})");
        }
        switch (happened)
        {
            case BookingRequested e:
                Must(Stage == Stage.None, "it was requested before");
                return this with
                {
                    Stage = Stage.Holding,
                    IsPending = true,
                    Request = e,
                    Places = [.. e.Quote.Items.Select(PlaceOf)],
                };
            case BookingHeld e:
                Must(Stage == Stage.Holding, "nothing was being held");
                return this with { Stage = Stage.Open, IsPending = false, HeldUntil = e.HeldUntil };
            case BookingNotHeld e:
                Must(Stage == Stage.Holding, "nothing was being held");
                return this with { Stage = Stage.NotHeld, NotHeldFor = e.Refusal };
            case HoldExtended e:
                Must(Stage == Stage.Open && !IsExtended && at < HeldUntil, "it may not be extended");
                return this with { IsExtended = true, HeldUntil = e.HeldUntil };
            case BookingApproved e:
                Must(Stage == Stage.Open && at < HeldUntil, "no approval is waited for");
                return this with { Approved = Approved.Add(e.Platform.Value) };
            case BookingRejected:
                Must(Stage == Stage.Open && !IsApproved && at < HeldUntil, "no approval is waited for");
                return Ended(Stage.Rejected);
            case ContractSigned { Signature: var s }:
                Must(s.ContentHash == Request!.ContentHash, "another text was signed");
                Must(Stage == Stage.Open && (s.Standing || (at < HeldUntil && IsApproved)), "nobody may sign now");
                return this with { Signed = Signed.Add(s.Party) };
            case PaymentAgreed:
                Must(Stage == Stage.Open && IsSigned && at < HeldUntil, "no payment is waited for");
                return this with { IsPaymentAgreed = true };
            case DeadlineSet e:
                Must(Stage == Stage.Open, "nothing is waited for");
                return this with { HeldUntil = e.HeldUntil };
            case BookingConfirmed:
                Must(Stage == Stage.Open && at < HeldUntil, $"its time was over at {HeldUntil}");
                Must(GatesPassed, "a gate is open");
                Must(!IsMoving, "it is being moved");
                return this with { Stage = Stage.Confirmed, IsPending = true, WasConfirmed = true };
            case BookingExpired:
                Must(Stage == Stage.Open && at >= HeldUntil, $"it is held until {HeldUntil}");
                return Ended(Stage.Expired);
            case BookingCancelled:
                Must(Stage is Stage.Open or Stage.Confirmed && !IsMoving, "it cannot be cancelled");
                Must(Stage != Stage.Open || at < HeldUntil, "its time was over");
                return Ended(Stage.Cancelled);
            case NoShowRecorded:
                Must(Stage == Stage.Confirmed && at >= Places.Min(p => p.Start), "nobody was expected");
                return Ended(Stage.NoShow);
            default:
                return Later(happened, Must);
        }
    }

    private BookingFacts Later(BookingEvent happened, Action<bool, string> must)
    {
        switch (happened)
        {
            case MoveRequested e:
                must(Stage is Stage.Open or Stage.Confirmed && !IsPending, "it cannot be moved");
                return this with { IsPending = true, IsMoving = true, Wanted = e.Moves };
            case NoticeKept:
                must(IsMoving && Stage == Stage.Confirmed, "no notice counts");
                return this;
            case BookingMoved:
                must(IsMoving, "no move was asked for");
                return this with
                {
                    IsPending = false,
                    IsMoving = false,
                    Places = [.. Places.Select(p => Wanted.FirstOrDefault(m => m.Item == p.Item) is { } move
                        ? p with { Start = move.Start } : p)],
                };
            case MoveRefused:
                must(IsMoving, "no move was asked for");
                return this with { IsPending = false, IsMoving = false };
            case DeliveryRecorded e:
                must(Stage == Stage.Confirmed || IsDisputed, "nothing is to be delivered");
                return this with { Stage = Stage.Delivered, IsDisputed = false, AcceptBy = e.AcceptBy };
            case DeliveryDisputed:
                must(Stage == Stage.Delivered, "nothing was delivered");
                return this with { IsDisputed = true };
            case DeliveryAccepted e:
                must(Stage == Stage.Delivered && !(e.Deemed && IsDisputed), "nothing was delivered");
                return this with { Stage = Stage.Accepted, IsPending = true };
            case BookingInvoiced e:
                must(!Invoices.Contains(e.Invoice.Value), "that invoice is known");
                return this with { Invoices = Invoices.Add(e.Invoice.Value) };
            case InvoicePaid e:
                must(Invoices.Contains(e.Invoice.Value) && !InvoicesPaid.Contains(e.Invoice.Value), "it is paid");
                return this with { InvoicesPaid = InvoicesPaid.Add(e.Invoice.Value) };
            case PartsFollowed:
                must(IsPending && !IsMoving, "nothing was pending");
                return this with { IsPending = false };
            case ClaimSettled:
                must(Stage is Stage.Accepted or Stage.Settled, "nothing was accepted");
                return this;
            case BookingSettled:
                must(Stage == Stage.Accepted, "it was not accepted");
                return this with { Stage = Stage.Settled };
            default:
                throw new InvalidOperationException($"The auditor does not know {happened.GetType().Name}.");
        }
    }

    private ImmutableArray<ItemMove> Wanted { get; init; } = [];

    private BookingFacts Ended(Stage stage) => this with { Stage = stage, IsPending = true, IsMoving = false };

    private static Wish PlaceOf(QuotedItem item) => new(
        Marketplace.OfferOf(item.Platform.Value, item.Service.Value), item.Id, item.Start, item.Duration,
        item.Quantity);
}
