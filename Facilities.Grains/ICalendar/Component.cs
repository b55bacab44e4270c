using System.Globalization;
using Facilities.Grains.Kernel;

namespace Facilities.Grains.ICalendar;

/// <summary>What stands between a BEGIN and its END.</summary>
/// <param name="Name">In capitals.</param>
/// <param name="Number">The line of its BEGIN.</param>
internal sealed record Component(string Name, int Number)
{
    internal List<ContentLine> Lines { get; } = [];

    internal List<Component> Children { get; } = [];

    /// <summary>The only or first property of a name.</summary>
    internal ContentLine? Line(string name) => Lines.Find(line => line.Name == name);

    internal IEnumerable<ContentLine> All(string name) => Lines.Where(line => line.Name == name);
}

/// <summary>Reads the components of a calendar and lists what is no calendar.</summary>
internal sealed class ComponentReader(List<CalendarProblem> problems)
{
    private readonly Component _root = new("", 0);
    private readonly Stack<Component> _open = [];
    private int _events;

    /// <summary>The calendars, or why they are refused as a whole.</summary>
    internal (Component Root, string? Refusal) Read(ReadOnlyMemory<byte> content)
    {
        _open.Push(_root);
        foreach (var line in CalendarText.Unfold(content))
        {
            Read(line);
            if (_events > Limits.CalendarEvents)
                return (_root, string.Create(CultureInfo.InvariantCulture,
                    $"The calendar has more than {Limits.CalendarEvents:N0} events. Export a shorter time of it."));
        }
        while (_open.Count > 1) Unfinished(_open.Pop());
        return _root.Children.Exists(child => child.Name == "VCALENDAR")
            ? (_root, null)
            : (_root, "This is no iCalendar file: it has no line BEGIN:VCALENDAR.");
    }

    private void Read(UnfoldedLine line)
    {
        if (line.Text is null)
        {
            Warn(line.Number, "", string.Create(CultureInfo.InvariantCulture,
                $"The line has more than {Limits.CalendarLine:N0} octets and is left out."));
            return;
        }
        if (ContentLine.Parse(line.Number, line.Text) is not { } content)
        {
            if (_open.Count > 1 && line.Text.Trim().Length > 0)
                Warn(line.Number, "", "The line is no property (NAME:value) and is left out.");
            return;
        }
        if (content.Name == "BEGIN") Begin(content);
        else if (content.Name == "END") End(content);
        else if (!content.Name.StartsWith("X-", StringComparison.Ordinal) || content.Name == "X-LIC-LOCATION")
            _open.Peek().Lines.Add(content);
    }

    private void Begin(ContentLine line)
    {
        var component = new Component(line.Value.Trim().ToUpperInvariant(), line.Number);
        if (component.Name == "VEVENT")
        {
            // An event within an event means that the END of the first is missing.
            while (_open.Any(open => open.Name == "VEVENT")) Unfinished(_open.Pop());
            _events++;
        }
        _open.Push(component);
    }

    private void End(ContentLine line)
    {
        var name = line.Value.Trim().ToUpperInvariant();
        if (!_open.Any(open => open.Name == name && name.Length > 0))
        {
            Warn(line.Number, "END", $"END:{name} has no BEGIN.");
            return;
        }
        while (_open.Peek().Name != name) Unfinished(_open.Pop());
        var closed = _open.Pop();
        _open.Peek().Children.Add(closed);
    }

    // What was cut off is not imported: half an event may be busy at the wrong time. A calendar keeps what it has.
    private void Unfinished(Component component)
    {
        problems.Add(new(component.Number, "BEGIN",
            $"BEGIN:{component.Name} has no END.", IsLeftOut: component.Name == "VEVENT"));
        if (component.Name == "VCALENDAR") _open.Peek().Children.Add(component);
    }

    private void Warn(int line, string property, string reason) =>
        problems.Add(new(line, property, reason, IsLeftOut: false));
}
