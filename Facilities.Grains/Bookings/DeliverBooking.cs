using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using Facilities.Grains.Series;
using NodaTime;
using static Facilities.Grains.Payments.PaymentDecisions;

namespace Facilities.Grains.Bookings;

/// <summary>
/// Records what was used; items that are not named were used as booked. As long as dates of a series are still to come
/// it records those that are named, or all that have started, and the booking stays confirmed.
/// </summary>
public sealed record DeliverBooking(CommandId Id, Actor By, ImmutableArray<ItemUsage> Usage) : Command(Id, By);

/// <summary>Accepts what was delivered, or says what is missing.</summary>
public sealed record AcceptDelivery(CommandId Id, Actor By, bool Accepted, string Note) : Command(Id, By);

public static partial class BookingDecisions
{
    /// <summary>Decides <see cref="DeliverBooking"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, DeliverBooking command, Instant now) => Decide(booking, command, now, []);

    /// <summary>The same where public holidays are kept: they are no working days.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, DeliverBooking command, Instant now, ImmutableArray<LocalDate> holidays)
    {
        if (Hidden(booking, command) is { } unknown) return unknown;
        if (!MayManage(booking, command))
            return No(BookingRefusal.NotAllowed, "Only a manager of the facility records the delivery.");
        foreach (var (usage, index) in command.Usage.Select((usage, index) => (usage, index)))
        {
            if (booking.Agreed!.Items.FirstOrDefault(i => i.Id == usage.Item) is not { Dropped: false } item)
                return NoItem(booking, usage.Item, $"/items/{index}/itemId");
            if (usage.Quantity < 1 || usage.Quantity > item.Quantity)
                return No(
                    BookingRefusal.UsageNotAllowed,
                    $"{item.ServiceName} was booked {item.Quantity} times: deliver 1 to {item.Quantity}.",
                    $"/items/{index}/quantity");
            if (usage.Used.IsCalendarDays != item.Duration.IsCalendarDays && !usage.Used.IsZero)
                return No(
                    BookingRefusal.UsageNotAllowed,
                    $"{item.ServiceName} is counted like {item.Duration}, not like {usage.Used}.",
                    $"/items/{index}/used");
        }
        if (booking.IsBeforeConfirmation) return NotConfirmed(booking);
        var disputed = booking.Status == BookingStatus.Delivered && booking.AcceptBy is null;
        if (booking.Status != BookingStatus.Confirmed && !disputed) return Done(booking, "delivery");
        if (Moving(booking) is { } moving) return moving;
        if (now < booking.Start) return NotYetStarted(booking);
        if (DatesToCome(booking, now)) return InParts(booking, command, now);

        // From here on it must succeed.
        ImmutableArray<ItemUsage> usages = [.. Kept(booking).Select(i => UsageOf(booking, command, i))];
        var price = Settlements.Reckon(
            booking.Agreed!, usages.Select(u => new DeliveredItem(u.Item, u.Used, u.Quantity)),
            BasisOf(booking).Funding());
        return new DeliveryRecorded(
            usages, price, command.By.Name,
            WorkingDays.EndAfter(now, Limits.AcceptanceWorkingDays, booking.Zone, holidays));
    }

    /// <summary>Dates of a series are used long after one another, so none is billed before it has started.</summary>
    private static bool DatesToCome(BookingState booking, Instant now) =>
        booking.Items.Any(i => SeriesRules.SeriesOf(i.Id) is not null && i.Start > now);

    /// <summary>The items whose use can be recorded: of a series that is under way the dates that started.</summary>
    public static ImmutableArray<QuotedItem> Deliverable(BookingState booking, Instant now) => DatesToCome(booking, now)
        ? [.. Kept(booking).Where(i => booking.Items.First(b => b.Id == i.Id).Start <= now)]
        : [.. Kept(booking)];

    private static IEnumerable<QuotedItem> Kept(BookingState booking) => booking.Agreed!.Items.Where(i => !i.Dropped);

    private static Decision<BookingEvent, BookingRefusal> InParts(
        BookingState booking, DeliverBooking command, Instant now)
    {
        if (command.Usage.FirstOrDefault(u => booking.Items.First(i => i.Id == u.Item).Start > now) is { } early)
            return No(
                BookingRefusal.NotYetStarted,
                $"{early.Item} starts on {At(booking, booking.Items.First(i => i.Id == early.Item).Start)}; its use is "
                    + "recorded from then on.");
        ImmutableArray<ItemUsage> used =
        [
            .. Deliverable(booking, now)
                .Where(i => command.Usage.IsEmpty || command.Usage.Any(u => u.Item == i.Id))
                .Select(i => UsageOf(booking, command, i)),
        ];
        return used.All(u => (booking.UsageSoFar ?? []).Contains(u))
            ? Decision<BookingEvent, BookingRefusal>.Nothing
            : new UsageRecorded(used, command.By.Name);
    }

    private static ItemUsage UsageOf(BookingState booking, DeliverBooking command, QuotedItem item) =>
        command.Usage.FirstOrDefault(u => u.Item == item.Id)
        ?? booking.UsageSoFar?.FirstOrDefault(u => u.Item == item.Id)
        ?? new ItemUsage(item.Id, item.Duration, item.Quantity, null);

    /// <summary>Decides <see cref="AcceptDelivery"/>. The marketplace accepts where nobody objected in time.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, AcceptDelivery command, Instant now)
    {
        if (Hidden(booking, command) is { } unknown) return unknown;
        if (!command.By.IsSystem && !command.By.Has(
            OrganisationKind.Sme, booking.Account!.Id.Value, Role.Owner, Role.Booker, Role.Signatory))
            return No(BookingRefusal.NotAllowed, "Only a person of the account accepts its deliveries.");
        if (booking.Status != BookingStatus.Delivered)
            return booking.IsBeforeConfirmation || booking.Status == BookingStatus.Confirmed
                ? No(BookingRefusal.NotDelivered, "Nothing was delivered yet: the facility records it first.")
                : Done(booking, "acceptance");
        if (command.By.IsSystem && (booking.AcceptBy is not { } by || now < by))
            return Decision<BookingEvent, BookingRefusal>.Nothing;
        if (!command.Accepted) return new DeliveryDisputed(command.By.Name, command.Note);

        // From here on it must succeed.
        return WithRefund(
            booking, new DeliveryAccepted(command.By.Name, command.Note, command.By.IsSystem),
            booking.Paid - Money.Min(booking.Paid, booking.Final!.PaysProviders),
            "less was used than was paid for");
    }

    /// <summary>The quote of a booking with what it rests on.</summary>
    public static QuoteBasis BasisOf(BookingState booking) =>
        new(booking.Quote!, booking.Account!, booking.Platforms, booking.Agreements, booking.Vouchers);
}
