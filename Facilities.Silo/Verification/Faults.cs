
namespace Facilities.Silo.Verification;

/// <summary>Says each fault as it is found, by name, and counts them.</summary>
/// <param name="report">Where every one is written down too; null: nowhere.</param>
public sealed class Faults(TextWriter output, ReportFile? report = null)
{
    // More of the same say nothing new and hide what else is wrong; the report holds them all.
    private const int SaidMax = 50;

    private readonly SortedDictionary<string, int> counts = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> notes = new(StringComparer.Ordinal);

    public int Count => counts.Values.Sum();

    /// <summary>How often each name was found.</summary>
    public IReadOnlyDictionary<string, int> ByName => counts;

    /// <summary>What is worth knowing and no fault.</summary>
    public IReadOnlyDictionary<string, int> Notes => notes;

    /// <param name="name">The rule that does not hold, such as <c>doubleBooking</c>.</param>
    /// <param name="where">The stream with its version, or the table with the key.</param>
    /// <param name="what">What is wrong, in words.</param>
    public void Add(string name, string where, string what)
    {
        report?.Add(name, where, what);
        Say("FAULT", counts, name, where, what);
    }

    /// <summary>Says what is worth knowing and does not make the database unsound.</summary>
    public void Note(string name, string where, string what) => Say("NOTE", notes, name, where, what);

    /// <summary>How often each was found.</summary>
    public void Summarise()
    {
        foreach (var (name, count) in notes) output.WriteLine($"  note  {name}: {count}");
        foreach (var (name, count) in counts) output.WriteLine($"  fault {name}: {count}");
    }

    private void Say(string kind, SortedDictionary<string, int> found, string name, string where, string what)
    {
        var count = found[name] = found.GetValueOrDefault(name) + 1;
        if (count <= SaidMax) output.WriteLine($"{kind} {name} {where}: {what}");
        else if (count == SaidMax + 1) output.WriteLine($"{kind} {name}: and more");
    }
}
