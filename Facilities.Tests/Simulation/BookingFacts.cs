using System.Collections.Immutable;
using Facilities.Grains.Bookings;
using Facilities.Grains.Credits;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Grains.Pricing;
using Facilities.Grains.Services;
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
internal sealed partial record BookingFacts
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

    /// <summary>Where the change that is under way puts its items.</summary>
    public ImmutableArray<Wish> Coming { get; init; } = [];

    /// <summary>Items that are being cancelled on their own.</summary>
    public ImmutableArray<ItemId> Going { get; init; } = [];

    /// <summary>How far a move at several platforms is: asked, held or given up.</summary>
    public string Across { get; init; } = "";

    public ImmutableHashSet<(ItemId Item, bool ByFacility)> Arrivals { get; init; } = [];

    public ImmutableHashSet<string> Invoices { get; init; } = [];

    public ImmutableHashSet<string> InvoicesPaid { get; init; } = [];

    public string Account => Request!.Account.Id.Value;

    public IEnumerable<string> Platforms => Places.Select(p => p.Offer.Platform).Distinct();

    public bool IsApproved => Places.All(p => !p.Offer.NeedsApproval || Approved.Contains(p.Offer.Platform));

    public bool IsSigned => Signed.Contains(Account) && Platforms.All(Signed.Contains);

    public bool GatesPassed => IsApproved && IsSigned && (IsPaymentAgreed || Request!.Quote.PaysProviders.Minor == 0);

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
                Must(!Arrivals.Any(a => a.ByFacility), "the facility checked somebody in");
                return Ended(Stage.NoShow);
            case CheckedIn e:
                var there = Places.First(p => p.Item == e.Item);
                Must(Stage == Stage.Confirmed && at < there.End && at >= there.Start - Duration.FromHours(1),
                    "nobody is expected now");
                Must(!Arrivals.Contains((e.Item, e.ByFacility)), "they are there");
                return this with { Arrivals = Arrivals.Add((e.Item, e.ByFacility)) };
            default:
                return Changed(happened, at, Must) ?? Later(happened, Must);
        }
    }

    /// <summary>Changes of time: asked for, carried out or not.</summary>
    private BookingFacts? Changed(BookingEvent happened, Instant at, Action<bool, string> must)
    {
        BookingFacts Asked(ImmutableArray<Wish> coming, bool isAcross = false)
        {
            must(Stage is Stage.Open or Stage.Confirmed && !IsPending, "it cannot be changed");
            return this with { IsPending = true, IsMoving = true, Coming = coming, Across = isAcross ? "asked" : "" };
        }
        ImmutableArray<Wish> To(ItemId item, Func<Wish, Wish> change)
        {
            var place = Places.First(p => p.Item == item);
            must(place.Until is null || change(place).Until < place.Until, "a part of it was given back");
            return [change(place)];
        }
        BookingFacts Done()
        {
            must(IsMoving, "no change was asked for");
            must(Across is "" or "held", "not every place is held");
            return this with
            {
                IsPending = false,
                IsMoving = false,
                Places =
                [
                    .. Places.Select(p => Coming.FirstOrDefault(c => c.Item == p.Item) ?? p),
                    .. Coming.Where(c => Places.All(p => p.Item != c.Item)),
                ],
                Coming = [],
                Across = "",
            };
        }
        switch (happened)
        {
            case MoveRequested e:
                must(e.Moves.Select(m => PlatformOf(m.Item)).Distinct().Count() == 1, "it is at several platforms");
                return Asked([.. e.Moves.SelectMany(m => To(m.Item, p => p with { Start = m.Start }))]);
            case MoveAcrossRequested e:
                must(e.Moves.Select(m => PlatformOf(m.Item)).Distinct().Count() > 1, "it is at one platform");
                return Asked([.. e.Moves.SelectMany(m => To(m.Item, p => p with { Start = m.Start }))], true);
            case PlacesHeld:
                must(IsMoving && Across == "asked", "no places were asked for");
                return this with { Across = "held" };
            case MoveGivenUp:
                must(IsMoving && Across == "asked", "nothing was asked for");
                return this with { Across = "given up" };
            case LengthChangeRequested { Change: var change }:
                must(Stage == Stage.Confirmed, "nothing is agreed");
                return Asked(To(change.Item, p => p with { Duration = change.To }));
            case SplitRequested { Split: var (first, second, _) }:
                must(Stage == Stage.Confirmed, "nothing is agreed");
                return Asked([.. To(first.Id, p => p with { Duration = first.Duration }), .. To(first.Id, p => p with
                {
                    Item = second.Id,
                    Start = second.Start,
                    Duration = second.Duration,
                })]);
            case ReleaseRequested e:
                must(Stage == Stage.Confirmed && e.From >= at, "that time is over");
                return Asked(To(e.Item, p => p with { Until = e.From }));
            case DropRequested e:
                must(Stage == Stage.Confirmed && e.Fees.Length < Places.Length, "nothing would be left");
                must(e.Fees.All(f => Places.Any(p => p.Item == f.Item && p.Start > at)), "that time has begun");
                return Asked([]) with { Going = [.. e.Fees.Select(f => f.Item)] };
            case ItemsDropped e:
                must(e.Fees.Select(f => f.Item).SequenceEqual(Going), "other items were to go");
                return Done() with { Places = Places.RemoveAll(p => Going.Contains(p.Item)), Going = [] };
            case BookingMoved or LengthChanged or TimeReleased or SlotSplit:
                return Done();
            case MoveRefused:
                must(IsMoving, "no change was asked for");
                must(Across is "" or "given up", "the places are held");
                return this with { IsPending = false, IsMoving = false, Coming = [], Across = "" };
            default:
                return null;
        }

        string PlatformOf(ItemId item) => Places.First(p => p.Item == item).Offer.Platform;
    }

    private BookingFacts Later(BookingEvent happened, Action<bool, string> must)
    {
        switch (happened)
        {
            case ResponsibleNamed:
                must(Stage is Stage.Holding or Stage.Open or Stage.Confirmed, "nobody is expected");
                return this;
            case NoticeKept:
                must(IsMoving && Stage == Stage.Confirmed, "no notice counts");
                return this;
            case DeliveryRecorded e:
                must(Stage == Stage.Confirmed || IsDisputed, "nothing is to be delivered");
                var delivered = this with { Stage = Stage.Delivered, IsDisputed = false };
                return delivered with { AcceptBy = e.AcceptBy, Price = e.Price };
            case DeliveryDisputed:
                must(Stage == Stage.Delivered, "nothing was delivered");
                return this with { IsDisputed = true };
            case DeliveryAccepted e:
                must(Stage == Stage.Delivered && !(e.Deemed && IsDisputed), "nothing was delivered");
                return this with { Stage = Stage.Accepted, IsPending = true };
            case PartsFollowed:
                must(IsPending && !IsMoving, "nothing was pending");
                return this with { IsPending = false };
            case BookingInvoiced or InvoicePaid or ClaimSettled or ObligationPaid:
                return Owing(happened, must);
            case BookingCreditEvent e:
                return Crediting(e, must);
            case BookingSettled:
                must(Stage == Stage.Accepted, "it was not accepted");
                must(Owed.IsEmpty && Credits.All(c => c.IsSettled), "something is owed");
                return this with { Stage = Stage.Settled };
            default:
                throw new InvalidOperationException($"The auditor does not know {happened.GetType().Name}.");
        }
    }

    private BookingFacts Ended(Stage stage) => this with { Stage = stage, IsPending = true, IsMoving = false };

    private static Wish PlaceOf(QuotedItem item) => new(
        Marketplace.OfferOf(item.Platform.Value, item.Service.Value), item.Id, item.Start, item.Duration,
        item.Quantity);
}
