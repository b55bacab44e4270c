using System.Collections.Immutable;
using System.Text.Json;
using Dapper;
using Facilities.Grains.Accounts;
using Facilities.Grains.Bookings;
using Facilities.Grains.Clusters;
using Facilities.Grains.Platforms;
using Facilities.Grains.Programmes;
using Facilities.Grains.Runtime;
using Facilities.Silo.Storage;
using NodaTime;

namespace Facilities.Silo.Verification;

/// <summary>
/// Proves again, from the events, what must always hold, and that the tables say what the events say. Reads the log
/// once, stream by stream; nothing may write meanwhile, or what is written may show as a difference.
/// </summary>
public sealed class Verifier(LogReader log, IDatabase database, IClock clock)
{
    private const int ProgressEvery = 10_000;
    private static readonly Duration StuckAfter = Duration.FromMinutes(1);

    /// <summary>Looks at everything; answers how many faults there are.</summary>
    public async Task<int> Run(TextWriter output) => (await Check(output)).Count;

    /// <summary>The same, with the faults.</summary>
    public async Task<Faults> Check(TextWriter output)
    {
        var faults = new Faults(output);
        var projections = new ProjectionCheck(database, faults);
        long events = 0, streams = 0;
        OpenStream? open = null;
        await foreach (var stored in log.ReadAll())
        {
            if (open is null || open.Name != stored.Stream)
            {
                if (open is not null) await open.Close();
                open = new OpenStream(stored.Stream, Checks(stored.Stream, projections, faults), faults);
                streams++;
            }
            open.See(stored);
            if (++events % ProgressEvery == 0) await output.WriteLineAsync($"{events} events of {streams} streams");
        }
        if (open is not null) await open.Close();
        await projections.Finish();
        await output.WriteLineAsync($"Verified {events} events of {streams} streams: {faults.Count switch
        {
            0 => "no fault.",
            1 => "1 fault.",
            var n => $"{n} faults.",
        }}");
        return faults;
    }

    private StreamCheck[] Checks(StreamName stream, ProjectionCheck projections, Faults faults) => stream.Kind switch
    {
        "booking" =>
        [
            new BookingCheck(stream, faults),
            new Replay<BookingState, BookingEvent>(BookingState.Nobody, BookingEvolution.Evolve,
                (before, after, _, at) => BookingRows.Of(before, after, at).Rows, projections,
                atEnd: b => NotStuck(stream, b, faults)),
        ],
        "platform" =>
        [
            new PlatformCheck(stream, database, faults),
            new Replay<PlatformState, PlatformEvent>(PlatformState.Nobody, PlatformState.Evolve,
                (_, after, events, _) => PlatformRows.Of(after, events), projections),
        ],
        "account" =>
        [
            new AccountCheck(stream, faults),
            new Replay<AccountState, AccountEvent>(AccountState.Nobody, AccountState.Evolve,
                (before, after, _, _) => AccountRows.Of(before, after), projections),
        ],
        "programme" =>
        [
            new ProgrammeCheck(stream, faults),
            new Replay<ProgrammeState, ProgrammeEvent>(ProgrammeState.Nobody, ProgrammeState.Evolve,
                (_, after, events, at) => ProgrammeRows.Of(after, events, at), projections,
                new LedgerCheck(stream, faults)),
        ],
        "cluster" =>
        [
            new Replay<ClusterState, ClusterEvent>(ClusterState.Nobody, ClusterState.Evolve,
                (before, after, events, at) => ClusterRows.Of(before, after, events, at).Rows, projections,
                new LedgerCheck(stream, faults)),
        ],
        _ => [],
    };

    /// <summary>
    /// A process that was interrupted is taken up again by its due work; without it, it would wait for ever.
    /// </summary>
    private async Task NotStuck(StreamName stream, BookingState booking, Faults faults)
    {
        if (booking.Pending == PendingWork.None || booking.CreatedAt + StuckAfter > clock.GetCurrentInstant()) return;
        var resumes = await database.Read(connection => connection.ExecuteScalarAsync<long>(
            "select count(*) from due where stream = @stream", new { stream = stream.Value }));
        if (resumes == 0)
            faults.Add("processStuck", stream.Value, $"{booking.Pending} is not done and nothing takes it up again.");
    }

    /// <summary>One stream while its events go by. A check that damage stops is let go; the others go on.</summary>
    private sealed class OpenStream(StreamName name, StreamCheck[] checks, Faults faults)
    {
        private readonly List<StreamCheck> going = [.. checks];
        private long version;

        public StreamName Name => name;

        public void See(StoredEvent stored)
        {
            var where = $"{name}#{stored.Version}";
            if (stored.Version != ++version)
            {
                faults.Add("logGap", where, $"version {version} is missing.");
                version = stored.Version;
            }
            try
            {
                var happened = EventNames.Read(stored.Event);
                foreach (var check in going.ToArray()) Try(check, where, () => check.See(stored, happened));
            }
            catch (Exception cause) when (IsDamage(cause))
            {
                faults.Add("eventUnreadable", where, cause.Message);
            }
        }

        public async Task Close()
        {
            foreach (var check in going)
            {
                try
                {
                    await check.Finish();
                }
                catch (Exception cause) when (IsDamage(cause))
                {
                    faults.Add("eventImpossible", name.Value, cause.Message);
                }
            }
        }

        private void Try(StreamCheck check, string where, Action see)
        {
            try
            {
                see();
            }
            catch (Exception cause) when (IsDamage(cause))
            {
                going.Remove(check);
                faults.Add("eventImpossible", where, cause.Message);
            }
        }

        /// <summary>What damaged events make the rules throw.</summary>
        private static bool IsDamage(Exception cause) => cause is InvalidOperationException or JsonException
            or KeyNotFoundException or ArgumentException or FormatException or NullReferenceException
            or InvalidCastException or OverflowException;
    }
}
