using System.Collections.Immutable;
using System.Globalization;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;

namespace Facilities.Api.Platforms;

/// <summary>What a manager typed about one item, kept as typed until it is recorded.</summary>
public sealed record DeliveredEntry(
    QuotedItem Item, string Days, string Hours, string Minutes, string Quantity, string Note, string? Fault)
{
    /// <summary>The entry as booked.</summary>
    public static DeliveredEntry AsBooked(QuotedItem item) => new(item,
        Number(item.Duration.Days), Number(item.Duration.Minutes / 60), Number(item.Duration.Minutes % 60),
        Number(item.Quantity), "", null);

    /// <summary>The entry as it was recorded before, where the company found something missing.</summary>
    public static DeliveredEntry AsUsed(QuotedItem item, ItemUsage usage) => new(item, Number(usage.Used.Days),
        Number(usage.Used.Minutes / 60), Number(usage.Used.Minutes % 60), Number(usage.Quantity), usage.Note ?? "",
        null);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Reads the delivery form; what the amounts may be is the booking's to say.</summary>
public static class DeliveryForm
{
    public static string Field(ItemId item, string part) => $"{item}-{part}";

    /// <summary>The entries as typed, each with its fault where it cannot be read.</summary>
    public static ImmutableArray<DeliveredEntry> Read(IEnumerable<QuotedItem> items, IFormCollection form) =>
    [
        .. items.Select(item => new DeliveredEntry(item, Text(form, item, "days"), Text(form, item, "hours"),
            Text(form, item, "minutes"), Text(form, item, "quantity"), Text(form, item, "note"), null) is var entry
            && UsageOf(entry) is null
                ? entry with { Fault = item.Duration.IsCalendarDays
                    ? "Give the days used and the quantity in whole numbers."
                    : "Give the hours, the minutes and the quantity in whole numbers." }
                : entry),
    ];

    /// <summary>What was used; null where the entry cannot be read.</summary>
    public static ItemUsage? UsageOf(DeliveredEntry entry)
    {
        if (Whole(entry.Quantity) is not { } quantity) return null;
        var used = entry.Item.Duration.IsCalendarDays
            ? Whole(entry.Days) is { } days ? Length.OfDays(days) : (Length?)null
            : (Whole(entry.Hours), Whole(entry.Minutes)) is ({ } hours, { } minutes)
                ? Length.OfMinutes(hours * 60L + minutes)
                : null;
        var note = entry.Note.Trim();
        return used is { } length
            ? new ItemUsage(entry.Item.Id, length, quantity, note.Length == 0 ? null : note)
            : null;
    }

    private static string Text(IFormCollection form, QuotedItem item, string part) =>
        form[Field(item.Id, part)].ToString();

    private static int? Whole(string text) => text.Trim() is "" ? 0
        : int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number <= 10_000 ? number : null;
}
