using System.Globalization;

namespace Facilities.Tests.Overload;

/// <summary>What a process uses just now, as Linux counts it.</summary>
/// <param name="MemoryMegabytes">Resident memory.</param>
/// <param name="Handles">Open files and sockets.</param>
/// <param name="Threads">Threads.</param>
public sealed record Gauge(double MemoryMegabytes, int Handles, int Threads)
{
    public static Gauge Of(int process)
    {
        var facts = File.ReadLines($"/proc/{process}/status").Select(line => line.Split(':', 2))
            .ToDictionary(parts => parts[0], parts => parts[1].Trim());
        return new Gauge(
            double.Parse(facts["VmRSS"].Split(' ')[0], CultureInfo.InvariantCulture) / 1024,
            Directory.GetFileSystemEntries($"/proc/{process}/fd").Length,
            int.Parse(facts["Threads"], CultureInfo.InvariantCulture));
    }
}
