using System.Collections.Immutable;
using Dapper;
using Facilities.Grains.Runtime;
using NodaTime;

namespace Facilities.Silo.Storage;

/// <summary>The work of grains that falls due. It stays until the grain takes it back or sets it anew.</summary>
public interface IDueWork
{
    /// <summary>What was due at or before an instant, the longest due first.</summary>
    Task<ImmutableArray<(StreamName Stream, string Name)>> DueBefore(Instant now, int limit);
}

/// <summary>The due work that stands in a database.</summary>
public sealed class DueWork(IDatabase database) : IDueWork
{
    /// <inheritdoc/>
    public Task<ImmutableArray<(StreamName Stream, string Name)>> DueBefore(Instant now, int limit) =>
        database.Read(async connection =>
        {
            var rows = await connection.QueryAsync<(string Stream, string Name)>(
                "select stream, name from due where at <= @now order by at, stream, name limit @limit",
                new { now, limit });
            return rows.Select(row => (new StreamName(row.Stream), row.Name)).ToImmutableArray();
        });
}
