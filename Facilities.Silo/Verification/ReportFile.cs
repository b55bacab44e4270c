using System.Text.Encodings.Web;
using System.Text.Json;

namespace Facilities.Silo.Verification;

/// <summary>
/// The report as JSON. Faults are written as they are found; the file has its name only when it is complete.
/// </summary>
public sealed class ReportFile : IDisposable
{
    private const int FlushEvery = 100;

    private static readonly JsonWriterOptions Readable =
        new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string path;
    private readonly string unfinished;
    private readonly FileStream stream;
    private readonly Utf8JsonWriter json;
    private int waiting;

    /// <exception cref="IOException">The file cannot be written there.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written there.</exception>
    public ReportFile(string path)
    {
        this.path = path;
        unfinished = path + ".part";
        stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write);
        json = new Utf8JsonWriter(stream, Readable);
        json.WriteStartObject();
        json.WriteStartArray("faults");
    }

    public void Add(string name, string where, string what)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("where", where);
        json.WriteString("what", what);
        json.WriteEndObject();
        if (++waiting % FlushEvery == 0) json.Flush();
    }

    /// <summary>Writes the rest and gives the file its name.</summary>
    public void Complete(VerificationSummary summary)
    {
        json.WriteEndArray();
        foreach (var member in JsonSerializer.SerializeToElement(summary, Grains.Kernel.Json.Options).EnumerateObject())
            member.WriteTo(json);
        json.WriteEndObject();
        json.Flush();
        stream.Flush(flushToDisk: true);
        Close();
        File.Move(unfinished, path, overwrite: true);
    }

    private void Close()
    {
        json.Dispose();
        stream.Dispose();
    }

    public void Dispose()
    {
        Close();
        File.Delete(unfinished);
    }
}
