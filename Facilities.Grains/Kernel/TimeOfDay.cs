using System.Globalization;

namespace Facilities.Grains.Kernel;

/// <summary>
/// A local wall-clock time to the minute, from <c>00:00</c> up to and including <c>24:00</c>, the end of the day.
/// </summary>
/// <remarks>The default value is <c>00:00</c>.</remarks>
/// <param name="Minutes">Minutes after midnight, 0 to 1440.</param>
public readonly record struct TimeOfDay(int Minutes) : IComparable<TimeOfDay>
{
    /// <summary>The end of the day, <c>24:00</c>.</summary>
    public static readonly TimeOfDay EndOfDay = new(24 * 60);

    /// <summary>Reads <c>HH:mm</c>.</summary>
    /// <exception cref="FormatException">Not two digits, a colon and two digits up to 24:00.</exception>
    public static TimeOfDay Parse(string text)
    {
        if (text is { Length: 5 } && text[2] == ':'
            && int.TryParse(text.AsSpan(0, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var hours)
            && int.TryParse(text.AsSpan(3, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var minutes)
            && minutes < 60 && hours * 60 + minutes <= EndOfDay.Minutes)
            return new TimeOfDay(hours * 60 + minutes);
        throw new FormatException("A local time is HH:mm, from 00:00 to 24:00.");
    }

    /// <inheritdoc/>
    public int CompareTo(TimeOfDay other) => Minutes.CompareTo(other.Minutes);

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Minutes / 60:00}:{Minutes % 60:00}");
}
