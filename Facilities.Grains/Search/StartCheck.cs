using System.Collections.Immutable;
using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using Orleans;

namespace Facilities.Grains.Search;

/// <summary>Has the platforms themselves say whether starts are free, and tells the look what they said.</summary>
internal sealed class StartCheck(IGrainFactory grains, SearchRequest request, FreeTimeLook look)
{
    // The longer index and platform do not agree, the more days are asked for at once.
    private const int DaysMax = 64;

    private readonly Dictionary<int, Answered> _answered = [];

    private sealed class Answered
    {
        internal HashSet<int> Days { get; } = [];
        internal Dictionary<long, Slot> Slots { get; } = [];
        internal PlatformProfile? Platform { get; set; }
        internal Service? Service { get; set; }
    }

    private sealed record Answer(int Number, ServiceId Service, int From, int To, SlotsAnswer Said);

    /// <summary>Whether all are free; where not, the look knows it now.</summary>
    internal async Task<bool> AreFree(ImmutableArray<FreeStart> starts, int round)
    {
        var services = starts.GroupBy(start => start.Number).ToArray();
        var answers = await Task.WhenAll(services.Select(service => Ask([.. service], round)));
        foreach (var answer in answers.OfType<Answer>()) Take(answer);
        return services.All(service => service.All(s => _answered[service.Key].Slots.ContainsKey(s.Start)));
    }

    /// <summary>The slots of starts that are free, as their platforms said, by service.</summary>
    internal IEnumerable<(PlatformProfile Platform, Service Service, ImmutableArray<Slot> Slots)> Slots(
        ImmutableArray<FreeStart> starts) =>
        from service in starts.GroupBy(start => start.Number)
        let answered = _answered.GetValueOrDefault(service.Key)
        where answered is { Service: not null }
        let slots = service.Where(s => answered.Slots.ContainsKey(s.Start)).Select(s => answered.Slots[s.Start])
        where slots.Any()
        select (answered.Platform!, answered.Service!, slots.ToImmutableArray());

    private async Task<Answer?> Ask(FreeStart[] starts, int round)
    {
        var known = _answered.GetValueOrDefault(starts[0].Number)?.Days;
        var unknown = starts.Select(start => start.Day).Where(day => known?.Contains(day) != true).ToArray();
        if (unknown.Length == 0) return null;
        var (platform, service) = (starts[0].Platform.Profile.Id, starts[0].Service.Id);
        var from = unknown.Min();
        var to = Math.Min(unknown.Max() + Math.Min(1 << Math.Min(round, 16), DaysMax), ZoneDays.Number(request.To));
        return new(starts[0].Number, service, from, to, await grains.GetGrain<IPlatformGrain>(platform.Value).FreeSlots(
            new SlotsAsked(service, request.Duration, 1, ZoneDays.Date(from), ZoneDays.Date(to))));
    }

    private void Take(Answer answer)
    {
        if (!_answered.TryGetValue(answer.Number, out var known)) _answered[answer.Number] = known = new();
        known.Days.UnionWith(Enumerable.Range(answer.From, answer.To - answer.From));
        foreach (var slot in answer.Said.Slots) known.Slots[slot.Start.ToUnixTimeSeconds()] = slot;
        known.Platform = answer.Said.Platform?.Profile;
        known.Service = answer.Said.Platform?.Services.FirstOrDefault(s => s.Id == answer.Service);
        look.Tell(answer.Number, answer.From, answer.To, answer.Said.Slots.Select(slot => slot.Start));
    }
}
