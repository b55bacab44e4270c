using Facilities.Grains.Bookings;
using Facilities.Grains.Runtime;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Golden;

public sealed class GoldenFileTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "Facilities.Tests", "Golden");
    private static readonly string ListFile = Path.Combine(Folder, "checksums.txt");

    public static TheoryData<string> Names => [.. EventNames.All.Select(e => e.Key).Order(StringComparer.Ordinal)];

    static GoldenFileTests()
    {
        if (Environment.GetEnvironmentVariable("GOLDEN") == "add") AddMissing();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_stored_event_is_read_and_written_back_unchanged(string name)
    {
        var file = Path.Combine(Folder, name + ".json");
        var text = File.Exists(file) ? File.ReadAllText(file) : null;
        var listed = GoldenFiles.Listed(File.ReadAllText(ListFile));
        Assert.Null(GoldenFiles.Fault(name, text, listed.GetValueOrDefault(name)));
    }

    [Fact]
    public void Every_golden_file_belongs_to_a_name_that_can_be_read() => Assert.Empty(
        GoldenFiles.Listed(File.ReadAllText(ListFile)).Keys
            .Concat(Directory.GetFiles(Folder, "*.json").Select(f => Path.GetFileNameWithoutExtension(f)))
            .Except(EventNames.All.Select(e => e.Key)));

    [Fact]
    public void Every_event_has_one_sample() => Assert.Equal(
        EventNames.All.Select(e => e.Value.Name).Order(StringComparer.Ordinal),
        Samples.Events.Select(e => e.GetType().Name).Order(StringComparer.Ordinal));

    [Fact]
    public void A_missing_a_changed_and_an_unreadable_file_are_found()
    {
        const string name = "booking.held.v1";
        var good = GoldenFiles.Text(new BookingHeld(NodaTime.Instant.FromUtc(2027, 1, 1, 0, 0)));
        Assert.Null(GoldenFiles.Fault(name, good, GoldenFiles.Checksum(good)));

        Assert.Contains("GOLDEN=add", GoldenFiles.Fault(name, null, null), StringComparison.Ordinal);
        var changed = good.Replace("2027", "2028", StringComparison.Ordinal);
        Assert.Contains("not what was added", GoldenFiles.Fault(name, changed, GoldenFiles.Checksum(good)),
            StringComparison.Ordinal);

        var longer = good.Replace("00Z", "00.0Z", StringComparison.Ordinal);
        Assert.Contains("something else", GoldenFiles.Fault(name, longer, GoldenFiles.Checksum(longer)),
            StringComparison.Ordinal);
        var renamed = good.Replace("heldUntil", "until", StringComparison.Ordinal);
        Assert.Contains("cannot be read", GoldenFiles.Fault(name, renamed, GoldenFiles.Checksum(renamed)),
            StringComparison.Ordinal);
        var broken = good.Replace("2027", "soon", StringComparison.Ordinal);
        Assert.Contains("cannot be read", GoldenFiles.Fault(name, broken, GoldenFiles.Checksum(broken)),
            StringComparison.Ordinal);
    }

    private static void AddMissing()
    {
        var listed = File.Exists(ListFile) ? GoldenFiles.Listed(File.ReadAllText(ListFile)) : GoldenFiles.Listed("");
        foreach (var happened in Samples.Events)
        {
            var name = EventNames.Write(happened).Name;
            if (listed.ContainsKey(name)) continue;
            var text = GoldenFiles.Text(happened);
            File.WriteAllText(Path.Combine(Folder, name + ".json"), text);
            listed = listed.Add(name, GoldenFiles.Checksum(text));
        }
        File.WriteAllText(ListFile, string.Concat(listed.Select(e => $"{e.Value}  {e.Key}\n")));
    }
}
