using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Availability;
using Facilities.Grains.Bookings;
using Facilities.Grains.Credits;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Grains.Services;
using Facilities.Grains.Waitlist;
using NodaTime;

namespace Facilities.Grains.Platforms;

/// <summary>The slots of one booking at this platform.</summary>
public sealed record PlatformBooking(
    BookingId Booking, AccountId Account, ImmutableArray<HeldSlot> Slots, bool Firm, int MoveNumber)
{
    /// <summary>The newest move that was given up.</summary>
    public int MoveBarred { get; init; }

    /// <summary>New places that it holds beside the old ones, while it is moved at several platforms.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PlacesAside? Aside { get; init; }

    /// <summary>When the last slot, with its buffer, is over.</summary>
    [JsonIgnore]
    public Instant Until => Slots.Max(s => s.Busy.BlockedUntil);
}

/// <summary>When a booking is over. In order of time.</summary>
/// <param name="Until">When its last slot, with its buffer, ends.</param>
/// <param name="Booking">Which booking.</param>
public readonly record struct BookingEnd(Instant Until, string Booking) : IComparable<BookingEnd>
{
    /// <summary>When a booking is over.</summary>
    public static BookingEnd Of(PlatformBooking booking) => new(booking.Until, booking.Booking.Value);

    /// <inheritdoc/>
    public int CompareTo(BookingEnd other) => Until == other.Until
        ? string.CompareOrdinal(Booking, other.Booking)
        : Until.CompareTo(other.Until);
}

/// <summary>The number of an issued invoice and what the SME pays of it.</summary>
public sealed record IssuedNumber(string Number, Money Payable)
{
    /// <summary>What of it the SME had paid before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Money? PaidBefore { get; init; }
}

/// <summary>A platform: what it offers, and who has which unit when. What is long over leaves its memory.</summary>
public sealed record PlatformState(
    PlatformProfile? Profile, ImmutableSortedDictionary<string, Resource> Resources,
    ImmutableSortedDictionary<string, Service> Services, StandingOffer? Offer, Recent<Instant> Barred,
    ImmutableSortedDictionary<string, int> InvoicesByYear, Recent<IssuedNumber> Invoiced,
    long Edition, PlatformClosings Closings)
{
    /// <summary>A platform that nobody registered.</summary>
    public static readonly PlatformState Nobody = new(
        null, ImmutableSortedDictionary<string, Resource>.Empty, ImmutableSortedDictionary<string, Service>.Empty, null,
        Recent<Instant>.Nothing, ImmutableSortedDictionary<string, int>.Empty, Recent<IssuedNumber>.Nothing, 0,
        PlatformClosings.None);

    /// <summary>Credit notes that were issued; null where none was, left out of snapshots then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CreditNotes? CreditNotes { get; init; }

    /// <summary>Who has slots here, by booking in ordinal order.</summary>
    [JsonIgnore]
    public ImmutableSortedDictionary<string, PlatformBooking> Bookings { get; init; } =
        ImmutableSortedDictionary.Create<string, PlatformBooking>(StringComparer.Ordinal);

    // Read back as a dictionary they would be in the order of a language, which takes ten times longer to compare.
    [JsonInclude]
    private ImmutableArray<PlatformBooking> Booked
    {
        get => [.. Bookings.Values];
        init => (Bookings, Ends) = (
            value.ToImmutableSortedDictionary(b => b.Booking.Value, b => b, StringComparer.Ordinal),
            [.. value.Select(BookingEnd.Of)]);
    }

    /// <summary>Who approves; null where every manager may.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ApprovalRules? Approval { get; init; }

    /// <summary>Who waits for time here, in order of joining.</summary>
    public ImmutableArray<WaitlistEntry> Waitlist { get; init; } = [];

    /// <summary>Calendars kept elsewhere whose events make resources busy.</summary>
    public ImmutableSortedDictionary<string, ImportedCalendar> Imported { get; init; } =
        ImmutableSortedDictionary<string, ImportedCalendar>.Empty;

    /// <summary>
    /// The calendar that slots are listed and accepted from; follows from the rest. Null while a state is read back:
    /// events that follow a snapshot would each copy it.
    /// </summary>
    [JsonIgnore]
    public PlatformCalendar? Calendar { get; init; }

    /// <summary>When each booking is over, the first to be forgotten first; follows from the rest.</summary>
    [JsonIgnore]
    public ImmutableSortedSet<BookingEnd> Ends { get; init; } = [];

    /// <summary>What accounts are qualified for here, by account and name; withdrawn ones too.</summary>
    public ImmutableSortedDictionary<string, Qualified> Qualifications { get; init; } =
        ImmutableSortedDictionary<string, Qualified>.Empty;

    /// <summary>The platform's zone.</summary>
    [JsonIgnore]
    public DateTimeZone Zone => DateTimeZoneProviders.Tzdb[Profile!.TimeZone];

    /// <summary>The state with its calendar made anew from what is stored.</summary>
    public PlatformState WithCalendar() => Profile is null ? this : this with
    {
        Calendar = (PlatformCalendar.Of(
            Zone, Resources.Values, Bookings.Values.SelectMany(Placements).Concat(Offered)) with
        {
            Closings = Closings,
        }).WithElsewhere(ImportedCalendar.ByResource(Imported.Values)),
    };

    /// <summary>The state after an event.</summary>
    public static PlatformState Evolve(PlatformState state, PlatformEvent happened, Instant at)
    {
        var next = WaitlistEvolution.Settled(Apply(state, happened, at), happened);
        return IsEdit(happened) ? next with { Edition = state.Edition + 1 } : next;
    }

    /// <summary>Whether an event changes what the platform offers, and so its edition.</summary>
    public static bool IsEdit(PlatformEvent happened) =>
        happened is not (SlotsHeld or SlotsSetAside or SlotsMoved or MoveBarred or SlotsFirmed or SlotsReleased
            or SlotsDropped or SlotRevivalBarred or InvoiceIssued or CreditNoteIssued or WaitlistEvent
            or CalendarAdded or CalendarSynced
            or CalendarRemoved or QualificationGranted or QualificationWithdrawn);

    private static PlatformState Apply(PlatformState state, PlatformEvent happened, Instant at) => happened switch
    {
        PlatformRegistered e => (state with
        {
            Profile = e.Profile,
            Resources = e.Resources.ToImmutableSortedDictionary(r => r.Id.Value, r => r),
            Services = e.Services.ToImmutableSortedDictionary(s => s.Id.Value, s => s),
        }).WithCalendar(),
        StandingOfferSigned e => state with { Offer = new StandingOffer(state.Profile!.Id, e.Name, e.Person, at) },
        HoursChanged e => state.Change(state.Resources[e.Resource.Value] with { Hours = e.Hours }),
        ClosureAdded e => state.Change(state.Resources[e.Resource.Value] is var r
            ? r with { Closures = r.Closures.Add(e.Closure) } : r),
        ClosureRemoved e => state.Change(state.Resources[e.Resource.Value] is var r
            ? r with { Closures = r.Closures.RemoveAll(c => c.Id == e.Closure) } : r),
        ClosurePlanned e => state.Close(
            state.Closings with { Planned = state.Closings.Planned.Add(e.Closure) }),
        PlannedClosureRemoved e => state.Close(
            state.Closings with { Planned = state.Closings.Planned.RemoveAll(c => c.Id == e.Closure) }),
        HolidaysChosen e => state.Close(state.Closings with { Holidays = e.Holidays }),
        CalendarAdded e => state.Import(state.Imported.Add(e.Calendar.Id.Value, e.Calendar)),
        CalendarSynced e => state.Import(state.Imported.SetItem(
            e.Calendar.Value, state.Imported[e.Calendar.Value].After(e, at))),
        CalendarRemoved e => state.Import(state.Imported.Remove(e.Calendar.Value)),
        ApproversChosen e => state with { Approval = e.Rules },
        ServiceChanged e => state with { Services = state.Services.SetItem(e.Service.Id.Value, e.Service) },
        QualificationGranted e => state.Qualify(
            new Qualified(e.Account, e.Qualification, e.ValidUntil, false, e.Note, e.ByName, at)),
        QualificationWithdrawn e => state.Qualify(
            new Qualified(e.Account, e.Qualification, null, true, e.Note, e.ByName, at)),
        SlotsHeld e => state.Forget(at).Place(new PlatformBooking(e.Booking, e.Account, e.Slots, false, 0)),
        SlotsSetAside e => state.Replace(
            state.Bookings[e.Booking.Value] with { Aside = new PlacesAside(e.Slots, e.Number) }),
        SlotsMoved e => state.Move(e),
        MoveBarred e => state.Replace(
            state.Bookings[e.Booking.Value] with { MoveBarred = e.Number, Aside = null }),
        SlotsFirmed e => state with
        {
            Bookings = state.Bookings.SetItem(e.Booking.Value, state.Bookings[e.Booking.Value] with { Firm = true }),
        },
        SlotsReleased e => state.Take(e.Booking) with { Barred = Bars.Add(state.Barred, e.Booking.Value, at) },
        SlotsDropped e => state.Drop(e),
        SlotRevivalBarred e => state with { Barred = Bars.Add(state.Barred, Bars.KeyOf(e.Booking, e.Number), at) },
        InvoiceIssued e => state with
        {
            InvoicesByYear = state.InvoicesByYear.SetItem(
                YearOf(e.Invoice), state.InvoicesByYear.GetValueOrDefault(YearOf(e.Invoice)) + 1),
            Invoiced = state.Invoiced.Add(
                e.Booking.Value, new IssuedNumber(e.Invoice.Number, e.Invoice.Totals.Payable)
                {
                    PaidBefore = e.Invoice.Paid?.Amount,
                }, at, Limits.Invoiced),
        },
        CreditNoteIssued e => CreditNotes.Apply(state, e, at),
        WaitlistEvent e => WaitlistEvolution.Evolve(state, e),
        _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot happen to a platform."),
    };

    private IEnumerable<Placement> Offered => Waitlist.Where(e => e.IsOffered)
        .Select(e => new Placement(e.Owner, e.Offer!.Slot.Units, e.Offer.Slot.Busy));

    private static string YearOf(Invoices.Invoice invoice) =>
        invoice.IssuedOn.Year.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static IEnumerable<Placement> Placements(PlatformBooking booking) =>
        booking.Aside is not null
            ? PlacesAside.Placements(booking)
            : booking.Slots.Select(s => new Placement(new SlotOwner(booking.Booking, s.Item), s.Units, s.Busy));

    private PlatformState Qualify(Qualified qualified) => this with
    {
        Qualifications = Qualifications.SetItem(Qualified.Key(qualified.Account, qualified.Qualification), qualified),
    };

    private PlatformState Change(Resource resource) => this with
    {
        Resources = Resources.SetItem(resource.Id.Value, resource),
        Calendar = Calendar?.With(resource),
    };

    private PlatformState Close(PlatformClosings closings) => this with
    {
        Closings = closings,
        Calendar = Calendar is null ? null : Calendar with { Closings = closings },
    };

    private PlatformState Import(ImmutableSortedDictionary<string, ImportedCalendar> imported) => this with
    {
        Imported = imported,
        Calendar = Calendar?.WithElsewhere(ImportedCalendar.ByResource(imported.Values)),
    };

    private PlatformState Place(PlatformBooking booking) => this with
    {
        Bookings = Bookings.Add(booking.Booking.Value, booking),
        Ends = Ends.Add(BookingEnd.Of(booking)),
        Calendar = Placements(booking).Aggregate(Calendar, (calendar, placement) => calendar?.Place(placement)),
    };

    private PlatformState Take(BookingId id) => !Bookings.TryGetValue(id.Value, out var booking) ? this : this with
    {
        Bookings = Bookings.Remove(id.Value),
        Ends = Ends.Remove(BookingEnd.Of(booking)),
        Calendar = Placements(booking).Aggregate(
            Calendar, (calendar, placement) => calendar?.Remove(placement.Owner)),
    };

    private PlatformState Replace(PlatformBooking booking) => Take(booking.Booking).Place(booking);

    private PlatformState Move(SlotsMoved e)
    {
        var booking = Bookings[e.Booking.Value];
        var kept = booking.Slots.Where(s => e.Slots.All(moved => moved.Item != s.Item));
        return Replace(booking with { Slots = [.. kept, .. e.Slots], MoveNumber = e.Number, Aside = null });
    }

    /// <summary>A booking without slots here is not kept: its release bars it as everywhere.</summary>
    private PlatformState Drop(SlotsDropped e)
    {
        var booking = Bookings[e.Booking.Value];
        var kept = booking.Slots.RemoveAll(s => e.Items.Contains(s.Item));
        return kept.IsEmpty
            ? Take(e.Booking)
            : Replace(booking with { Slots = kept, MoveNumber = e.Number, Aside = null });
    }

    private PlatformState Forget(Instant at)
    {
        var state = this;
        while (!state.Ends.IsEmpty && state.Ends.Min.Until + Limits.PastSlots < at)
            state = state.Take(new BookingId(state.Ends.Min.Booking));
        return state;
    }
}
