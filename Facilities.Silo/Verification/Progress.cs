using System.Globalization;

namespace Facilities.Silo.Verification;

/// <summary>Says now and then how far it has come, and how fast.</summary>
internal sealed class Progress(TextWriter output, TimeProvider time, TimeSpan interval, long total)
{
    private readonly long started = time.GetTimestamp();
    private long said = time.GetTimestamp();

    public double Seconds => time.GetElapsedTime(started).TotalSeconds;

    public void Tick(long events)
    {
        if (time.GetElapsedTime(said) < interval) return;
        said = time.GetTimestamp();
        Say($"{events:N0} of {total:N0} events ({100 * events / Math.Max(total, 1)} %), {Rate(events):N0} a second");
    }

    public void Say(FormattableString what) => output.WriteLine(what.ToString(CultureInfo.InvariantCulture));

    private double Rate(long events) => events / Math.Max(Seconds, 0.001);
}
