using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Services;
using NodaTime;
using NodaTime.Text;
using Orleans;

namespace Facilities.Grains.Bookings;

/// <summary>Reads what a person asked for into items that can be priced, and collects every fault on the way.</summary>
internal sealed partial class OrderReader(IGrainFactory grains, AccountProfile account)
{
    private static readonly LocalDateTimePattern Local = LocalDateTimePattern.GeneralIso;
    private static readonly LocalDateTimePattern LocalMinutes =
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm");
    private readonly List<(string Name, Fault Fault)> _faults = [];
    private ImmutableArray<Alternative> _alternatives = [];

    /// <summary>All faults as one refusal, named by the first; null where there is none.</summary>
    public Refusal? Refusal => _faults.Count == 0 ? null : new Refusal(
        _faults[0].Name, _faults[0].Fault.Message, [.. _faults.Select(f => f.Fault)], _alternatives);

    /// <summary>
    /// The dates in the order they were asked for, each free or with its refusal; to be used only where there is no
    /// refusal of the whole.
    /// </summary>
    public async Task<ImmutableArray<OrderedDate>> Read(ImmutableArray<AskedItem> asked)
    {
        var dates = ImmutableArray.CreateBuilder<OrderedDate>(asked.Length);
        foreach (var (item, index) in asked.Select((item, index) => (item, index)))
            if (await ReadItem(item, index) is { } ordered)
                dates.AddRange(Dates(ordered, item.Repeat, index, Limits.ItemsPerQuote - dates.Count));
        if (_faults.Count == 0 && dates.Select(d => d.Item.Platform.Currency).Distinct().Count() > 1)
            Fault(
                "currencyDiffers", "/items",
                "Items in different currencies make different orders. Ask for a quote in each currency.");
        return _faults.Count > 0 ? [] : await Judged(dates.ToImmutable());
    }

    private async Task<OrderedItem?> ReadItem(AskedItem asked, int index)
    {
        var at = $"/items/{index}";
        if (await grains.GetGrain<IPlatformGrain>(asked.PlatformId.Value).View() is not { } platform)
        {
            Fault("notOffered", $"{at}/platformId", $"There is no platform {asked.PlatformId}.");
            return null;
        }
        if (platform.Services.FirstOrDefault(s => s.Id == asked.ServiceId) is not { } service)
        {
            Fault("notOffered", $"{at}/serviceId",
                $"{platform.Profile.Name} offers no service {asked.ServiceId}, "
                + $"but {string.Join(", ", platform.Services.Select(s => s.Id))}.");
            return null;
        }
        var start = StartOf(asked.Start, DateTimeZoneProviders.Tzdb[platform.Profile.TimeZone], $"{at}/start");
        var duration = asked.Duration ?? service.Duration.Min;
        if (SlotRules.DurationRefusal(service, duration) is { } wrongDuration)
            Fault(Kernel.Refusal.NameOf(wrongDuration.Code), $"{at}/duration", wrongDuration.Reason);
        if (SlotRules.QuantityRefusal(service, asked.Quantity) is { } wrongQuantity)
            Fault(Kernel.Refusal.NameOf(wrongQuantity.Code), $"{at}/quantity", wrongQuantity.Reason);
        var options = Options(asked, service, at);
        var item = new ItemId($"i{index + 1}");
        if (service.Qualification is not null
            && await grains.GetGrain<IPlatformGrain>(asked.PlatformId.Value).Unqualified(
                Customer, new WantedSlot(item, service.Id, start ?? default, duration, asked.Quantity)) is { } no)
            Fault(Kernel.Refusal.NameOf(no.Code), $"{at}/serviceId", no.Reason);
        return start is { } instant
            ? new OrderedItem(item, platform.Profile, service, instant, duration, asked.Quantity, options)
            : null;
    }

    private Customer Customer => new(account.Id, account.Qualifications);

    private ImmutableArray<ChosenOption> Options(AskedItem asked, Service service, string at)
    {
        var options = asked.Options ?? [];
        if (options.Length > Limits.OptionsPerItem)
            Fault("invalidRequest", $"{at}/options", $"Choose at most {Limits.OptionsPerItem} options.");
        foreach (var (option, index) in options.Select((option, index) => (option, index)))
        {
            if (service.Options.All(o => o.Id != option.OptionId))
                Fault("notOffered", $"{at}/options/{index}/optionId", service.Options.IsEmpty
                    ? $"{service.Name} has no options."
                    : $"{service.Name} has no option {option.OptionId}, "
                        + $"but {string.Join(", ", service.Options.Select(o => o.Id))}.");
            if (option.Quantity is < 1 or > Limits.OptionQuantity)
                Fault(
                    "quantityNotAllowed", $"{at}/options/{index}/quantity",
                    $"Order 1 to {Limits.OptionQuantity} of an option.");
        }
        if (options.Select(o => o.OptionId).Distinct().Count() < options.Length)
            Fault("invalidRequest", $"{at}/options", "Name each option once, with its quantity.");
        return options;
    }

    private Instant? StartOf(string text, DateTimeZone zone, string at)
    {
        LocalStart start;
        if (OffsetDateTimePattern.ExtendedIso.Parse(text).TryGetValue(default, out var withOffset))
            start = LocalStart.FromOffset(withOffset, zone, at);
        else if (Local.Parse(text).TryGetValue(default, out var local)
            || LocalMinutes.Parse(text).TryGetValue(default, out local))
            start = LocalStart.Resolve(local, null, zone, at);
        else
        {
            Fault("invalidRequest", at, "Write the start as ISO 8601 with offset, such as 2027-02-01T08:00:00+01:00.");
            return null;
        }
        if (start.Fault is { } fault) Fault("localTimeInvalid", fault.Pointer, fault.Message);
        return start.Instant;
    }

    /// <summary>Free slots near to one that is taken, in the platform's time.</summary>
    public static async Task<ImmutableArray<Alternative>> Alternatives(
        IGrainFactory grains, PlatformProfile platform, WantedSlot slot)
    {
        var zone = DateTimeZoneProviders.Tzdb[platform.TimeZone];
        var slots = await grains.GetGrain<IPlatformGrain>(platform.Id.Value).Alternatives(slot);
        return [.. slots.Select(s => new Alternative(platform.Id, slot.Service,
            s.Start.InZone(zone).ToOffsetDateTime(), s.End.InZone(zone).ToOffsetDateTime(), s.Free))];
    }

    private static WantedSlot Wanted(OrderedItem item) =>
        new(item.Id, item.Service.Id, item.Start, item.Duration, item.Quantity);

    private void Fault(string name, string pointer, string message) => _faults.Add((name, new Fault(pointer, message)));
}
