using System.Collections.Immutable;
using System.IO.Compression;
using Facilities.Grains.Kernel;

namespace Facilities.Api.Calendars;

/// <summary>What a manager typed about a calendar, kept as typed from the preview until it is added.</summary>
/// <param name="Carried">The file, packed into the form, since browsers do not keep a chosen file.</param>
public sealed record CalendarForm(
    string Name, ImmutableArray<string> Resources, string Url, string FileName, string Carried)
{
    /// <summary>What a form field may hold; larger files are chosen again.</summary>
    private const int CarriedMax = 3_500_000;

    public static readonly CalendarForm Empty = new("", [], "", "", "");

    /// <summary>The form, and what it wishes; null where it names neither file nor address.</summary>
    public static async Task<(CalendarForm Form, CalendarWish? Wish)> Read(
        IFormCollection form, CancellationToken cancellation)
    {
        var typed = new CalendarForm(
            form["name"].ToString().Trim(), [.. form["resources"].OfType<string>()], form["url"].ToString().Trim(),
            form["fileName"].ToString(), form["carried"].ToString());
        var file = await ImportBody.FileOf(form, cancellation);
        if (file is { } chosen)
            typed = typed with { FileName = form.Files["file"]!.FileName, Carried = Packed(chosen) };
        else if (typed.Carried.Length > 0 && typed.Url.Length == 0)
            file = Unpacked(typed.Carried);
        if (!typed.Resources.All(Id.IsValid) || (file is null && typed.Url.Length == 0)) return (typed, null);
        var body = new CalendarBody(
            typed.Name, null, [.. typed.Resources.Select(id => new ResourceId(id))], [], typed.Url);
        return (typed, new CalendarWish(body, file));
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
