using System.Globalization;
using System.Text;

namespace Facilities.Tests.Overload;

/// <summary>One stretch of a soak.</summary>
/// <param name="Minutes">When it ended.</param>
/// <param name="BookingsPerSecond">Whole bookings, from quote to cancellation.</param>
/// <param name="HalfMilliseconds">Half of the requests were answered within this time.</param>
/// <param name="MostMilliseconds">99 of 100 were.</param>
/// <param name="Shed">Requests that were turned away, to come back later.</param>
/// <param name="Gauge">What the process used at its end.</param>
public sealed record SoakSample(
    double Minutes, double BookingsPerSecond, double HalfMilliseconds, double MostMilliseconds, int Shed, Gauge Gauge);

/// <summary>What of a soak may not grow, with how much of noise is none.</summary>
/// <param name="Name">In words.</param>
/// <param name="Of">Where it stands in a sample.</param>
/// <param name="Share">Growth over the later half that is taken for noise, as a share of the average.</param>
/// <param name="Least">And as an amount.</param>
public sealed record SoakMeasure(string Name, string Unit, Func<SoakSample, double> Of, double Share, double Least)
{
    /// <summary>Growth over the later half, by the median slope (Theil and Sen), and what is tolerated.</summary>
    /// <remarks>A peak that something else on the machine caused moves no median.</remarks>
    public (double Grew, double Tolerated) Judge(IReadOnlyList<SoakSample> samples)
    {
        var later = samples.Skip(samples.Count / 2).ToArray();
        var slopes = later.SelectMany((one, i) => later.Skip(i + 1)
            .Select(other => (Of(other) - Of(one)) / (other.Minutes - one.Minutes))).Order().ToArray();
        var slope = slopes.Length == 0 ? 0 : slopes[slopes.Length / 2];
        return (slope * (later[^1].Minutes - later[0].Minutes), Math.Max(Least, Share * later.Average(Of)));
    }
}

/// <summary>A soak in words and a table.</summary>
public static class SoakReport
{
    public static string Of(
        IReadOnlyList<SoakSample> samples, IEnumerable<SoakMeasure> measures, double offered, string load)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture,
            $"Soak of {samples[^1].Minutes:0.#} minutes at 70 % of what this machine can do, which was {offered:0.#}")
            .AppendLine(CultureInfo.InvariantCulture,
            $"whole bookings a second (quote, hold, signature, payment, cancellation). Load of the machine: {load}.")
            .AppendLine()
            .AppendLine("| minute | bookings/s | half within | 99 in 100 | turned away | memory | handles | threads |")
            .AppendLine("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var s in samples)
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {s.Minutes:0.##} | {s.BookingsPerSecond:0.#} | {s.HalfMilliseconds:0} ms "
                + $"| {s.MostMilliseconds:0} ms | {s.Shed} "
                + $"| {s.Gauge.MemoryMegabytes:0} MB | {s.Gauge.Handles} | {s.Gauge.Threads} |");
        text.AppendLine();
        foreach (var measure in measures)
        {
            var (grew, tolerated) = measure.Judge(samples);
            text.AppendLine(CultureInfo.InvariantCulture,
                $"- {measure.Name}: {$"{grew:+0;-0;0} {measure.Unit}".TrimEnd()} over the later half, of which "
                + $"{tolerated:0} may be noise: {(grew <= tolerated ? "no growth." : "IT GROWS.")}");
        }
        return text.ToString();
    }
}
