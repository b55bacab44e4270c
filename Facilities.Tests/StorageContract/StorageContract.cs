using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using NodaTime;

namespace Facilities.Tests.StorageContract;

/// <summary>What every event store keeps, whatever it stands on. A store joins by saying how it is opened.</summary>
public abstract class StorageContract : IAsyncLifetime
{
    protected static readonly Instant Monday = Instant.FromUtc(2027, 2, 1, 8, 0);
    private readonly List<IEventStore> opened = [];

    /// <summary>A store on the database of this class; a second one stands for a second process.</summary>
    protected abstract IEventStore OpenStore();

    protected IEventStore Store { get; private set; } = null!;

    protected static StreamName NewStream() => StreamName.Of("booking", Guid.NewGuid().ToString());

    protected static Append Appending(StreamName stream, long expected, string command = "c-1", string hash = "h") =>
        new(stream, expected, new(command), hash, new("p-1"), Monday, [new("booking.asked.v1", """{ "a" : 1 }""")],
        [], [], [], null, null);

    private IEventStore Another()
    {
        opened.Add(OpenStore());
        return opened[^1];
    }

    public virtual ValueTask InitializeAsync()
    {
        Store = Another();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in opened.OfType<IAsyncDisposable>()) await store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private Task<LoadedStream> Load(StreamName stream) => Store.Load(stream, "shape");

    private async Task<long> Version(StreamName stream) => (await Store.Check(stream, null)).Version;

    [Fact]
    public async Task What_is_appended_is_loaded_byte_for_byte()
    {
        var stream = NewStream();
        var at = Monday + Duration.FromNanoseconds(123_456_000);
        EventData[] events = [new("a.v1", "{ \"é\":\t\"🔬\" ,  \"n\":1.0 }"), new("b.v2", "{}")];
        Assert.Equal(AppendAnswer.Stored,
            await Store.Append(Appending(stream, 0) with { Events = [.. events], At = at }));

        var loaded = await Load(stream);

        Assert.Null(loaded.Snapshot);
        Assert.Equal(events, loaded.Events.Select(e => e.Event));
        Assert.Equal([1, 2], loaded.Events.Select(e => e.Version));
        Assert.All(loaded.Events, e =>
            Assert.Equal((stream, at, new CommandId("c-1"), new PersonId("p-1")), (e.Stream, e.At, e.Command, e.By)));
        Assert.True(loaded.Events[0].Position < loaded.Events[1].Position);
    }

    [Fact]
    public async Task A_stream_that_does_not_exist_is_empty()
    {
        var stream = NewStream();
        Assert.Empty((await Load(stream)).Events);
        Assert.Equal(new StreamCheck(0, null), await Store.Check(stream, new("c-1")));
    }

    [Fact]
    public async Task A_version_that_is_taken_is_a_conflict_and_stores_nothing()
    {
        var stream = NewStream();
        await Store.Append(Appending(stream, 0, "c-1"));
        Assert.Equal(AppendAnswer.Conflict, await Store.Append(Appending(stream, 0, "c-2")));
        Assert.Equal(new StreamCheck(1, null), await Store.Check(stream, new("c-2")));
    }

    [Fact]
    public async Task A_version_beyond_the_next_is_a_conflict()
    {
        var stream = NewStream();
        await Store.Append(Appending(stream, 0, "c-1"));
        Assert.Equal(AppendAnswer.Conflict, await Store.Append(Appending(stream, 2, "c-2")));
        Assert.Equal(1, await Version(stream));
    }

    [Fact]
    public async Task A_repeated_command_is_known_whatever_version_it_expects()
    {
        var stream = NewStream();
        await Store.Append(Appending(stream, 0, "c-1"));
        Assert.Equal(AppendAnswer.Repeat, await Store.Append(Appending(stream, 0, "c-1")));
        Assert.Equal(AppendAnswer.Repeat, await Store.Append(Appending(stream, 1, "c-1")));
        Assert.Equal(AppendAnswer.CommandIdReused, await Store.Append(Appending(stream, 1, "c-1", "other")));
        Assert.Equal(new StreamCheck(1, "h"), await Store.Check(stream, new("c-1")));
    }

    [Fact]
    public async Task A_command_id_belongs_to_its_stream()
    {
        await Store.Append(Appending(NewStream(), 0, "c-1"));
        Assert.Equal(AppendAnswer.Stored, await Store.Append(Appending(NewStream(), 0, "c-1", "other")));
    }

    [Fact]
    public async Task A_repeat_in_the_same_batch_is_known()
    {
        var stream = NewStream();
        var answers = await Together(Enumerable.Range(0, 20).Select(_ => Appending(stream, 0)));
        Assert.Equal(1, answers.Count(a => a == AppendAnswer.Stored));
        Assert.Equal(19, answers.Count(a => a == AppendAnswer.Repeat));
    }

    [Fact]
    public async Task Appends_of_one_stream_follow_each_other_in_one_batch()
    {
        var stream = NewStream();
        Task<AppendAnswer>? before = null;
        var answers = Enumerable.Range(0, 100).Select(version =>
            before = Store.Append(Appending(stream, version, $"c-{version}") with { After = before })).ToList();
        Assert.All(await Task.WhenAll(answers), answer => Assert.Equal(AppendAnswer.Stored, answer));
        Assert.Equal(Enumerable.Range(1, 100).Select(v => (long)v), (await Load(stream)).Events.Select(e => e.Version));
    }

    [Fact]
    public async Task What_builds_on_a_conflict_is_a_conflict_even_where_its_version_fits()
    {
        var stream = NewStream();
        var winner = Store.Append(Appending(stream, 0, "winner"));
        var loser = Store.Append(Appending(stream, 0, "loser"));
        var next = Store.Append(Appending(stream, 1, "next") with { After = loser });
        var nextButOne = Store.Append(Appending(stream, 2, "next but one") with { After = next });

        AppendAnswer[] answers = [await winner, await loser, await next, await nextButOne];

        Assert.Equal(
            [AppendAnswer.Stored, AppendAnswer.Conflict, AppendAnswer.Conflict, AppendAnswer.Conflict], answers);
        Assert.Equal(AppendAnswer.Conflict, await Store.Append(Appending(stream, 1, "late") with { After = loser }));
        Assert.Equal(AppendAnswer.Stored, await Store.Append(Appending(stream, 1, "again") with { After = winner }));
    }

    [Fact]
    public async Task A_conflict_does_not_fail_the_others_of_its_batch()
    {
        var taken = NewStream();
        await Store.Append(Appending(taken, 0));
        var answers = await Together(Enumerable.Range(0, 100).Select(n =>
            n % 10 == 5 ? Appending(taken, 0, $"c-{n}") : Appending(NewStream(), 0)));
        Assert.Equal(90, answers.Count(a => a == AppendAnswer.Stored));
        Assert.Equal(10, answers.Count(a => a == AppendAnswer.Conflict));
    }

    [Fact]
    public async Task Of_fifty_writers_one_wins_each_version()
    {
        var stream = NewStream();
        var commands = Enumerable.Range(0, 50).Select(writer => $"c-{writer}").ToList();
        await Task.WhenAll(commands.Select(command => Task.Run(() => WriteUntilStored(Store, stream, command))));
        await AssertStoredOnce(stream, commands);
    }

    [Fact]
    public async Task Two_processes_on_one_database_never_share_a_version()
    {
        var streams = Enumerable.Range(0, 5).Select(_ => NewStream()).ToList();
        IEventStore[] processes = [Store, Another()];
        await Task.WhenAll(
            from process in processes
            from stream in streams
            from writer in Enumerable.Range(0, 10)
            let command = $"c-{Array.IndexOf(processes, process)}-{writer}"
            select Task.Run(() => WriteUntilStored(process, stream, command)));
        var commands = Enumerable.Range(0, 20).Select(n => $"c-{n / 10}-{n % 10}").ToList();
        foreach (var stream in streams) await AssertStoredOnce(stream, commands);
    }

    [Fact]
    public async Task What_another_process_stored_is_noticed_by_one_that_never_rests()
    {
        var (other, stream, itsOwn) = (Another(), NewStream(), NewStream());
        var (isOver, busy) = (false, 0);
        var writing = Task.Run(async () =>
        {
            for (; !Volatile.Read(ref isOver); busy++)
                Assert.Equal(AppendAnswer.Stored, await Store.Append(Appending(itsOwn, busy, $"c-{busy}")));
        });
        for (var version = 0L; version < 60; version += 2)
        {
            Assert.Equal(AppendAnswer.Stored, await Store.Append(Appending(stream, version, $"c-{version}")));
            var theirs = Appending(stream, version + 1, $"c-{version + 1}");
            Assert.Equal(AppendAnswer.Stored, await other.Append(theirs));
            Assert.Equal(AppendAnswer.Conflict, await Store.Append(theirs with { Command = new("c-late") }));
            Assert.Equal(AppendAnswer.Repeat, await Store.Append(theirs));
            Assert.Equal(AppendAnswer.Repeat, await Store.Append(theirs with { ExpectedVersion = version + 2 }));
        }
        Volatile.Write(ref isOver, true);
        await writing;
        Assert.Equal(60, await Version(stream));
    }

    [Fact]
    public async Task The_same_command_at_two_processes_is_stored_once()
    {
        IEventStore[] processes = [Store, Another()];
        for (var round = 0; round < 30; round++)
        {
            var stream = NewStream();
            var answers = await Task.WhenAll(
                processes.Select(process => Task.Run(() => process.Append(Appending(stream, 0)))));
            Assert.Equal([AppendAnswer.Stored, AppendAnswer.Repeat], answers.Order());
        }
    }

    [Fact]
    public async Task A_check_sees_the_append_it_was_queued_behind()
    {
        var stream = NewStream();
        for (var version = 0; version < 20; version++)
        {
            var append = Store.Append(Appending(stream, version, $"c-{version}"));
            var check = Store.Check(stream, new($"c-{version}"));
            Assert.Equal(new StreamCheck(version + 1, "h"), await check);
            await append;
        }
    }

    [Fact]
    public async Task A_check_sees_what_another_process_stored()
    {
        var stream = NewStream();
        await Another().Append(Appending(stream, 0));
        Assert.Equal(1, await Version(stream));
    }

    [Fact]
    public async Task A_snapshot_shortens_the_load_and_the_newest_counts()
    {
        var stream = NewStream();
        var first = Store.Append(Appending(stream, 0, "c-1") with { Snapshot = new(1, "shape", "{ }") });
        var second = Store.Append(
            Appending(stream, 1, "c-2") with { After = first, Snapshot = new(2, "shape", "{\"b\": 2}") });
        await Store.Append(Appending(stream, 2, "c-3") with { After = second });

        var loaded = await Load(stream);

        Assert.Equal(new Snapshot(2, "shape", "{\"b\": 2}"), loaded.Snapshot);
        Assert.Equal([3], loaded.Events.Select(e => e.Version));
    }

    [Fact]
    public async Task A_snapshot_of_another_shape_is_ignored()
    {
        var stream = NewStream();
        await Store.Append(Appending(stream, 0) with { Snapshot = new(1, "older", "{}") });
        var loaded = await Load(stream);
        Assert.Null(loaded.Snapshot);
        Assert.Single(loaded.Events);
    }

    [Fact]
    public async Task An_append_without_events_is_a_bug() => await Assert.ThrowsAsync<ArgumentException>(
        () => Store.Append(Appending(NewStream(), 0) with { Events = [] }));

    protected Task<AppendAnswer[]> Together(IEnumerable<Append> appends) =>
        Task.WhenAll(appends.ToImmutableArray().Select(Store.Append));

    private static async Task WriteUntilStored(IEventStore store, StreamName stream, string command)
    {
        AppendAnswer answer;
        do
        {
            var version = (await store.Check(stream, null)).Version;
            answer = await store.Append(Appending(stream, version, command));
        }
        while (answer == AppendAnswer.Conflict);
        Assert.Equal(AppendAnswer.Stored, answer);
    }

    private async Task AssertStoredOnce(StreamName stream, IEnumerable<string> commands)
    {
        var events = (await Load(stream)).Events;
        Assert.Equal(Enumerable.Range(1, events.Length).Select(v => (long)v), events.Select(e => e.Version));
        Assert.Equal(commands.Order(), events.Select(e => e.Command.Value).Order());
    }
}
