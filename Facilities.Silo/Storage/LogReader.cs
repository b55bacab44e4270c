using System.Runtime.CompilerServices;
using Facilities.Grains.Runtime;

namespace Facilities.Silo.Storage;

/// <summary>Reads the whole log, in constant memory.</summary>
public sealed class LogReader(IDatabase database)
{
    /// <summary>Every event of a position above the given one, by stream and version.</summary>
    public async IAsyncEnumerable<StoredEvent> ReadAll(
        long afterPosition = 0, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        await using var connection = await database.Open(cancel);
        var events = EventRows.Read(connection, database,
            "where position > @after order by stream, version", [new("after", afterPosition)], cancel);
        await foreach (var happened in events) yield return happened;
    }
}
