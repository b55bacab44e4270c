using Facilities.Grains.Credits;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Runtime;
using Facilities.Grains.Waitlist;
using Facilities.Silo.Credits;
using NodaTime;
using static Facilities.Silo.Verification.Statements;

namespace Facilities.Silo.Verification;

/// <summary>No unit of a platform serves two at once; says which slots and invoices each booking has here.</summary>
internal sealed class PlatformCheck(StreamName stream, Statements statements, Faults faults) : StreamProof
{
    private const int ForgetEvery = 256;
    private const string Aside = "aside ";

    private readonly UnitClaims units = new();
    private readonly Dictionary<string, int> unitsOf = [];
    private readonly Dictionary<string, Dictionary<string, HeldSlot>> held = [];
    private OfferCheck? offers;
    private int seen;

    public override void See(StoredEvent stored, object happened)
    {
        if (++seen % ForgetEvery == 0) Forget(stored.At);
        switch (happened)
        {
            case PlatformRegistered e:
                foreach (var resource in e.Resources) unitsOf[resource.Id.Value] = resource.Units;
                break;
            case WaitlistEvent e:
                (offers ??= new OfferCheck(stream, units, faults)).See(stored, e);
                break;
            case SlotsHeld e:
                foreach (var slot in e.Slots) Take(stored, e.Booking, slot);
                SaySlots(e.Booking);
                break;
            case SlotsSetAside e:
                // Both places of one booking may share a unit until it is moved.
                foreach (var slot in e.Slots)
                    Claim(stored, e.Booking, slot, Aside + slot.Item.Value, other => other.Booking == e.Booking.Value);
                break;
            case MoveBarred e:
                units.GiveBack(e.Booking.Value, item => item.StartsWith(Aside, StringComparison.Ordinal));
                break;
            case SlotsMoved e:
                foreach (var slot in e.Slots)
                    units.GiveBack(
                        e.Booking.Value, item => item == slot.Item.Value || item == Aside + slot.Item.Value);
                foreach (var slot in e.Slots) Take(stored, e.Booking, slot);
                SaySlots(e.Booking);
                break;
            case SlotsFirmed e:
                Say(e.Booking, BookingStatements.FirmPart(stream.Key), "firm");
                break;
            case SlotsReleased e:
                units.GiveBack(e.Booking.Value, _ => true);
                TakeBack(e.Booking);
                break;
            case SlotsDropped e:
                units.GiveBack(e.Booking.Value, item => e.Items.Any(i => i.Value == item));
                if (!held.TryGetValue(e.Booking.Value, out var kept)) break;
                foreach (var item in e.Items) kept.Remove(item.Value);
                if (kept.Count > 0) SaySlots(e.Booking);
                else TakeBack(e.Booking);
                break;
            case InvoiceIssued e:
                Say(e.Booking, BookingStatements.InvoicePart(stream.Key),
                    $"{e.Invoice.Number} {e.Invoice.Totals.Payable}");
                break;
            case CreditNoteIssued e:
                Say(e.Booking, CreditStatements.NotePart(stream.Key, e.Number),
                    $"{e.Note.Number} {e.Note.Totals.Gross}");
                break;
        }
    }

    private void Take(StoredEvent stored, BookingId booking, HeldSlot slot)
    {
        if (!held.TryGetValue(booking.Value, out var slots)) held[booking.Value] = slots = [];
        slots[slot.Item.Value] = slot;
        Claim(stored, booking, slot, slot.Item.Value, _ => false);
    }

    private void Claim(
        StoredEvent stored, BookingId booking, HeldSlot slot, string item, Func<UnitClaims.Claim, bool> shares)
    {
        foreach (var used in slot.Units)
            foreach (var unit in used.Units)
            {
                var claim = UnitClaims.Of(booking.Value, slot, used) with { Item = item };
                if (unit < 0 || unit >= unitsOf.GetValueOrDefault(used.Resource.Value))
                    faults.Add(
                        "unitUnknown", $"{stream}#{stored.Version}",
                        $"{used.Resource} has no unit {unit}, which booking {booking} got.");
                foreach (var other in units.Take(used.Resource.Value, unit, claim).Where(c => !shares(c)))
                    faults.Add("doubleBooking", $"{stream}#{stored.Version}",
                        $"unit {unit} of {used.Resource} serves {booking} ({claim.Start}/{claim.End}) "
                        + $"and {other.Booking} ({other.Start}/{other.End}).");
            }
    }

    private void TakeBack(BookingId booking)
    {
        held.Remove(booking.Value);
        foreach (var part in new[]
            { BookingStatements.SlotPart(stream.Key), BookingStatements.FirmPart(stream.Key) })
            statements.TakeBack(BookingStatements.About(booking), part, Side.Holder);
    }

    private void SaySlots(BookingId booking) => Say(booking, BookingStatements.SlotPart(stream.Key),
        BookingStatements.Slots(held[booking.Value].Values.Select(s => (s.Item.Value, s.Busy.Start, s.Busy.End))));

    private void Say(BookingId booking, string part, string what) =>
        statements.Say(BookingStatements.About(booking), part, Side.Holder, what);

    /// <summary>What is long over is moved by nobody, so only the table need remember it.</summary>
    private void Forget(Instant now)
    {
        units.Forget(now);
        foreach (var (booking, slots) in held)
            if (slots.Values.All(s => s.Busy.BlockedUntil + Limits.PastSlots < now)) held.Remove(booking);
    }
}
