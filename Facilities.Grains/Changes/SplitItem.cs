using System.Text.Json.Serialization;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using Facilities.Grains.Series;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Bookings;

/// <summary>
/// Makes two items of one, in one step of its platform: the first keeps its start and its units, the second follows at
/// once or lies where it is asked for. What was agreed stays in sum; each part can be moved by itself afterwards.
/// </summary>
/// <param name="Id">The command.</param>
/// <param name="By">A person who books for the account, or a manager of the item's facility.</param>
/// <param name="Item">Which item.</param>
/// <param name="First">How long the first part is; null where <paramref name="At"/> says so.</param>
/// <param name="At">When the first part ends; null where <paramref name="First"/> says so.</param>
/// <param name="SecondStart">Where the second part starts; null for at once after the first.</param>
public sealed record SplitItem(
    CommandId Id, Actor By, ItemId Item, Length? First, Instant? At = null, Instant? SecondStart = null)
    : Command(Id, By);

/// <summary>One item as two.</summary>
/// <param name="First">The first part, under the item's id, with its price.</param>
/// <param name="Second">The second part, under an id of its own.</param>
/// <param name="Notice">The notice that counts for the second part at most; null where nothing was moved.</param>
public sealed record ItemSplit(QuotedItem First, QuotedItem Second, KeptNotice? Notice);

/// <summary>A split that the platform refused.</summary>
public sealed record RefusedSplit(ItemSplit Split, string Refusal, string Reason)
{
    /// <summary>Whether it is what a command asks for.</summary>
    public bool IsOf(SplitItem command) => Split.First.Id == command.Item
        && (command.First is { } first ? Split.First.Duration == first : Split.First.End == command.At)
        && Split.Second.Start == (command.SecondStart ?? Split.First.End);
}

public static partial class BookingDecisions
{
    /// <summary>Decides <see cref="SplitItem"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(BookingState booking, SplitItem command, Instant now)
    {
        if (Hidden(booking, command) is { } unknown) return unknown;
        if (booking.Items.FirstOrDefault(i => i.Id == command.Item) is not { } booked)
            return NoItem(booking, command.Item);
        var byFacility = MayManage(booked, command);
        if (!byFacility && !MayBook(booking, command))
            return No(
                BookingRefusal.NotAllowed,
                "Only a person who books for the account, or a manager of the facility, splits a slot.");
        if (MayNotEnd(booking) is { } refusal) return refusal;
        if (booking.Status != BookingStatus.Confirmed) return NotConfirmed(booking);
        if (booking.Pending != PendingWork.None)
            return No(BookingRefusal.MoveUnderWay, "The booking is being changed. Try again in a moment.");
        if (booked.Start <= now)
            return No(BookingRefusal.AlreadyStarted, "The slot has started, so it can no longer be split.");
        if (Released(booking, [booked.Id]) is { } released) return released;
        var (item, zone) = (booking.Agreed!.Items.First(i => i.Id == booked.Id), booking.ZoneOf(booked.Id));
        if ((command.First ?? LengthUntil(item, booked.Start, command.At, zone)) is not { } first)
            return No(
                BookingRefusal.LengthNotAllowed,
                $"Say how long the first part is, counted like {item.Duration}, or when it ends.", "/firstDuration");
        if (NotPriced(item, first, isEmpty: false) is { } unpriced) return unpriced;
        var second = new Length(item.Duration.Days - first.Days, item.Duration.Minutes - first.Minutes);
        if (second.Days < 0 || second.Minutes < 0 || second.IsZero)
            return No(
                BookingRefusal.LengthNotAllowed,
                $"The first part is shorter than the whole of {Kernel.Words.Length(item.Duration)}.", "/firstDuration");
        var end = first.After(booked.Start, zone);
        var start = command.SecondStart ?? end;
        if (start != end && item.Approval == Services.ApprovalRule.Manager && !byFacility)
            return No(
                BookingRefusal.GateOpen, "The facility approved this time. Ask its manager to move a part of it.");
        var (one, other) = SplitPrices.Split(item, first, second, NextItem(booking, booked.Id));
        var until = second.After(start, zone);
        if (OverlapsItself(booking, [new(booked.Id, booked.Start, end), new(other.Id, start, until)]) is { } overlap)
            return overlap;
        if (start != end && !byFacility && Dearer(other, new(start, until)) is { } dearer) return dearer;
        if (booking.Items.Length >= Limits.ItemsPerQuote)
            return No(
                BookingRefusal.LengthNotAllowed,
                $"A booking has at most {Limits.ItemsPerQuote} slots, and this one has as many.", "/itemId");

        // From here on it must succeed.
        return new SplitRequested(
            new ItemSplit(
                one with { Start = booked.Start, End = end }, other with { Start = start, End = until },
                NoticeOfSecond(booking, booked, other.Id, counts: start != end && !byFacility, now)),
            booking.MoveNumber + 1, command.By.Name);
    }

    private static Length? LengthUntil(QuotedItem item, Instant start, Instant? at, DateTimeZone zone)
    {
        if (at is not { } until || until <= start) return null;
        var length = item.Duration.IsCalendarDays
            ? Length.OfDays(Period.DaysBetween(start.InZone(zone).Date, until.InZone(zone).Date))
            : Length.OfMinutes((long)(until - start).TotalMinutes);
        return !length.IsZero && length.After(start, zone) == until ? length : null;
    }

    /// <summary>
    /// An id that nothing of the booking ever had, cancelled items included. The part of a date is a date of the same
    /// series, so that what is moved or cancelled with all that follow takes it along.
    /// </summary>
    private static ItemId NextItem(BookingState booking, ItemId item)
    {
        var known = booking.Whole.Select(i => i.Id).ToHashSet();
        if (SeriesRules.SeriesOf(item) is { } series)
            return SeriesRules.DateId(
                series, 1 + known.Where(i => SeriesRules.SeriesOf(i) == series).Max(SeriesRules.NumberOf));
        var number = known.Count + 1;
        while (known.Contains(new($"i{number}"))) number++;
        return new ItemId($"i{number}");
    }

    /// <summary>A part that is moved has no more notice than the whole had, as with any move.</summary>
    private static KeptNotice? NoticeOfSecond(
        BookingState booking, BookedItem item, ItemId second, bool counts, Instant now)
    {
        var kept = (booking.Notices ?? []).FirstOrDefault(n => n.Item == item.Id);
        var mine = counts ? NoticeOf(booking, new ItemMove(item.Id, item.Start, item.End), now) : null;
        return new[] { kept, mine }.OfType<KeptNotice>().MinBy(n => n.Days) is { } least
            ? least with { Item = second }
            : null;
    }
}

public static partial class BookingEvolution
{
    private static BookingState Split(this BookingState state, ItemSplit split)
    {
        var (first, second) = (split.First, split.Second);
        // In the order of the items, whichever part is split again.
        var parts = (state.Parts ?? []).Any(p => p.Id == first.Id)
            ? state.Parts!.Value.Select(p => p.Id == first.Id ? first : p)
            : (state.Parts ?? []).Add(first);
        return state.Moved() with
        {
            Items =
            [
                .. state.Moved().Items,
                new BookedItem(
                    second.Id, second.Platform, second.Service, second.ServiceName, second.Start, second.End),
            ],
            Parts = [.. parts, second],
            Lengths = state.Lengths?.RemoveAll(l => l.Item == first.Id),
            Notices = split.Notice is { } notice ? [.. state.Notices ?? [], notice] : state.Notices,
            RefusedSplits = state.RefusedSplits?.RemoveAll(r => r.Split.First.Id == first.Id),
        };
    }
}
