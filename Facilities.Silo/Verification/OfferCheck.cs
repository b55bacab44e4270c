using Facilities.Grains.Platforms;
using Facilities.Grains.Runtime;
using Facilities.Grains.Services;
using Facilities.Grains.Waitlist;

namespace Facilities.Silo.Verification;

/// <summary>
/// Time is held for the waitlist exactly while it is offered: once, in the order of joining, to the one who takes it in
/// time.
/// </summary>
internal sealed class OfferCheck(StreamName stream, UnitClaims units, Faults faults)
{
    private readonly List<WaitlistEntry> line = [];

    public void See(StoredEvent stored, WaitlistEvent happened)
    {
        switch (happened)
        {
            case WaitlistJoined e:
                line.Add(e.Entry);
                break;
            case SlotOffered e when Find(e.Entry) is { IsWaiting: true } entry:
                if (line.FirstOrDefault(w => w.IsWaiting && Wants(w, e.Slot)) is { } first && first != entry)
                    Fault(stored, "offerOutOfOrder", $"{entry.Id} is offered what {first.Id} waits for longer.");
                Take(stored, entry with { Offer = new WaitlistOffer(e.Slot, e.Until) });
                break;
            case OfferReturned e:
                if (Find(e.Entry.Id) is { } taken) line.Remove(taken);
                line.Add(e.Entry);
                Take(stored, e.Entry);
                break;
            case OfferWithdrawn e when Offered(e.Entry) is { } entry:
                GiveBack(entry, entry with { Offer = null });
                break;
            case OfferTaken e when Offered(e.Entry) is { } entry:
                if (entry.Offer!.Until <= stored.At)
                    Fault(stored, "offerTakenLate", $"{entry.Id} ended at {entry.Offer.Until}.");
                GiveBack(entry, entry with { TakenBy = e.Booking });
                break;
            case WaitEnded e when Find(e.Entry) is { TakenBy: null } entry:
                if (e.Why == WaitEnd.Lapsed && !(entry.Offer?.Until <= stored.At))
                    Fault(stored, "offerEndedEarly", $"{entry.Id} has until {entry.Offer?.Until}.");
                GiveBack(entry, null);
                break;
            default:
                Fault(stored, "offerUnknown", $"{happened.GetType().Name} concerns nobody who waits so.");
                break;
        }
    }

    private void Take(StoredEvent stored, WaitlistEntry entry)
    {
        var place = line.FindIndex(w => w.Id == entry.Id);
        line[place] = entry;
        var slot = entry.Offer!.Slot;
        foreach (var used in slot.Units)
            foreach (var unit in used.Units)
                foreach (var other in units.Take(
                    used.Resource.Value, unit, UnitClaims.Of(entry.Id.Value, slot, used)))
                    Fault(stored, "doubleBooking",
                        $"unit {unit} of {used.Resource} is offered to {entry.Id} and serves {other.Booking}.");
    }

    private void GiveBack(WaitlistEntry entry, WaitlistEntry? after)
    {
        units.GiveBack(entry.Id.Value, _ => true);
        var place = line.IndexOf(entry);
        if (after is null) line.RemoveAt(place);
        else line[place] = after;
    }

    private WaitlistEntry? Find(Grains.Kernel.WaitlistEntryId id) => line.LastOrDefault(w => w.Id == id);

    private WaitlistEntry? Offered(Grains.Kernel.WaitlistEntryId id) =>
        Find(id) is { IsOffered: true } entry ? entry : null;

    // Of the same kind of wish, so that whatever one can have, the other can too.
    private bool Wants(WaitlistEntry entry, HeldSlot slot) => entry.Service == slot.Service
        && entry.From <= slot.Busy.Start && slot.Busy.Start < entry.To
        && entry.Quantity == 1 && line.All(w => w.Service != entry.Service
            || (w.Duration == entry.Duration && w.Quantity == 1));

    private void Fault(StoredEvent stored, string name, string what) =>
        faults.Add(name, $"{stream}#{stored.Version}", what);
}
