using System.Collections.Immutable;
using Facilities.Grains.Runtime;

namespace Facilities.Silo.Storage;

/// <summary>Decides from what the store holds which appends of a batch are stored, and what is written.</summary>
internal sealed class BatchPlan
{
    private readonly Dictionary<StreamName, long> versions;
    private readonly Dictionary<CommandKey, string> hashes;
    private readonly Dictionary<Task, AppendAnswer> answersByTask = [];
    private readonly Dictionary<AppendWork, AppendAnswer> answers = [];
    private readonly Dictionary<InsertWork, bool> first = [];
    private readonly List<Append> stored = [];
    private readonly Dictionary<RowKey, RowWrite> inserts = [];
    private readonly Dictionary<RowKey, RowWrite> rows = [];
    private readonly List<long> delivered = [];
    private readonly List<FailedDelivery> failed = [];

    private BatchPlan(StreamFacts facts)
    {
        versions = new(facts.Versions);
        hashes = new(facts.Hashes);
    }

    public static BatchPlan Make(IEnumerable<Work> batch, StreamFacts facts)
    {
        var plan = new BatchPlan(facts);
        foreach (var work in batch) plan.Take(work);
        return plan;
    }

    /// <summary>Whether every append is stored, and so was decided on the versions that the plan was made of.</summary>
    public bool StoresAll => stored.Count == answers.Count;

    /// <summary>The versions of the streams once the plan is carried out.</summary>
    public IReadOnlyDictionary<StreamName, long> Versions => versions;

    public AppendAnswer AnswerTo(AppendWork work) => answers[work];

    /// <summary>Whether this is the insert of its batch that may claim the key.</summary>
    public bool IsFirst(InsertWork work) => first[work];

    private void Take(Work work)
    {
        switch (work)
        {
            case AppendWork append:
                var answer = Decide(append);
                answers.Add(append, answer);
                answersByTask.Add(append.Answer, answer);
                if (answer == AppendAnswer.Stored) Store(append.Append);
                break;
            case RowsWork rowsWork:
                foreach (var row in rowsWork.Rows) Put(row);
                break;
            case InsertWork insert:
                first.Add(insert, inserts.TryAdd(insert.Key, insert.Row));
                break;
            case DeliveredWork mark:
                delivered.Add(mark.Seq);
                break;
            case FailedWork mark:
                failed.Add(mark.Failed);
                break;
            default:
                throw new InvalidOperationException($"{work.GetType().Name} is not written.");
        }
    }

    private AppendAnswer Decide(AppendWork work)
    {
        var append = work.Append;
        if (hashes.TryGetValue(work.Key, out var hash))
            return hash == append.CommandHash ? AppendAnswer.Repeat : AppendAnswer.CommandIdReused;
        if (append.After is { } after && !WasStored(after)) return AppendAnswer.Conflict;
        return versions.GetValueOrDefault(append.Stream) == append.ExpectedVersion
            ? AppendAnswer.Stored
            : AppendAnswer.Conflict;
    }

    // An open task that is not of this batch is not an append of ours: nothing is known of it, so nothing builds on it.
    private bool WasStored(Task<AppendAnswer> task) => answersByTask.TryGetValue(task, out var answer)
        ? answer == AppendAnswer.Stored
        : task.IsCompletedSuccessfully && task.Result == AppendAnswer.Stored;

    private void Store(Append append)
    {
        stored.Add(append);
        versions[append.Stream] = append.ExpectedVersion + append.Events.Length;
        hashes[new(append.Stream, append.Command)] = append.CommandHash;
        foreach (var row in append.Rows) Put(row);
    }

    private void Put(RowWrite row) => rows[new(row.Table, row.Key)] = row;

    public BatchWrites Writes()
    {
        // Stable: appends of one stream keep their order.
        var ordered = stored.OrderBy(a => a.Stream.Value, StringComparer.Ordinal).ToList();
        return new(
            Events: [.. ordered.SelectMany(EventsOf)],
            Commands: [.. ordered.Select(a => new CommandRow(
                new(a.Stream, a.Command), a.CommandHash, a.ExpectedVersion + a.Events.Length))
                .OrderBy(c => c.Key.Stream.Value, StringComparer.Ordinal)
                .ThenBy(c => c.Key.Command.Value, StringComparer.Ordinal)],
            Snapshots: [.. Last(ordered.Where(a => a.Snapshot is not null)
                .Select(a => new SnapshotRow(a.Stream, a.Snapshot!)), s => s.Stream)],
            Due: [.. Last(ordered.SelectMany(a => a.Due.Select(d => new DueRow(a.Stream, d.Name, d.At))),
                d => (d.Stream, d.Name))
                .OrderBy(d => d.Stream.Value, StringComparer.Ordinal).ThenBy(d => d.Name, StringComparer.Ordinal)],
            Outbox: [.. ordered.SelectMany(a => a.Outbox.Select(m => new OutboxRow(a.Stream, m, a.At)))],
            Inserts: Sorted(inserts.Values),
            Rows: Sorted(rows.Values),
            Delivered: [.. delivered.Distinct().Order()],
            Failed: [.. failed.OrderBy(f => f.Seq)]);
    }

    private static IEnumerable<EventRow> EventsOf(Append append) => append.Events.Select((happened, index) =>
        new EventRow(
            append.Stream, append.ExpectedVersion + 1 + index, happened, append.At, append.Command, append.By));

    private static IEnumerable<T> Last<T, TKey>(IEnumerable<T> items, Func<T, TKey> key) where TKey : notnull
    {
        var last = new Dictionary<TKey, T>();
        foreach (var item in items) last[key(item)] = item;
        return last.Values;
    }

    private static ImmutableArray<RowWrite> Sorted(IEnumerable<RowWrite> rows) =>
        [.. rows.OrderBy(r => r.Table, StringComparer.Ordinal).ThenBy(r => r.Key, StringComparer.Ordinal)];
}
