using System.IO.Compression;
using Facilities.Api.Http;

namespace Facilities.Api.Files;

/// <summary>
/// A file that a person chose, packed into the form from its preview to the next step, since browsers keep none.
/// </summary>
/// <param name="Name">As the person knows it; empty where none was chosen.</param>
/// <param name="Packed">What it holds; empty where it is too large for a form.</param>
public sealed record CarriedFile(string Name, string Packed)
{
    /// <summary>What a form field may hold; larger files are chosen again.</summary>
    private const int PackedMax = 3_500_000;

    public static readonly CarriedFile None = new("", "");

    /// <summary>Whether a file was chosen that is too large for the page to keep.</summary>
    public bool IsToChooseAgain => Name.Length > 0 && Packed.Length == 0;

    /// <summary>The file that was chosen now or is carried, and its bytes; null where there is none.</summary>
    /// <param name="form">With the fields of <see cref="FileField"/>.</param>
    /// <param name="bytesMax">The most that it may have.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ProblemException">It has more.</exception>
    public static async Task<(CarriedFile File, ReadOnlyMemory<byte>? Bytes)> Read(
        IFormCollection form, int bytesMax, CancellationToken cancellation)
    {
        var carried = new CarriedFile(form["fileName"].ToString(), form["carried"].ToString());
        if (await Chosen(form, bytesMax, cancellation) is { } chosen)
            return (new CarriedFile(form.Files["file"]!.FileName, Pack(chosen)), chosen);
        return (carried, carried.Packed.Length > 0 ? Unpack(carried.Packed, bytesMax) : null);
    }

    /// <summary>The file that was chosen now; null where none was.</summary>
    /// <exception cref="ProblemException">It has more than it may.</exception>
    public static async Task<ReadOnlyMemory<byte>?> Chosen(
        IFormCollection form, int bytesMax, CancellationToken cancellation)
    {
        if (form.Files["file"] is not { Length: > 0 } file) return null;
        if (file.Length > bytesMax) throw new ProblemException(Problems.TooLarge());
        using var buffer = new MemoryStream((int)file.Length);
        await file.CopyToAsync(buffer, cancellation);
        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    private static string Pack(ReadOnlyMemory<byte> file)
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest)) zip.Write(file.Span);
        return Convert.ToBase64String(packed.ToArray()) is { Length: <= PackedMax } text ? text : "";
    }

    /// <summary>Null where it is none of ours, or would unpack to more than it may have.</summary>
    private static ReadOnlyMemory<byte>? Unpack(string text, int bytesMax)
    {
        try
        {
            var packed = new MemoryStream(Convert.FromBase64String(text));
            using var zip = new GZipStream(packed, CompressionMode.Decompress);
            using var file = new MemoryStream();
            var chunk = new byte[16 * 1024];
            while (zip.Read(chunk) is > 0 and var read)
            {
                if (file.Length + read > bytesMax) return null;
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
