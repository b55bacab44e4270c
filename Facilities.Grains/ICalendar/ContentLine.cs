using System.Collections.Immutable;
using System.Text;

namespace Facilities.Grains.ICalendar;

/// <summary>A property of a component (RFC 5545, 3.1).</summary>
/// <param name="Number">The line on which it begins.</param>
/// <param name="Name">In capitals.</param>
/// <param name="Parameters">Names in capitals, values decoded and without quotes.</param>
/// <param name="Value">As written.</param>
internal sealed record ContentLine(
    int Number, string Name, ImmutableArray<KeyValuePair<string, string>> Parameters, string Value)
{
    /// <summary>Reads a line; null where it is no property.</summary>
    internal static ContentLine? Parse(int number, string text)
    {
        var place = text.AsSpan().IndexOfAny(':', ';');
        if (place <= 0 || !text.AsSpan(0, place).Trim().ToString().All(IsOfName)) return null;
        var name = text[..place].Trim().ToUpperInvariant();
        var parameters = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        while (place < text.Length && text[place] == ';')
        {
            var parameter = new StringBuilder();
            var quoted = false;
            for (place++; place < text.Length && (quoted || text[place] is not (':' or ';')); place++)
            {
                if (text[place] == '"') quoted = !quoted;
                else parameter.Append(text[place]);
            }
            var parts = parameter.ToString().Split('=', 2);
            parameters.Add(new(parts[0].Trim().ToUpperInvariant(),
                CalendarText.DecodeParameter(parts.Length == 2 ? parts[1] : "")));
        }
        return place < text.Length ? new(number, name, parameters.DrainToImmutable(), text[(place + 1)..]) : null;
    }

    /// <summary>The value of a parameter; null where it is absent.</summary>
    internal string? Parameter(string name)
    {
        foreach (var (known, value) in Parameters) if (known == name) return value;
        return null;
    }

    private static bool IsOfName(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '_';
}
