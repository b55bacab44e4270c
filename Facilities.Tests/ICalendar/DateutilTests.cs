using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Facilities.Grains.ICalendar;
using Facilities.Tests.TestKit;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Tests.ICalendar;

/// <summary>Our expansion of recurrence rules against that of python3-dateutil.</summary>
public sealed class DateutilTests
{
    private const int Seed = 20270101;
    private const int Rules = 6_000;
    private static readonly LocalDateTimePattern Shape = LocalDateTimePattern.GeneralIso;

    [Fact]
    public async Task Six_thousand_random_rules_in_the_zones_of_the_catalogue_occur_when_dateutil_says()
    {
        Python.Needs("dateutil");
        var source = new RandomRules(Seed, Zones());
        var asked = Enumerable.Range(0, Rules).Select(source.Next).ToArray();

        var answers = await Python.Run("dateutil_rules.py", asked.Select(a => JsonSerializer.Serialize(new
        {
            id = a.Id,
            rule = a.Rule,
            first = Shape.Format(a.First),
            zone = a.Zone,
            from = Shape.Format(a.From),
            to = Shape.Format(a.To),
        })));

        Assert.Equal(Rules, answers.Length);
        Assert.InRange(answers.Count(IsFailed), 0, Rules / 100);
        var differences = asked.Zip(answers).Where(pair => !IsFailed(pair.Second))
            .Select(pair => Difference(pair.First, pair.Second)).OfType<string>().ToArray();
        Assert.True(differences.Length == 0,
            $"Seed {Seed}: {differences.Length} rules differ.\n{string.Join('\n', differences.Take(20))}");
        // Rules that never occur would prove little.
        Assert.InRange(answers.Count(a => !a.Contains("\"local\": []", StringComparison.Ordinal)), Rules / 2, Rules);
    }

    private static bool IsFailed(string answer) => answer.Contains("\"failed\": true", StringComparison.Ordinal);

    private static string? Difference(AskedRule asked, string answer)
    {
        using var json = JsonDocument.Parse(answer);
        var zone = DateTimeZoneProviders.Tzdb[asked.Zone];
        var (starts, refusal) = Recurrence.Between(
            RecurrenceRule.Parse(asked.Rule), asked.First, zone, asked.From, asked.To);
        var (expected, local) = (Texts("local"), starts.Select(Shape.Format).ToArray());
        var instants = starts.Select(start => Recurrence.ToInstant(start, zone).ToString());
        if (refusal is null && expected.SequenceEqual(local) && Texts("instants").SequenceEqual(instants)) return null;
        return string.Create(CultureInfo.InvariantCulture, $"""
            {asked.Rule} from {asked.First} in {asked.Zone}, {asked.From} to {asked.To}: {refusal}
              only dateutil: {string.Join(' ', expected.Except(local).Take(5))}
              only ours:     {string.Join(' ', local.Except(expected).Take(5))}
            """);

        string[] Texts(string name) =>
            [.. json.RootElement.GetProperty(name).EnumerateArray().Select(text => text.GetString()!)];
    }

    private static string[] Zones()
    {
        var path = Path.Combine(Repository.Root, "Facilities.Silo", "Demonstration", "catalogue.json");
        using var catalogue = JsonDocument.Parse(File.ReadAllText(path));
        string[] zones = [.. catalogue.RootElement.GetProperty("platforms").EnumerateArray()
            .Select(platform => platform.GetProperty("timeZone").GetString()!).Distinct().Order()];
        Assert.Equal(5, zones.Length);
        return zones;
    }
}
