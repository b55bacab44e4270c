using System.Text.Json;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Tests.Kernel;

public sealed class RecentTests
{
    private static readonly Instant Noon = Instant.FromUtc(2027, 2, 1, 12, 0);
    private static readonly Duration Day = Duration.FromDays(1);

    [Fact]
    public void What_is_older_than_its_time_is_forgotten_and_what_is_just_as_old_is_not()
    {
        var recent = Recent<int>.Nothing.Add("a", 1, Noon, Day).Add("b", 2, Noon + Duration.FromHours(1), Day);

        Assert.True(recent.Add("c", 3, Noon + Day, Day).ContainsKey("a"));
        var later = recent.Add("c", 3, Noon + Day + Duration.FromSeconds(1), Day);
        Assert.Equal(["b", "c"], later.Entries.Select(entry => entry.Key));
        Assert.Equal((0, 2, 2), (later.GetValueOrDefault("a"), later.GetValueOrDefault("b"), later.Count));
    }

    [Fact]
    public void What_is_added_again_counts_from_then()
    {
        var recent = Recent<int>.Nothing.Add("a", 1, Noon, Day).Add("b", 2, Noon, Day)
            .Add("a", 3, Noon + Duration.FromHours(1), Day);

        Assert.Equal([("b", 2), ("a", 3)], recent.Entries.Select(entry => (entry.Key, entry.Value)));
        Assert.Equal(["a", "c"], recent.Add("c", 4, Noon + Day + Duration.FromSeconds(1), Day)
            .Entries.Select(entry => entry.Key));
    }

    [Fact]
    public void It_is_read_back_from_json_in_its_order()
    {
        var recent = Recent<string>.Nothing;
        for (var index = 0; index < 30; index++)
            recent = recent.Add($"k-{30 - index}", $"v-{index}", Noon + Duration.FromMinutes(index), Day);

        var again = JsonSerializer.Deserialize<Recent<string>>(
            JsonSerializer.Serialize(recent, Json.Options), Json.Options)!;

        Assert.Equal(recent.Entries, again.Entries);
        Assert.Equal("v-29", again.GetValueOrDefault("k-1"));
        Assert.Equal(
            recent.Add("late", "v", Noon + Day + Duration.FromMinutes(10), Day).Entries,
            again.Add("late", "v", Noon + Day + Duration.FromMinutes(10), Day).Entries);
    }
}
