using System.Collections.Immutable;
using System.Text.Json;
using Facilities.Grains.Credits;
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
            if (happened is InvoiceIssued e)
                rows.Add(Row.Of("invoices", e.Invoice.Id.Value, ("booking_id", e.Booking.Value),
                    ("platform_id", profile.Id.Value), ("account_id", e.Account.Value), ("number", e.Invoice.Number),
                    ("issued_at", after.InstantOf(e.Invoice.IssuedOn)),
                    ("body", JsonSerializer.Serialize(e.Invoice, Json.Options))));
        foreach (var (_, happened) in events)
            if (happened is CreditNoteIssued e)
                rows.Add(Row.Of("invoices", e.Note.Id.Value, ("booking_id", e.Booking.Value),
                    ("platform_id", profile.Id.Value), ("account_id", e.Account.Value), ("number", e.Note.Number),
                    ("issued_at", after.InstantOf(e.Note.IssuedOn)),
                    ("body", JsonSerializer.Serialize(e.Note, Json.Options))));
        rows.AddRange(PlatformWaits.RowsOf(after, events.Select(e => e.Event)));
        return rows.ToImmutable();
    }

    private static NodaTime.Instant InstantOf(this PlatformState state, NodaTime.LocalDate date) =>
        date.AtStartOfDayInZone(state.Zone).ToInstant();
}
