using Dapper;
using Facilities.Grains.Platforms;
using Facilities.Grains.Runtime;
using Facilities.Silo.Storage;
using NodaTime;

namespace Facilities.Silo.Verification;

/// <summary>No unit of a platform serves two at once, and every booking that is confirmed has its slots here.</summary>
internal sealed class PlatformCheck(StreamName stream, IDatabase database, Faults faults) : StreamCheck
{
    private const int ForgetEvery = 256;

    private readonly UnitClaims units = new();
    private readonly Dictionary<string, int> unitsOf = [];
    private readonly Dictionary<(string Booking, string Item), (Instant Start, Instant End)> held = [];
    private int seen;

    public override void See(StoredEvent stored, object happened)
    {
        if (++seen % ForgetEvery == 0) units.Forget(stored.At);
        switch (happened)
        {
            case PlatformRegistered e:
                foreach (var resource in e.Resources) unitsOf[resource.Id.Value] = resource.Units;
                break;
            case SlotsHeld e:
                foreach (var slot in e.Slots) Take(stored, e.Booking.Value, slot);
                break;
            case SlotsMoved e:
                foreach (var slot in e.Slots) GiveBack(e.Booking.Value, slot.Item.Value);
                foreach (var slot in e.Slots) Take(stored, e.Booking.Value, slot);
                break;
            case SlotsReleased e:
                foreach (var item in held.Keys.Where(k => k.Booking == e.Booking.Value).Select(k => k.Item).ToArray())
                    GiveBack(e.Booking.Value, item);
                break;
        }
    }

    public override async Task Finish()
    {
        var rows = await database.Read(connection => connection.QueryAsync<Row>("""
            select booking_id, item_id, status, starts_at, ends_at from booking_items where platform_id = @platform
            """, new { platform = stream.Key }));
        foreach (var row in rows)
        {
            var isHeld = held.TryGetValue((row.BookingId, row.ItemId), out var slot);
            var isOver = row.Status is "rejected" or "cancelled" or "expired" or "noShow";
            if (isOver && isHeld)
                faults.Add(
                    "slotLeftBehind", stream.Value, $"booking {row.BookingId} is {row.Status} and still has its slot.");
            if (!isOver && !isHeld)
                faults.Add("slotMissing", stream.Value, $"booking {row.BookingId} is {row.Status} and has no slot.");
            if (!isOver && isHeld && slot != (row.StartsAt, row.EndsAt))
                faults.Add(
                    "slotMissing", stream.Value,
                    $"booking {row.BookingId} says {row.StartsAt}/{row.EndsAt} "
                    + $"and its slot is {slot.Start}/{slot.End}.");
        }
    }

    private void Take(StoredEvent stored, string booking, HeldSlot slot)
    {
        var claim = UnitClaims.Of(booking, slot);
        held[(booking, slot.Item.Value)] = (slot.Busy.Start, slot.Busy.End);
        foreach (var used in slot.Units)
            foreach (var unit in used.Units)
            {
                if (unit < 0 || unit >= unitsOf.GetValueOrDefault(used.Resource.Value))
                    faults.Add(
                        "unitUnknown", $"{stream}#{stored.Version}",
                        $"{used.Resource} has no unit {unit}, which booking {booking} got.");
                foreach (var other in units.Take(used.Resource.Value, unit, claim))
                    faults.Add("doubleBooking", $"{stream}#{stored.Version}",
                        $"unit {unit} of {used.Resource} serves {booking} ({claim.Start}/{claim.End}) "
                        + $"and {other.Booking} ({other.Start}/{other.End}).");
            }
    }

    private void GiveBack(string booking, string item)
    {
        units.GiveBack(booking, item);
        held.Remove((booking, item));
    }

    private sealed record Row(string BookingId, string ItemId, string Status, Instant StartsAt, Instant EndsAt);
}
