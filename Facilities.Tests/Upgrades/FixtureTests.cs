using Facilities.Silo.Storage;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Upgrades;

/// <summary>
/// Keeps a small database of every release. A release adds its own with
/// <c>UPGRADE_FIXTURE=0.2.0 dotnet run --project Facilities.Tests -- -class "*FixtureTests"</c>.
/// </summary>
public sealed class FixtureTests
{
    private const int BytesMax = 300 * 1024;

    public static TheoryData<string> Versions => [.. Fixtures.Releases.Select(r => r.Version)];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Every_release_keeps_a_small_database_of_each_kind(string version)
    {
        if (Environment.GetEnvironmentVariable("UPGRADE_FIXTURE") == version) await FixtureMaking.Make(version);
        foreach (var provider in Enum.GetValues<StorageProvider>())
        {
            var fixture = Fixtures.Of(version, provider);
            Assert.True(File.Exists(fixture), $"{fixture} is missing; make it as the summary of this class says.");
            Assert.InRange(new FileInfo(fixture).Length, 1, BytesMax);
        }
    }
}
