using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Facilities.Grains.Kernel;

namespace Facilities.Grains.ICalendar;

/// <summary>A line of a calendar after unfolding.</summary>
/// <param name="Number">Where it begins, counted from 1 as an editor does.</param>
/// <param name="Text">Null where it is longer than <see cref="Limits.CalendarLine"/>.</param>
internal readonly record struct UnfoldedLine(int Number, string? Text);

/// <summary>The outer layer of RFC 5545: folded lines (3.1), escaped text (3.3.11), parameters (RFC 6868).</summary>
internal static class CalendarText
{
    private const int FoldAt = 75;

    /// <summary>
    /// The lines of a calendar. They are joined as octets, because some programs fold in the middle of a character; a
    /// line that is no UTF-8 is read as Latin-1.
    /// </summary>
    internal static IEnumerable<UnfoldedLine> Unfold(ReadOnlyMemory<byte> content)
    {
        if (content.Span.StartsWith("\uFEFF"u8)) content = content[3..];
        var line = new List<byte>();
        var (number, began) = (0, 0);
        while (!content.IsEmpty)
        {
            number++;
            var end = content.Span.IndexOf((byte)'\n');
            var physical = end < 0 ? content : content[..end];
            content = end < 0 ? ReadOnlyMemory<byte>.Empty : content[(end + 1)..];
            if (physical.Span.EndsWith("\r"u8)) physical = physical[..^1];
            var continues = !physical.IsEmpty && physical.Span[0] is (byte)' ' or (byte)'\t';
            if (continues) physical = physical[1..];
            else
            {
                if (line.Count > 0) yield return Line(began, line);
                line.Clear();
                began = number;
            }
            // One octet more than allowed is enough to know that the line is too long.
            var room = Limits.CalendarLine + 1 - line.Count;
            line.AddRange(physical.Span[..Math.Min(room, physical.Length)]);
        }
        if (line.Count > 0) yield return Line(began, line);
    }

    /// <summary>
    /// Writes a line in pieces of at most 75 octets, none of which ends within a character.
    /// </summary>
    internal static void Fold(StringBuilder output, string line)
    {
        var octets = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > FoldAt)
            {
                output.Append("\r\n ");
                octets = 1;
            }
            output.Append(rune.ToString());
            octets += rune.Utf8SequenceLength;
        }
        output.Append("\r\n");
    }

    /// <summary>Text as a value: without control characters, which no calendar may hold.</summary>
    internal static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var character in text.ReplaceLineEndings("\n"))
            _ = character switch
            {
                '\n' => escaped.Append("\\n"),
                '\\' or ';' or ',' => escaped.Append('\\').Append(character),
                '\t' => escaped.Append(character),
                _ when char.IsControl(character) => escaped,
                _ => escaped.Append(character),
            };
        return escaped.ToString();
    }

    /// <summary>The text of a value. A backslash before anything else than the standard's four stays.</summary>
    internal static string Unescape(string value)
    {
        if (!value.Contains('\\', StringComparison.Ordinal)) return value;
        var text = new StringBuilder(value.Length);
        for (var place = 0; place < value.Length; place++)
        {
            var next = value[place] == '\\' && place + 1 < value.Length ? value[place + 1] : '\0';
            if (next is 'n' or 'N') text.Append('\n');
            else if (next is '\\' or ';' or ',') text.Append(next);
            else
            {
                text.Append(value[place]);
                continue;
            }
            place++;
        }
        return text.ToString();
    }

    /// <summary>A value of a parameter, quoted where it must be.</summary>
    internal static string Parameter(string value)
    {
        var encoded = value.Replace("^", "^^", StringComparison.Ordinal).Replace("\"", "^'", StringComparison.Ordinal)
            .ReplaceLineEndings("^n");
        return encoded.AsSpan().ContainsAny(":;,") ? $"\"{encoded}\"" : encoded;
    }

    /// <summary>What a parameter's value says, its quotes apart.</summary>
    internal static string DecodeParameter(string value)
    {
        if (!value.Contains('^', StringComparison.Ordinal)) return value;
        var text = new StringBuilder(value.Length);
        for (var place = 0; place < value.Length; place++)
        {
            char? decoded = value[place] != '^' || place + 1 == value.Length ? null : value[place + 1] switch
            {
                'n' => '\n',
                '\'' => '"',
                '^' => '^',
                _ => null,
            };
            text.Append(decoded ?? value[place]);
            if (decoded is not null) place++;
        }
        return text.ToString();
    }

    /// <summary>A number as calendars write it.</summary>
    internal static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static UnfoldedLine Line(int number, List<byte> octets)
    {
        if (octets.Count > Limits.CalendarLine) return new(number, null);
        var span = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(octets);
        return new(number, Utf8.IsValid(span) ? Encoding.UTF8.GetString(span) : Encoding.Latin1.GetString(span));
    }
}
