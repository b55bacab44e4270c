using Facilities.Grains.Services;

namespace Facilities.Tests.Models;

/// <summary>What a service asks for; times in minutes.</summary>
internal sealed record NaiveService(
    string[] Uses, int[] Durations, int Step, int Before, int After, int Lead, int Horizon, int QuantityMax);

/// <summary>One item of a booking on one grid of minutes.</summary>
internal sealed record NaiveSlot(string Item, string Service, int Start, int Duration, int Quantity)
{
    public int End => Start + Duration;
}

/// <summary>A platform's calendar as a list of bookings that is looked through minute by minute.</summary>
internal sealed class CalendarModel(
    IReadOnlyDictionary<string, NaiveService> services,
    IReadOnlyDictionary<string, (int Units, (int, int)[] Hours)> resources)
{
    private const int Day = 1_440;
    private readonly List<Placed> _placed = [];
    private readonly Dictionary<string, (bool IsFirm, int Moves)> _bookings = [];
    private readonly List<(string Booking, int At)> _released = [];
    private readonly Dictionary<string, (string Resource, int From, int To)> _closures = [];

    private sealed record Placed(string Booking, NaiveSlot Slot, string Resource, int[] Units);

    public int Edition { get; private set; } = 1;

    public IEnumerable<string> Closures => _closures.Keys;

    /// <summary>Bookings, whether they are firm, and each unit that they have, in words.</summary>
    public string Shown => string.Join("; ", _bookings.OrderBy(b => b.Key, StringComparer.Ordinal).Select(b =>
        $"{b.Key} {b.Value.IsFirm} {b.Value.Moves}: " + string.Join(", ", _placed.Where(p => p.Booking == b.Key)
            .Select(p => $"{p.Slot.Item} {p.Slot.Start}-{p.Slot.End} {p.Resource} {string.Join('+', p.Units)}")
            .Order(StringComparer.Ordinal))));

    public string Hold(string booking, NaiveSlot[] slots, int now)
    {
        if (_released.FindLast(r => r.Booking == booking) is { Booking: not null } ended
            && !_released.Exists(r => r.At > ended.At + 2 * Day)) return "BookingEnded";
        if (_bookings.ContainsKey(booking)) return "nothing";
        var (found, refusal) = Fit(booking, slots, _placed, now);
        if (refusal is not null) return refusal;
        _placed.AddRange(found);
        _bookings[booking] = (false, 0);
        return "done";
    }

    public string Move(string booking, NaiveSlot[] slots, int number, int now)
    {
        if (!_bookings.TryGetValue(booking, out var known)) return "BookingEnded";
        if (number <= known.Moves) return "nothing";
        bool IsMoved(Placed placed) => placed.Booking == booking && slots.Any(s => s.Item == placed.Slot.Item);
        var (found, refusal) = Fit(booking, slots, [.. _placed.Where(p => !IsMoved(p))], now);
        if (refusal is not null) return refusal;
        _placed.RemoveAll(IsMoved);
        _placed.AddRange(found);
        _bookings[booking] = known with { Moves = number };
        return "done";
    }

    /// <summary>One slot of a booking as two; <c>BookingEnded</c> where it has no such slot.</summary>
    public string Split(string booking, string item, int first, NaiveSlot second, int number, int now)
    {
        if (!_bookings.TryGetValue(booking, out var known) || Find(booking, item) is not { } whole)
            return "BookingEnded";
        if (number <= known.Moves) return "nothing";
        var service = services[whole.Service];
        if (!service.Durations.Contains(first) || !service.Durations.Contains(second.Duration))
            return "DurationNotAllowed";
        if (first >= whole.Duration) return "NotValid";
        var shorter = whole with { Duration = first };
        if (second.Start == shorter.End && (Reaches(shorter, second) || Reaches(second, shorter))) return "NotValid";
        var kept = _placed.Select(p => p.Booking == booking && p.Slot.Item == item ? p with { Slot = shorter } : p)
            .ToList();
        var (found, refusal) = Fit(booking, [second], kept, now);
        if (refusal is not null) return refusal;
        var own = kept.Where(p => p.Booking == booking && p.Slot.Item == item).ToArray();
        // Who has a unit keeps it, where all of them are free then.
        if (own.All(mine => !kept.Exists(other => other.Resource == mine.Resource
            && other.Units.Intersect(mine.Units).Any()
            && (Reaches(second, other.Slot) || Reaches(other.Slot, second)))))
            found = [.. own.Select(mine => mine with { Slot = second })];
        _placed.Clear();
        _placed.AddRange(kept.Concat(found));
        _bookings[booking] = known with { Moves = number };
        return "done";
    }

    /// <summary>A slot of a booking; null where it has none of that name.</summary>
    public NaiveSlot? Find(string booking, string item) =>
        _placed.Find(p => p.Booking == booking && p.Slot.Item == item)?.Slot;

    public string Firm(string booking)
    {
        if (!_bookings.TryGetValue(booking, out var known) || known.IsFirm) return "nothing";
        _bookings[booking] = known with { IsFirm = true };
        return "done";
    }

    public string Release(string booking, int now)
    {
        if (_released.FindLast(r => r.Booking == booking) is { Booking: not null } ended
            && !_released.Exists(r => r.At > ended.At + 2 * Day)) return "nothing";
        _released.Add((booking, now));
        _placed.RemoveAll(p => p.Booking == booking);
        _bookings.Remove(booking);
        return "done";
    }

    public string Close(string id, string resource, int from, int to, bool isManager, long? edition)
    {
        if (NotEditable(resource, isManager, edition) is { } no) return no;
        if (to <= from) return "NotValid";
        _closures[id] = (resource, from, to);
        Edition++;
        return "done";
    }

    public string Reopen(string id, string resource, bool isManager, long? edition)
    {
        if (NotEditable(resource, isManager, edition) is { } no) return no;
        if (!_closures.TryGetValue(id, out var closure) || closure.Resource != resource) return "ClosureUnknown";
        _closures.Remove(id);
        Edition++;
        return "done";
    }

    /// <summary>The starts of a day at which a slot could be held.</summary>
    public string Free(NaiveSlot like, int day, int now) => string.Join(' ', Enumerable.Range(day * Day, Day)
        .Where(minute => Fit("", [like with { Start = minute }], _placed, now).Refusal is null));

    private (List<Placed> Found, string? Refusal) Fit(string booking, NaiveSlot[] slots, List<Placed> placed, int now)
    {
        List<Placed> found = [];
        foreach (var slot in slots)
        {
            if (!services.TryGetValue(slot.Service, out var service)) return ([], "NotOffered");
            if (Forbidden(service, slot, now) is { } refusal) return ([], refusal);
            List<Placed> mine = [];
            foreach (var resource in service.Uses)
            {
                var free = Enumerable.Range(0, resources[resource].Units).Where(unit =>
                    !placed.Concat(found).Any(other => other.Resource == resource && other.Units.Contains(unit)
                        && (Reaches(slot, other.Slot) || Reaches(other.Slot, slot)))).ToArray();
                if (free.Length < slot.Quantity) return ([], "SlotTaken");
                mine.Add(new(booking, slot, resource, free[..slot.Quantity]));
            }
            found.AddRange(mine);
        }
        return (found, null);
    }

    private string? Forbidden(NaiveService service, NaiveSlot slot, int now)
    {
        if (!service.Durations.Contains(slot.Duration)) return "DurationNotAllowed";
        if (slot.Quantity < 1 || slot.Quantity > service.QuantityMax) return "QuantityNotAllowed";
        if (slot.Start < now + service.Lead) return "InsideLeadTime";
        if (slot.Start > now + service.Horizon) return "BeyondHorizon";
        if (!IsOpen(service, slot.Start)) return "StartOffGrid";
        var opening = slot.Start;
        while (IsOpen(service, opening - 1)) opening--;
        if ((slot.Start - opening) % service.Step != 0) return "StartOffGrid";
        for (var minute = slot.Start; minute < slot.End; minute++)
            if (!IsOpen(service, minute) || IsClosed(service, minute)) return "OutsideHours";
        return null;
    }

    private bool IsOpen(NaiveService service, int minute) => minute >= 0 && service.Uses.All(resource =>
        resources[resource].Hours.Any(hours => minute % Day >= hours.Item1 && minute % Day < hours.Item2));

    private bool IsClosed(NaiveService service, int minute) => _closures.Values.Any(closure =>
        service.Uses.Contains(closure.Resource) && minute >= closure.From && minute < closure.To);

    /// <summary>Whether any minute of one slot or its buffers lies in the other slot itself.</summary>
    private bool Reaches(NaiveSlot one, NaiveSlot other)
    {
        var service = services[one.Service];
        for (var minute = one.Start - service.Before; minute < one.End + service.After; minute++)
            if (minute >= other.Start && minute < other.End) return true;
        return false;
    }

    private string? NotEditable(string resource, bool isManager, long? edition) =>
        !isManager ? "NotAllowed"
        : !resources.ContainsKey(resource) ? "ResourceUnknown"
        : edition is { } seen && seen != Edition ? "Stale"
        : null;
}
