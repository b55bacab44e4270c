using System.Collections.Immutable;
using System.Text.Json;
using Facilities.Grains.Credits;
using Facilities.Grains.Invoices;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using Facilities.Grains.Waitlist;

namespace Facilities.Grains.Platforms;

/// <summary>What lists and reports see of a platform.</summary>
public static class PlatformRows
{
    /// <summary>Rows and due work that follow from events.</summary>
    public static Effects EffectsOf(
        PlatformState before, PlatformState after, ImmutableArray<Placed<PlatformEvent>> events) =>
        new(Of(after, events), PlatformWaits.DueOf(before, after), []);

    /// <summary>The rows that follow from events; the calendar itself is read from the grain.</summary>
    public static ImmutableArray<RowWrite> Of(PlatformState after, ImmutableArray<Placed<PlatformEvent>> events)
    {
        var rows = ImmutableArray.CreateBuilder<RowWrite>();
        var profile = after.Profile!;
        if (events.Any(e => PlatformState.IsEdit(e.Event)))
            rows.Add(Row.Of("platforms", profile.Id.Value,
                ("cluster_id", profile.Cluster.Value), ("country", profile.Country), ("stage", profile.Stage),
                ("body", JsonSerializer.Serialize(PlatformReads.View(after), Json.Options))));
        foreach (var (_, happened) in events)
        {
            if (happened is InvoiceIssued issued)
                rows.Add(after.RowOf(issued.Invoice, issued.Booking, issued.Account));
            if (happened is CreditNoteIssued credited)
                rows.Add(after.RowOf(credited.Note, credited.Booking, credited.Account));
        }
        if (events.Any(e => e.Event is WaitlistEvent))
            rows.AddRange(PlatformWaits.RowsOf(after, events.Select(e => e.Event)));
        return rows.ToImmutable();
    }

    private static RowWrite RowOf(this PlatformState platform, Invoice invoice, BookingId booking, AccountId account) =>
        Row.Of("invoices", invoice.Id.Value, ("booking_id", booking.Value),
            ("platform_id", platform.Profile!.Id.Value), ("account_id", account.Value), ("number", invoice.Number),
            ("issued_at", invoice.IssuedOn.AtStartOfDayInZone(platform.Zone).ToInstant()),
            ("body", JsonSerializer.Serialize(invoice, Json.Options)));
}
