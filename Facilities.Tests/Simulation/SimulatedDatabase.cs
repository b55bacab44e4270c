using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using Facilities.Silo.Storage;
using NodaTime;

namespace Facilities.Tests.Simulation;

/// <summary>What one append stored, for those who look at the log afterwards.</summary>
/// <param name="Number">Its place in the order of commits.</param>
/// <param name="Committed">When, by the true clock.</param>
internal sealed record Commit(long Number, Instant Committed, Append Append, ImmutableArray<StoredEvent> Events);

/// <summary>
/// The only store in memory: what a database keeps, shared by all processes of a simulation. Its rules are those of the
/// real one and are held by the same contract.
/// </summary>
internal class SimulatedDatabase
{
    private readonly Lock _gate = new();
    private readonly Dictionary<StreamName, List<StoredEvent>> _streams = [];
    private readonly Dictionary<(StreamName, CommandId), string> _hashes = [];
    private readonly Dictionary<StreamName, Snapshot> _snapshots = [];
    private readonly SortedDictionary<(string Stream, string Name), Instant> _due = [];
    private readonly Dictionary<(string Table, string Key), RowWrite> _rows = [];
    private readonly List<Commit> _commits = [];
    private long _position;

    /// <summary>The true time; commits are dated by it.</summary>
    public Func<Instant> Now { get; set; } = () => default;

    /// <summary>Told when work falls due at another time than before.</summary>
    public Action<Instant>? DueSet { get; set; }

    public IReadOnlyList<Commit> Commits => _commits;

    /// <summary>How often somebody else was faster.</summary>
    public int Conflicts { get; private set; }

    public IEnumerable<RowWrite> Rows(string table) => _rows.Values.Where(row => row.Table == table);

    /// <summary>What wakes the processes next.</summary>
    public Instant? NextDue => _due.Count == 0 ? null : _due.Values.Min();

    /// <summary>What is waited for before a run is over.</summary>
    public Instant? NextToRest => Waiting.Count == 0 ? null : Waiting.Values.Min();

    public IEnumerable<(string Stream, string Name)> AllDue => Waiting.Keys;

    /// <summary>Due work that comes to rest: the last day of a voucher is due for as long as it runs.</summary>
    private Dictionary<(string Stream, string Name), Instant> Waiting =>
        _due.Where(d => d.Key.Item2 != "voucher").ToDictionary(d => d.Key, d => d.Value);

    public LoadedStream Load(StreamName stream, string shape)
    {
        lock (_gate)
        {
            var snapshot = _snapshots.GetValueOrDefault(stream) is { } kept && kept.Shape == shape ? kept : null;
            var events = _streams.GetValueOrDefault(stream) ?? [];
            return new LoadedStream(snapshot, [.. events.Skip((int)(snapshot?.Version ?? 0))]);
        }
    }

    public StreamCheck Check(StreamName stream, CommandId? command)
    {
        lock (_gate)
            return new StreamCheck(VersionOf(stream), command is { } id ? AnsweredHash(stream, id) : null);
    }

    /// <summary>Stores an append; <paramref name="built"/> says whether what it rests on was stored.</summary>
    public AppendAnswer Store(Append append, bool built)
    {
        lock (_gate)
        {
            if (AnsweredHash(append.Stream, append.Command) is { } hash)
                return hash == append.CommandHash ? AppendAnswer.Repeat : AppendAnswer.CommandIdReused;
            if (!Follows(append, built))
            {
                Conflicts++;
                return AppendAnswer.Conflict;
            }
            Write(append);
            return AppendAnswer.Stored;
        }
    }

    public ImmutableArray<(StreamName Stream, string Name)> DueBefore(Instant now, int limit)
    {
        lock (_gate)
            return [.. _due.Where(d => d.Value <= now).OrderBy(d => d.Value).Take(limit)
                .Select(d => (new StreamName(d.Key.Stream), d.Key.Name))];
    }

    /// <summary>The same content for another run.</summary>
    public void CopyTo(SimulatedDatabase other)
    {
        foreach (var (stream, events) in _streams) other._streams[stream] = [.. events];
        foreach (var (key, hash) in _hashes) other._hashes[key] = hash;
        foreach (var (stream, snapshot) in _snapshots) other._snapshots[stream] = snapshot;
        foreach (var (key, row) in _rows) other._rows[key] = row;
        foreach (var (key, at) in _due) other._due[key] = at;
        // Of a time before the run, which begins anew at the same instant.
        other._commits.AddRange(_commits.Select(commit => commit with { Committed = Instant.MinValue }));
        other._position = _position;
    }

    /// <summary>The hash of a command that was carried out before.</summary>
    protected virtual string? AnsweredHash(StreamName stream, CommandId command) =>
        _hashes.GetValueOrDefault((stream, command));

    /// <summary>Whether an append was decided on what is stored.</summary>
    protected virtual bool Follows(Append append, bool built) =>
        built && VersionOf(append.Stream) == append.ExpectedVersion;

    protected long VersionOf(StreamName stream) => _streams.GetValueOrDefault(stream)?.Count ?? 0;

    private void Write(Append append)
    {
        if (!_streams.TryGetValue(append.Stream, out var events)) _streams[append.Stream] = events = [];
        var added = append.Events.Select((happened, index) => new StoredEvent(
            ++_position, append.Stream, events.Count + 1 + index, happened, append.At, append.Command,
            append.By)).ToImmutableArray();
        events.AddRange(added);
        _hashes[(append.Stream, append.Command)] = append.CommandHash;
        if (append.Snapshot is { } snapshot) _snapshots[append.Stream] = snapshot;
        foreach (var row in append.Rows)
            if (row.Columns is null) _rows.Remove((row.Table, row.Key));
            else _rows[(row.Table, row.Key)] = row;
        foreach (var due in append.Due)
        {
            if (due.At is { } at) _due[(append.Stream.Value, due.Name)] = at;
            else _due.Remove((append.Stream.Value, due.Name));
            if (due.At is { } wake) DueSet?.Invoke(wake);
        }
        _commits.Add(new Commit(_commits.Count, Now(), append with { After = null, Rows = [] }, added));
    }
}

/// <summary>The due work of a simulated database, read by one process.</summary>
internal sealed class SimulatedDueWork(SimulatedDatabase database, IPace pace) : IDueWork
{
    public async Task<ImmutableArray<(StreamName Stream, string Name)>> DueBefore(Instant now, int limit)
    {
        await pace.Read();
        return database.DueBefore(now, limit);
    }
}
