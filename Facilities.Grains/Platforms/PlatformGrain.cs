using System.Collections.Immutable;
using Facilities.Grains.Availability;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Rates;
using Facilities.Grains.Runtime;
using Facilities.Grains.Services;
using Facilities.Grains.Waitlist;
using NodaTime;
using Orleans;
using Orleans.Concurrency;

namespace Facilities.Grains.Platforms;

/// <summary>A platform with all that it offers, as others read it; each change of the offer is a new edition.</summary>
public sealed record PlatformView(
    PlatformProfile Profile, ImmutableArray<Resource> Resources, ImmutableArray<Service> Services, StandingOffer? Offer,
    long Edition);

/// <summary>Free slots of one service.</summary>
/// <param name="Service">Which service.</param>
/// <param name="Duration">How long; its shortest where nothing is said.</param>
/// <param name="Quantity">How many.</param>
/// <param name="From">The first local date.</param>
/// <param name="To">The date after the last.</param>
/// <param name="Most">How many slots are enough.</param>
/// <param name="Moving">A place in the calendar that would be given back for it; null where none.</param>
public sealed record SlotsAsked(
    ServiceId Service, Length? Duration, int Quantity, LocalDate From, LocalDate To, int Most = int.MaxValue,
    SlotOwner? Moving = null);

/// <summary>The answer to <see cref="SlotsAsked"/>, with the duration reckoned with; or why there is none.</summary>
public sealed record SlotsAnswer(
    PlatformView? Platform, Length Duration, ImmutableArray<Slot> Slots, Refused<PlatformRefusal>? Refusal);

/// <summary>One platform: the only writer of its calendar, services, prices and invoice numbers.</summary>
public partial interface IPlatformGrain : IWakeable
{
    /// <summary>See <see cref="RegisterPlatform"/>.</summary>
    Task<Reply<PlatformRefusal>> Register(RegisterPlatform command);
    /// <summary>See <see cref="SignStandingOffer"/>.</summary>
    Task<Reply<PlatformRefusal>> SignStandingOffer(SignStandingOffer command);
    /// <summary>See <see cref="ChangeHours"/>.</summary>
    Task<Reply<PlatformRefusal>> ChangeHours(ChangeHours command);
    /// <summary>See <see cref="AddClosure"/>.</summary>
    Task<Reply<PlatformRefusal>> AddClosure(AddClosure command);
    /// <summary>See <see cref="RemoveClosure"/>.</summary>
    Task<Reply<PlatformRefusal>> RemoveClosure(RemoveClosure command);
    /// <summary>See <see cref="PlanClosure"/>.</summary>
    Task<Reply<PlatformRefusal>> PlanClosure(PlanClosure command);
    /// <summary>See <see cref="RemovePlannedClosure"/>.</summary>
    Task<Reply<PlatformRefusal>> RemovePlannedClosure(RemovePlannedClosure command);
    /// <summary>See <see cref="ChooseHolidays"/>.</summary>
    Task<Reply<PlatformRefusal>> ChooseHolidays(ChooseHolidays command);
    /// <summary>See <see cref="AddCalendar"/>.</summary>
    Task<Reply<PlatformRefusal>> AddCalendar(AddCalendar command);
    /// <summary>See <see cref="SyncCalendar"/>.</summary>
    Task<Reply<PlatformRefusal>> SyncCalendar(SyncCalendar command);
    /// <summary>See <see cref="RemoveCalendar"/>.</summary>
    Task<Reply<PlatformRefusal>> RemoveCalendar(RemoveCalendar command);
    /// <summary>See <see cref="ChangeService"/>.</summary>
    Task<Reply<PlatformRefusal>> ChangeService(ChangeService command);
    /// <summary>See <see cref="ChangePrices"/>.</summary>
    Task<Reply<PlatformRefusal>> ChangePrices(ChangePrices command);
    /// <summary>See <see cref="HoldSlots"/>.</summary>
    Task<Reply<PlatformRefusal>> HoldSlots(HoldSlots command);
    /// <summary>See <see cref="SetSlotsAside"/>.</summary>
    Task<Reply<PlatformRefusal>> SetSlotsAside(SetSlotsAside command);
    /// <summary>See <see cref="MoveSlots"/>.</summary>
    Task<Reply<PlatformRefusal>> MoveSlots(MoveSlots command);
    /// <summary>See <see cref="BarMove"/>.</summary>
    Task<Reply<PlatformRefusal>> BarMove(BarMove command);
    /// <summary>See <see cref="TrimSlot"/>.</summary>
    Task<Reply<PlatformRefusal>> TrimSlot(TrimSlot command);
    /// <summary>See <see cref="FirmSlots"/>.</summary>
    Task<Reply<PlatformRefusal>> FirmSlots(FirmSlots command);
    /// <summary>See <see cref="ReleaseSlots"/>.</summary>
    Task<Reply<PlatformRefusal>> ReleaseSlots(ReleaseSlots command);
    /// <summary>See <see cref="IssueInvoice"/>.</summary>
    Task<Reply<PlatformRefusal>> IssueInvoice(IssueInvoice command);
    /// <summary>The platform; null where nobody registered it.</summary>
    Task<PlatformView?> View();
    /// <summary>The free slots of a service, in order of start, the same for every caller.</summary>
    Task<SlotsAnswer> FreeSlots(SlotsAsked asked);
    /// <summary>Why slots could not be held now; null where they could, or the booking has slots here.</summary>
    Task<Refused<PlatformRefusal>?> WouldRefuse(
        ImmutableArray<WantedSlot> slots, BookingId? booking = null, Customer? customer = null);
    /// <summary>
    /// Of each slot why it could not be held now; null where it could, beside those before it that could.
    /// </summary>
    Task<ImmutableArray<Refused<PlatformRefusal>?>> WouldRefuseEach(
        ImmutableArray<WantedSlot> slots, Customer customer);
    /// <summary>See <see cref="GrantQualification"/>.</summary>
    Task<Reply<PlatformRefusal>> GrantQualification(GrantQualification command);
    /// <summary>See <see cref="WithdrawQualification"/>.</summary>
    Task<Reply<PlatformRefusal>> WithdrawQualification(WithdrawQualification command);
    /// <summary>Who holds what; null where the person is no manager of the platform.</summary>
    Task<ImmutableArray<Qualified>?> Qualifications(Actor by);
    /// <summary>Why a customer's qualification does not do for a slot; null where it does.</summary>
    Task<Refused<PlatformRefusal>?> Unqualified(Customer customer, WantedSlot slot);
    /// <summary>The free slots nearest to one that is taken.</summary>
    Task<ImmutableArray<Slot>> Alternatives(WantedSlot slot);
    /// <summary>The number of a booking's invoice and what the SME pays of it; null where none was issued.</summary>
    Task<IssuedNumber?> InvoiceOf(BookingId booking);
    /// <summary>Bookings that lie outside a resource's hours or inside its closures.</summary>
    Task<ImmutableArray<BookingId>> Collisions(ResourceId resource);
    /// <summary>What is closed beyond the hours and one-off closures of each resource.</summary>
    Task<PlatformClosings> Closings();
    /// <summary>What a closure would meet, without closing anything.</summary>
    Task<ClosurePreview> PreviewClosure(PlanClosure command);
    /// <summary>What a choice of public holidays would meet, without choosing it.</summary>
    Task<ClosurePreview> PreviewHolidays(ChooseHolidays command);
    /// <summary>
    /// The calendars kept elsewhere that make resources busy, with their times; none where the person is no manager.
    /// </summary>
    Task<ImmutableArray<ImportedCalendar>> Calendars(Actor by);
    /// <summary>What a calendar would meet, without adding it.</summary>
    Task<CalendarPreview> PreviewCalendar(AddCalendar command);
    /// <summary>
    /// The bookings that lie where the platform is closed now, each with free slots near to it: they are to be moved.
    /// None where the person is no manager of the platform.
    /// </summary>
    Task<ImmutableArray<Collision>> ToBeMoved(Actor by);
    /// <summary>Some days of the calendar for the platform's own people; null for others.</summary>
    Task<PlatformDays?> Days(Actor by, LocalDate from, LocalDate to);
    /// <summary>Whether a booking's slot could move, without moving it.</summary>
    Task<MovePreview> PreviewMove(BookingId booking, WantedSlot slot);
    /// <summary>See <see cref="Platforms.ChooseApprovers"/>.</summary>
    Task<Reply<PlatformRefusal>> ChooseApprovers(ChooseApprovers command);
    /// <summary>Who approves; null where every manager may.</summary>
    Task<ApprovalRules?> Approvers();
    /// <summary>See <see cref="Waitlist.JoinWaitlist"/>.</summary>
    Task<Reply<PlatformRefusal>> JoinWaitlist(JoinWaitlist command);
    /// <summary>See <see cref="Waitlist.LeaveWaitlist"/>.</summary>
    Task<Reply<PlatformRefusal>> LeaveWaitlist(LeaveWaitlist command);
    /// <summary>Who waits, in order: all of them for a manager, their own wishes for others.</summary>
    Task<ImmutableArray<WaitingWish>> Waitlist(Actor by);
    /// <summary>Who would be offered the time of a booking that gave it back now; for managers.</summary>
    Task<ImmutableArray<WaitingWish>> NextFor(Actor by, BookingId booking);
    /// <summary>What other hours would open and meet, without changing them.</summary>
    Task<HoursPreview> PreviewHours(ChangeHours command);
}

/// <inheritdoc cref="IPlatformGrain"/>
[Reentrant]
public sealed partial class PlatformGrain(GrainServices services, IRateBook rates)
    : EventSourcedGrain<PlatformState, PlatformEvent, PlatformRefusal>(services), IPlatformGrain
{
    /// <inheritdoc/>
    protected override StreamName Stream => StreamName.Of("platform", this.GetPrimaryKeyString());
    /// <inheritdoc/>
    protected override PlatformState Initial => PlatformState.Nobody;

    /// <inheritdoc/>
    public Task<Reply<PlatformRefusal>> Register(RegisterPlatform command) => Tell(command, PlatformDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<PlatformRefusal>> SignStandingOffer(SignStandingOffer command) =>
        Tell(command, PlatformDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<PlatformRefusal>> ChangeHours(ChangeHours command) => Tell(command, PlatformDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<PlatformRefusal>> AddClosure(AddClosure command) => Tell(command, PlatformDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<PlatformRefusal>> RemoveClosure(RemoveClosure command) => Tell(command, PlatformDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<PlatformRefusal>> PlanClosure(PlanClosure command) => Tell(command, PlatformDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<PlatformRefusal>> RemovePlannedClosure(RemovePlannedClosure command) =>
        Tell(command, PlatformDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<PlatformRefusal>> ChooseHolidays(ChooseHolidays command) =>
        Tell(command, PlatformDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<PlatformRefusal>> AddCalendar(AddCalendar command) => Tell(command, PlatformDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<PlatformRefusal>> SyncCalendar(SyncCalendar command) => Tell(command, PlatformDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<PlatformRefusal>> RemoveCalendar(RemoveCalendar command) =>
        Tell(command, PlatformDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<PlatformRefusal>> ChangeService(ChangeService command) => Tell(command, PlatformDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<PlatformRefusal>> ChangePrices(ChangePrices command) => Tell(command, PlatformDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<PlatformRefusal>> HoldSlots(HoldSlots command) => Tell(command, PlatformDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<PlatformRefusal>> SetSlotsAside(SetSlotsAside command) => Tell(command, PlatformDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<PlatformRefusal>> MoveSlots(MoveSlots command) => Tell(command, PlatformDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<PlatformRefusal>> BarMove(BarMove command) => Tell(command, PlatformDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<PlatformRefusal>> TrimSlot(TrimSlot command) => Tell(command, PlatformDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<PlatformRefusal>> FirmSlots(FirmSlots command) => Tell(command, PlatformDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<PlatformRefusal>> ReleaseSlots(ReleaseSlots command) => Tell(command, PlatformDecisions.Decide);
    /// <inheritdoc/>
    public Task<PlatformView?> View() => Read(ViewOf);
    /// <inheritdoc/>
    public Task<SlotsAnswer> FreeSlots(SlotsAsked asked) => Read(state => PlatformReads.FreeSlots(state, asked, Now));
    /// <inheritdoc/>
    public Task<Refused<PlatformRefusal>?> WouldRefuse(
        ImmutableArray<WantedSlot> slots, BookingId? booking = null, Customer? customer = null) =>
        Read(state => PlatformDecisions.WouldRefuse(state, slots, booking, Now, customer));
    /// <inheritdoc/>
    public Task<Reply<PlatformRefusal>> GrantQualification(GrantQualification command) =>
        Tell(command, PlatformDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<PlatformRefusal>> WithdrawQualification(WithdrawQualification command) =>
        Tell(command, PlatformDecisions.Decide);
    /// <inheritdoc/>
    public Task<ImmutableArray<Qualified>?> Qualifications(Actor by) =>
        Read(state => PlatformReads.Qualifications(state, by));
    /// <inheritdoc/>
    public Task<Refused<PlatformRefusal>?> Unqualified(Customer customer, WantedSlot slot) =>
        Read(state => PlatformDecisions.Unqualified(state, customer, slot, Now));
    /// <inheritdoc/>
    public Task<ImmutableArray<Refused<PlatformRefusal>?>> WouldRefuseEach(
        ImmutableArray<WantedSlot> slots, Customer customer) =>
        Read(state => PlatformDecisions.WouldRefuseEach(state, slots, customer, Now));
    /// <inheritdoc/>
    public Task<ImmutableArray<Slot>> Alternatives(WantedSlot slot) =>
        Read(state => PlatformReads.Alternatives(state, slot, Now));
    /// <inheritdoc/>
    public Task<IssuedNumber?> InvoiceOf(BookingId booking) =>
        Read(state => state.Invoiced.GetValueOrDefault(booking.Value));
    /// <inheritdoc/>
    public Task<ImmutableArray<BookingId>> Collisions(ResourceId resource) =>
        Read(state => PlatformDecisions.Collisions(state, resource, Now));
    /// <inheritdoc/>
    public Task<PlatformClosings> Closings() => Read(state => state.Closings);
    /// <inheritdoc/>
    public Task<ClosurePreview> PreviewClosure(PlanClosure command) =>
        Read(state => PlatformDecisions.Preview(state, command, Now));
    /// <inheritdoc/>
    public Task<ClosurePreview> PreviewHolidays(ChooseHolidays command) =>
        Read(state => PlatformDecisions.Preview(state, command, Now));
    /// <inheritdoc/>
    public Task<ImmutableArray<ImportedCalendar>> Calendars(Actor by) =>
        Read(state => PlatformReads.Calendars(state, by));
    /// <inheritdoc/>
    public Task<CalendarPreview> PreviewCalendar(AddCalendar command) =>
        Read(state => PlatformDecisions.Preview(state, command, Now));
    /// <inheritdoc/>
    public Task<ImmutableArray<Collision>> ToBeMoved(Actor by) =>
        Read(state => PlatformCollisions.ToBeMoved(state, by, Now));
    /// <inheritdoc/>
    public Task<PlatformDays?> Days(Actor by, LocalDate from, LocalDate to) =>
        Read(state => PlatformDays.Of(state, by, from, to));
    /// <inheritdoc/>
    public Task<MovePreview> PreviewMove(BookingId booking, WantedSlot slot) =>
        Read(state => PlatformDecisions.PreviewMove(state, booking, slot, Now));
    /// <inheritdoc/>
    public Task<HoursPreview> PreviewHours(ChangeHours command) =>
        Read(state => PlatformDecisions.PreviewHours(state, command, Now));
    /// <inheritdoc/>
    public Task<Reply<PlatformRefusal>> ChooseApprovers(ChooseApprovers command) =>
        Tell(command, PlatformDecisions.Decide);
    /// <inheritdoc/>
    public Task<ApprovalRules?> Approvers() => Read(state => state.Approval);
    /// <inheritdoc/>
    public Task<Reply<PlatformRefusal>> JoinWaitlist(JoinWaitlist command) => Tell(command, WaitlistDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<PlatformRefusal>> LeaveWaitlist(LeaveWaitlist command) => Tell(command, WaitlistDecisions.Decide);
    /// <inheritdoc/>
    public Task<ImmutableArray<WaitingWish>> Waitlist(Actor by) => Read(state => WaitlistReads.Of(state, by));
    /// <inheritdoc/>
    public Task<ImmutableArray<WaitingWish>> NextFor(Actor by, BookingId booking) =>
        Read(state => WaitlistReads.NextFor(state, by, booking, Now));
    /// <inheritdoc/>
    public Task Wake() => PlatformWaits.DueAt(Durable) is { } due && due <= Now
        ? Tell(
            new EndWaits(new($"{this.GetPrimaryKeyString()}:waits:{due.ToUnixTimeTicks()}"), Actor.System),
            WaitlistDecisions.Decide)
        : Task.CompletedTask;
    /// <inheritdoc/>
    protected override ImmutableArray<PlatformEvent> Following(
        PlatformState state, ImmutableArray<PlatformEvent> events, Instant now) =>
        WaitlistDecisions.Following(state, events, now);

    /// <inheritdoc/>
    protected override PlatformState Evolve(PlatformState state, PlatformEvent happened, Instant at) =>
        PlatformState.Evolve(state, happened, at);

    /// <inheritdoc/>
    protected override PlatformState Restored(PlatformState state) => state.WithCalendar();

    /// <inheritdoc/>
    protected override int SizeOf(PlatformState state) =>
        state.Bookings.Count + state.Barred.Count + state.Invoiced.Count;

    /// <inheritdoc/>
    protected override Effects EffectsOf(
        PlatformState before, PlatformState after, ImmutableArray<Placed<PlatformEvent>> events, Instant at) =>
        PlatformRows.EffectsOf(before, after, events);

    private static PlatformView? ViewOf(PlatformState state) => PlatformReads.View(state);
}
