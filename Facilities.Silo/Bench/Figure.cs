using System.Collections.Immutable;

namespace Facilities.Silo.Bench;

/// <summary>What a figure has to keep.</summary>
/// <param name="Text">Such as <c>at most 2 x</c>.</param>
/// <param name="Holds">Whether it did.</param>
internal sealed record Mark(string Text, bool Holds);

/// <summary>One figure of a bench.</summary>
/// <param name="Name">What was measured, such as <c>calendar.hold</c>.</param>
/// <param name="Unit">Of all its numbers but the ratio.</param>
/// <param name="Ours">What we take, or do.</param>
/// <param name="Rival">The same by what we are compared with, in the same run; null where there is none.</param>
/// <param name="Times">How long single operations took, in milliseconds; null where that was not measured.</param>
/// <param name="Mark">What it has to keep; null where nothing is promised.</param>
/// <param name="Settings">What it depends on.</param>
internal sealed record Figure(
    string Name, string Unit, Samples Ours, Samples? Rival, Samples? Times, Mark? Mark,
    ImmutableSortedDictionary<string, string> Settings)
{
    /// <summary>Ours as a multiple of the rival's.</summary>
    public double? Ratio => Rival is { } rival ? Ours.Median / rival.Median : null;

    /// <summary>The same, with one more thing that it depends on.</summary>
    public Figure With(string name, string value) => this with { Settings = Settings.SetItem(name, value) };
}
