namespace Facilities.Tests.Overload;

/// <summary>The judgement of a soak, which must be able to fail.</summary>
public sealed class SoakMeasureTests
{
    private static readonly SoakMeasure Memory = new("Memory", "MB", s => s.Gauge.MemoryMegabytes, 0.08, 40);

    [Theory]
    [InlineData(false, 200, 300, 400, 410, 405, 412, 408, 410, 409, 411)] // warming up is no growth
    [InlineData(false, 400, 400, 400, 400, 400, 400, 400, 400, 400, 900)] // nor is a peak
    [InlineData(true, 400, 420, 440, 460, 480, 500, 520, 540, 560, 580)] // a leak is
    public void What_still_grows_in_the_later_half_grows(bool grows, params int[] megabytes)
    {
        var samples = megabytes.Select((m, i) => new SoakSample(i + 1, 10, 5, 20, 0, new Gauge(m, 100, 20))).ToArray();
        var (grew, tolerated) = Memory.Judge(samples);
        Assert.Equal(grows, grew > tolerated);
        Assert.Equal(grows, SoakReport.Of(samples, [Memory], 10, "0").Contains("GROWS", StringComparison.Ordinal));
    }
}
