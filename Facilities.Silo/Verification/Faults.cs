namespace Facilities.Silo.Verification;

/// <summary>Says each fault as it is found, by name, and counts them.</summary>
public sealed class Faults(TextWriter output)
{
    // More of the same say nothing new and hide what else is wrong.
    private const int SaidMax = 50;

    private readonly Dictionary<string, int> counts = [];

    public int Count => counts.Values.Sum();

    /// <summary>How often each name was found.</summary>
    public IReadOnlyDictionary<string, int> ByName => counts;

    /// <param name="name">The rule that does not hold, such as <c>doubleBooking</c>.</param>
    /// <param name="where">The stream or row.</param>
    /// <param name="what">What is wrong, in words.</param>
    public void Add(string name, string where, string what)
    {
        counts[name] = counts.GetValueOrDefault(name) + 1;
        if (counts[name] <= SaidMax) output.WriteLine($"FAULT {name} {where}: {what}");
        else if (counts[name] == SaidMax + 1) output.WriteLine($"FAULT {name}: and more");
    }
}
