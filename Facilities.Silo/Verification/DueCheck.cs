using Facilities.Grains.Runtime;
using Facilities.Silo.Rebuilding;
using NodaTime;

namespace Facilities.Silo.Verification;

/// <summary>What becomes of work that is not due as the events say: it is named, or mended.</summary>
internal interface IDueDrift
{
    void Missing(StreamName stream, DueWrite wanted);

    void Differs(StreamName stream, DueWrite wanted, Instant found);

    void Stray(string stream, string name);

    /// <summary>May write: nothing is being read at the moment.</summary>
    Task Pause();
}

/// <summary>Names what is not due as it should be.</summary>
internal sealed class DueFaults(Faults faults) : IDueDrift
{
    public void Missing(StreamName stream, DueWrite wanted)
    {
        if (wanted.Name == "resume")
            faults.Add("processStuck", stream.Value, "something is not done and nothing takes it up again.");
        else
            faults.Add("dueMissing", stream.Value, $"its {wanted.Name} at {wanted.At} wakes nobody.");
    }

    public void Differs(StreamName stream, DueWrite wanted, Instant found) =>
        faults.Add("dueDiffers", stream.Value, $"its {wanted.Name} is due at {found}; by the events at {wanted.At}.");

    public void Stray(string stream, string name) =>
        faults.Add("dueStray", stream, $"its {name} is due, and by the events nothing is.");

    public Task Pause() => Task.CompletedTask;
}

/// <summary>Compares the work that falls due by the events with the rows that wake grains.</summary>
internal sealed class DueCheck(StillView view, IDueDrift drift)
{
    private const int Page = 500;

    private readonly Dictionary<string, DueWrite> expected = [];
    private readonly SortedRows<Row> rows = new(
        async last => [.. await view.Query<Row>($"""
            select stream, name, at from due where (stream, name) > (@stream, @name)
            order by stream, name limit {Page}
            """, new { stream = last?.Stream ?? "", name = last?.Name ?? "" })],
        row => row.Stream);

    public void Expect(DueWrite due)
    {
        if (due.At is null) expected.Remove(due.Name);
        else expected[due.Name] = due;
    }

    public async Task StreamEnds(StreamName stream)
    {
        Strays(await rows.Before(stream.Value));
        foreach (var row in await rows.Of(stream.Value))
        {
            if (!expected.Remove(row.Name, out var wanted)) drift.Stray(row.Stream, row.Name);
            // When an interrupted process is taken up again is nothing that anybody was told.
            else if (wanted.Name != "resume" && wanted.At != row.At) drift.Differs(stream, wanted, row.At);
        }
        foreach (var missing in expected.Values) drift.Missing(stream, missing);
        expected.Clear();
        await drift.Pause();
    }

    public async Task Finish()
    {
        Strays(await rows.Rest());
        await drift.Pause();
    }

    private void Strays(IReadOnlyList<Row> strays)
    {
        foreach (var row in strays) drift.Stray(row.Stream, row.Name);
    }

    private sealed record Row(string Stream, string Name, Instant At);
}
