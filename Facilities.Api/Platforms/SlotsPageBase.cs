using System.Collections.Immutable;
using Facilities.Api.Shell;
using Facilities.Grains.Availability;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Services;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Api.Platforms;

/// <summary>A page on which somebody chooses one of the free starts of a service, week by week.</summary>
public abstract class SlotsPageBase : PageBase
{
    private const int LengthsMax = 48;
    private const int LookAheadDays = 120;

    protected PlatformView? Platform { get; private set; }

    protected Service? Service { get; private set; }

    protected DateTimeZone Zone { get; private set; } = DateTimeZone.Utc;

    protected Length Duration { get; private set; }

    protected int Quantity { get; private set; } = 1;

    protected LocalDate Monday { get; private set; }

    protected LocalDate Today { get; private set; }

    protected Instant? Chosen { get; private set; }

    /// <summary>The next free start, where the week has none.</summary>
    protected Instant? Next { get; private set; }

    protected ImmutableArray<Slot> Slots { get; private set; } = [];

    protected ImmutableArray<Length> Lengths { get; private set; } = [];

    /// <summary>Where the page stands, without what is chosen on it.</summary>
    protected abstract string Address { get; }

    protected string WeekName => $"{Say.Day(Monday)} – {Say.Day(Monday.PlusDays(6))}";

    /// <summary>The options as they were posted; none of which nothing is wanted.</summary>
    protected ImmutableArray<ChosenOption> Options =>
    [
        .. Service!.Options
            .Select(o => new ChosenOption(o.Id, int.TryParse(Posted($"option-{o.Id}"), out var n) ? n : 0))
            .Where(o => o.Quantity != 0),
    ];

    /// <summary>What was posted, as an order.</summary>
    protected AskedItem Asked => new(
        Platform!.Profile.Id, Service!.Id, Posted("start") ?? "", Duration, Quantity, Options);

    /// <summary>Finds the platform; false where there is none.</summary>
    protected async Task<bool> FindPlatform(string platform)
    {
        Platform = Id.IsValid(platform) ? await Grains.GetGrain<IPlatformGrain>(platform).View() : null;
        if (Platform is not { } found) return false;
        Zone = DateTimeZoneProviders.Tzdb[found.Profile.TimeZone];
        Today = Say.Now.InZone(Zone).Date;
        return true;
    }

    /// <summary>Finds the service and what is free in the week that is asked for; false where there is none.</summary>
    protected async Task<bool> FindSlots(string? service)
    {
        Service = Platform!.Services.FirstOrDefault(s => s.Id.Value == service);
        if (Service is null) return false;
        var query = Context.Request.Query;
        Read(query);
        Lengths = [.. LengthsOf(Service.Duration)];
        if (!Lengths.Contains(Duration)) Duration = Service.Duration.Min;
        Quantity = Math.Clamp(Quantity, 1, Service.Quantity.Max);
        var asked = query["from"].Count > 0 || Chosen is not null;
        Slots = await Free(Monday, 7);
        if (!Slots.IsEmpty) return true;
        Next = (await Free(Monday, LookAheadDays)).FirstOrDefault()?.Start
            ?? (await Free(Monday, Limits.SlotDays)).FirstOrDefault()?.Start;
        // Who did not ask for a week sees the first one that has something.
        if (asked || Next is not { } next) return true;
        Monday = MondayOf(next.InZone(Zone).Date);
        Slots = await Free(Monday, 7);
        return true;
    }

    protected string Week(int by) => WeekOf(Monday.PlusWeeks(by));

    protected string WeekOf(LocalDate from) => Address + (Address.Contains('?', StringComparison.Ordinal) ? '&' : '?')
        + $"from={Addresses.Date(from)}&duration={Duration}&quantity={Quantity}";

    private void Read(IQueryCollection query)
    {
        Duration = Length.TryParse(Posted("duration") ?? query["duration"].ToString(), out var length)
            ? length : Service!.Duration.Min;
        Quantity = int.TryParse(Posted("quantity") ?? query["quantity"].ToString(), out var many) ? many : 1;
        var start = OffsetDateTimePattern.ExtendedIso.Parse(Posted("start") ?? query["start"].ToString());
        Chosen = start.Success ? start.Value.ToInstant() : null;
        var from = LocalDatePattern.Iso.Parse(query["from"].ToString());
        Monday = MondayOf(
            Chosen?.InZone(Zone).Date ?? (from.Success && from.Value.Year is > 2000 and < 2200 ? from.Value : Today));
    }

    private async Task<ImmutableArray<Slot>> Free(LocalDate from, int days) =>
        (await Grains.GetGrain<IPlatformGrain>(Platform!.Profile.Id.Value)
            .FreeSlots(new SlotsAsked(Service!.Id, Duration, Quantity, from, from.PlusDays(days)))).Slots;

    private static LocalDate MondayOf(LocalDate date) => date.PlusDays(1 - (int)date.DayOfWeek);

    private static IEnumerable<Length> LengthsOf(DurationRule rule)
    {
        for (var (length, many) = (rule.Min, 0);
            many < LengthsMax && length.Days <= rule.Max.Days && length.Minutes <= rule.Max.Minutes; many++)
        {
            yield return length;
            length = new Length(length.Days + rule.Step.Days, length.Minutes + rule.Step.Minutes);
        }
    }
}
