using System.Collections.Immutable;
using System.Globalization;
using Facilities.Api.Files;
using Facilities.Grains.Kernel;

namespace Facilities.Api.Calendars;

/// <summary>What a manager typed about a calendar, kept as typed from the preview until it is added.</summary>
/// <param name="Units">By resource: which of its units, as typed.</param>
/// <param name="File">The file, kept in the form.</param>
public sealed record CalendarForm(
    string Name, ImmutableArray<string> Resources, ImmutableDictionary<string, string> Units, string Url,
    CarriedFile File)
{
    private const string UnitsField = "units-";

    public static readonly CalendarForm Empty =
        new("", [], ImmutableDictionary<string, string>.Empty, "", CarriedFile.None);

    /// <summary>The field for the units of a resource.</summary>
    public static string FieldOf(ResourceId resource) => UnitsField + resource;

    /// <summary>The form, and what it wishes or why it wishes nothing yet.</summary>
    public static async Task<(CalendarForm Form, Answer<CalendarWish> Wish)> Read(
        IFormCollection form, CancellationToken cancellation)
    {
        var typed = new CalendarForm(
            form["name"].ToString().Trim(), [.. form["resources"].OfType<string>()],
            form.Where(field => field.Key.StartsWith(UnitsField, StringComparison.Ordinal))
                .ToImmutableDictionary(field => field.Key[UnitsField.Length..], field => field.Value.ToString().Trim()),
            form["url"].ToString().Trim(), CarriedFile.None);
        if (TooLarge(form) is { } tooLarge) return (typed, tooLarge);
        var (carried, file) = await CarriedFile.Read(form, Limits.CalendarBytes, cancellation);
        typed = typed with { File = carried };
        // An address that was typed takes the place of a file that was chosen before.
        if (form.Files["file"] is not { Length: > 0 } && typed.Url.Length > 0) file = null;
        if (file is null && typed.Url.Length == 0)
            return (typed, NoFile(typed.File.IsToChooseAgain
                ? $"Choose {typed.File.Name} again: it is too large for this page to keep."
                : "Choose a file, or write the address of a feed to follow."));
        if (!typed.Resources.All(Id.IsValid)) return (typed, NoFile("Choose resources from the list."));
        if (typed.UnitNumbers() is not { } units)
            return (typed, Refusal.Of("notValid", "Nothing was added: write the numbers of units, such as 1, 3.",
                new Fault("/units", "Write numbers from 1, such as 1, 3.")));
        var body = new CalendarBody(
            typed.Name, null, [.. typed.Resources.Select(id => new ResourceId(id))], units, typed.Url);
        return (typed, new CalendarWish(body, file));
    }

    /// <summary>Why a chosen file is not even read; null where there is none or it may be.</summary>
    public static Refusal? TooLarge(IFormCollection form) =>
        form.Files["file"] is { Length: > Limits.CalendarBytes } file
            ? Refusal.Of("calendarTooLarge", string.Create(CultureInfo.InvariantCulture,
                $"{file.FileName} has more than {Limits.CalendarBytes / 1_000_000} MB. Export a shorter time of it."))
            : null;

    private static Refusal NoFile(string what) => Refusal.Of("notValid", $"Nothing was added. {what}");

    // Those of the chosen resources; null where one is no number.
    private ImmutableArray<int>? UnitNumbers()
    {
        var numbers = ImmutableArray.CreateBuilder<int>();
        foreach (var text in Resources.SelectMany(id => Units.GetValueOrDefault(id, "").Split(
            [',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries)))
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var unit)) numbers.Add(unit);
            else return null;
        return numbers.ToImmutable();
    }
}
