using System.Buffers;
using System.Text.Json;

namespace Facilities.Api.Http;

/// <summary>Reads request bodies and reports every fault at once.</summary>
public static class Body
{
    /// <summary>Enough for a booking of hundreds of items; files have their own limit.</summary>
    public const int BytesMax = 1024 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>The body as a request type, or a <see cref="ProblemException"/> with status 400, 413 or 415.</summary>
    public static async Task<T> Read<T>(HttpContext context) where T : notnull
    {
        if (!context.Request.HasJsonContentType()) throw new ProblemException(Problems.UnsupportedMediaType());
        var bytes = await ReadBytes(context, BytesMax);
        using var json = Parse(bytes);
        var binder = new Binder();
        var value = binder.Read(json.RootElement, typeof(T), "");
        return binder.Faults.IsEmpty ? (T)value! : throw new ProblemException(Problems.InvalidRequest(binder.Faults));
    }

    /// <summary>As <see cref="Read{T}"/>, with a value of its own for a request without a body.</summary>
    public static async Task<T> ReadOr<T>(HttpContext context, T absent) where T : notnull =>
        context.Request.ContentLength == 0
            || (context.Request.ContentLength is null && context.Request.ContentType is null)
            ? absent
            : await Read<T>(context);

    /// <summary>The whole body, up to a limit.</summary>
    public static async Task<ReadOnlyMemory<byte>> ReadBytes(HttpContext context, int bytesMax)
    {
        if (context.Request.ContentLength > bytesMax) throw new ProblemException(Problems.TooLarge());
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length > bytesMax)
            {
                // What was read is given back, so that the connection can answer and go on.
                reader.AdvanceTo(read.Buffer.End);
                throw new ProblemException(Problems.TooLarge());
            }
            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return bytes;
            }
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return JsonDocument.Parse(bytes, Strict);
        }
        catch (JsonException fault)
        {
            var place = fault.LineNumber is { } line
                ? $" at line {line + 1}, column {fault.BytePositionInLine + 1}"
                : "";
            throw new ProblemException(Problems.Of(400, "malformedJson", $"The body is no valid JSON{place}."));
        }
    }
}
