using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using Facilities.Grains.Kernel;

namespace Facilities.Api.Calendars;

/// <summary>What a manager typed about a calendar, kept as typed from the preview until it is added.</summary>
/// <param name="Units">By resource: which of its units, as typed.</param>
/// <param name="Carried">The file, packed into the form, since browsers do not keep a chosen file.</param>
public sealed record CalendarForm(
    string Name, ImmutableArray<string> Resources, ImmutableDictionary<string, string> Units, string Url,
    string FileName, string Carried)
{
    /// <summary>What a form field may hold; larger files are chosen again.</summary>
    private const int CarriedMax = 3_500_000;

    private const string UnitsField = "units-";

    public static readonly CalendarForm Empty = new("", [], ImmutableDictionary<string, string>.Empty, "", "", "");

    /// <summary>Whether a file was chosen that is too large for the page to keep.</summary>
    public bool IsToChooseAgain => FileName.Length > 0 && Carried.Length == 0;

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
            form["url"].ToString().Trim(), form["fileName"].ToString(), form["carried"].ToString());
        if (TooLarge(form) is { } tooLarge) return (typed, tooLarge);
        var file = await ImportBody.FileOf(form, cancellation);
        if (file is { } chosen)
            typed = typed with { FileName = form.Files["file"]!.FileName, Carried = Packed(chosen) };
        else if (typed.Carried.Length > 0 && typed.Url.Length == 0)
            file = Unpacked(typed.Carried);
        if (file is null && typed.Url.Length == 0)
            return (typed, NoFile(typed.IsToChooseAgain
                ? $"Choose {typed.FileName} again: it is too large for this page to keep."
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

    private static string Packed(ReadOnlyMemory<byte> file)
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest)) zip.Write(file.Span);
        return Convert.ToBase64String(packed.ToArray()) is { Length: <= CarriedMax } text ? text : "";
    }

    /// <summary>Null where it is none of ours, or would unpack to more than a calendar may have.</summary>
    private static ReadOnlyMemory<byte>? Unpacked(string text)
    {
        try
        {
            var packed = new MemoryStream(Convert.FromBase64String(text));
            using var zip = new GZipStream(packed, CompressionMode.Decompress);
            using var file = new MemoryStream();
            var chunk = new byte[16 * 1024];
            while (zip.Read(chunk) is > 0 and var read)
            {
                if (file.Length + read > Limits.CalendarBytes) return null;
                file.Write(chunk, 0, read);
            }
            return file.ToArray();
        }
        catch (Exception fault) when (fault is FormatException or InvalidDataException)
        {
            return null;
        }
    }
}
