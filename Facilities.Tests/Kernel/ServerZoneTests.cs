using NodaTime;

namespace Facilities.Tests.Kernel;

public sealed class ServerZoneTests
{
    /// <summary>
    /// <c>check.sh</c> runs the tests of times under several zones. Where a zone is not installed the runtime takes
    /// UTC without a word, and those runs would show nothing.
    /// </summary>
    [Fact]
    public void T4_the_tests_run_in_the_zone_that_they_are_given()
    {
        if (Environment.GetEnvironmentVariable("TZ") is not { Length: > 0 } name) name = TimeZoneInfo.Local.Id;
        var zone = DateTimeZoneProviders.Tzdb[name];

        foreach (var month in Enumerable.Range(1, 12))
        {
            var instant = Instant.FromUtc(2027, month, 1, 12, 0);
            Assert.Equal(
                zone.GetUtcOffset(instant).ToTimeSpan(),
                TimeZoneInfo.Local.GetUtcOffset(instant.ToDateTimeOffset()));
        }
    }
}
