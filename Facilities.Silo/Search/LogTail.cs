using System.Data.Common;
using Dapper;
using Facilities.Silo.Storage;

namespace Facilities.Silo.Search;

/// <summary>
/// Tells which streams of a kind have new events, of this process or another. Positions are given before commits, so
/// they are read again until every transaction is over that may have taken one of them.
/// </summary>
internal sealed class LogTail(IDatabase database, StorageOptions storage, string kind, TimeProvider time)
{
    // A transaction has a position some microseconds before the database can tell that it has begun to write.
    private static readonly TimeSpan Doubt = TimeSpan.FromSeconds(2);

    private readonly Queue<(long At, Moment Moment)> _marks = [];
    private long? _floor;
    private long _marked;

    // PostgreSQL numbers transactions; SQLite has one writer at a time, so that positions come in the order of commits.
    private string MomentSql => storage.Provider == StorageProvider.Postgres
        ? """
          select coalesce((select max(position) from events), 0) as position,
            pg_snapshot_xmin(pg_current_snapshot())::text::bigint as "oldest",
            pg_snapshot_xmax(pg_current_snapshot())::text::bigint as "next"
          """
        : "select coalesce(max(position), 0) as position, 0 as oldest, 0 as next from events";

    /// <summary>Waits until all that has a position now can be seen, and goes on from there.</summary>
    public async Task Start(CancellationToken cancel)
    {
        _marks.Clear();
        var first = await database.Read(Now, cancel);
        for (var moment = first; moment.Oldest < first.Next; moment = await database.Read(Now, cancel))
            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancel);
        _floor = first.Position;
    }

    /// <summary>The streams that may have events which were not taken yet, each with its newest version.</summary>
    public Task<Told> Next(CancellationToken cancel = default) =>
        database.Read(async connection =>
        {
            var floor = _floor ?? throw new InvalidOperationException("The tail was not started.");
            var moment = await Now(connection);
            if (moment.Position <= floor) return new Told(moment, []);
            // By its beginning and not by its order, so that no database walks through the streams instead.
            var changed = await connection.QueryAsync<(string, long)>("""
                select substr(stream, 1), max(version) from events
                where position > @floor and substr(stream, 1, @length) = @kind
                group by substr(stream, 1)
                """, new { floor, kind = kind + "/", length = kind.Length + 1 });
            return new Told(moment, [.. changed]);
        }, cancel);

    /// <summary>What was told is taken: as far as nothing older can come any more, it is not told again.</summary>
    public void Pass(Told told)
    {
        if (storage.Provider == StorageProvider.Sqlite)
        {
            _floor = told.Moment.Position;
            return;
        }
        var now = time.GetTimestamp();
        while (_marks.TryPeek(out var mark) && mark.Moment.Next <= told.Moment.Oldest
            && time.GetElapsedTime(mark.At, now) >= Doubt) _floor = _marks.Dequeue().Moment.Position;
        if (told.Moment.Position > _marked) _marks.Enqueue((now, told.Moment));
        _marked = told.Moment.Position;
    }

    private Task<Moment> Now(DbConnection connection) => connection.QuerySingleAsync<Moment>(MomentSql);

    /// <summary>A moment of the log: the last position, and which transactions may still write.</summary>
    public sealed record Moment(long Position, long Oldest, long Next);

    /// <summary>What has changed up to a moment.</summary>
    public sealed record Told(Moment Moment, IReadOnlyList<(string Stream, long Version)> Streams);
}
