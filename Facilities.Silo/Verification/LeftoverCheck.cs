using System.Text.Json;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using NodaTime;

namespace Facilities.Silo.Verification;

/// <summary>What stands beside the events: answered commands, messages on their way out, and quotes.</summary>
internal sealed class LeftoverCheck(StillView view, Instant now, Faults faults)
{
    private const int QuotesAtOnce = 100;

    // A receiver that is away for a night is no fault of ours.
    private static readonly Duration WaitMax = Duration.FromDays(1);
    private const int AttemptsMax = 10;
    private static readonly Duration WakeMax = Duration.FromHours(1);

    public async Task Run()
    {
        await Commands();
        await Outbox();
        await Notices();
        await Overdue();
        await Quotes();
    }

    /// <summary>
    /// The events of one command lie side by side and end at the version that the command is remembered with, so that
    /// it is neither forgotten nor carried out twice.
    /// </summary>
    private async Task Commands()
    {
        var loose = view.Stream("""
            select e.stream, e.version, e.command, c.version
            from events e left join commands c on c.stream = e.stream and c.command = e.command
            where c.version is null or c.version < e.version or (c.version > e.version and not exists (
              select 1 from events n
              where n.stream = e.stream and n.version = e.version + 1 and n.command = e.command))
            """, row => (
                Where: $"{row.GetString(0)}#{row.GetInt64(1)}", Command: row.GetString(2), IsKnown: !row.IsDBNull(3)));
        await foreach (var (where, command, isKnown) in loose)
        {
            if (isKnown) faults.Add("commandTwice", where, $"the command {command} was carried out elsewhere too.");
            else faults.Add("commandMissing", where, $"the command {command} is not remembered as answered.");
        }
        var strays = view.Stream("""
            select c.stream, c.command, c.version from commands c where not exists (
              select 1 from events e where e.stream = c.stream and e.version = c.version and e.command = c.command)
            """, row => (
                Stream: row.GetString(0), Command: row.GetString(1), Version: row.GetInt64(2)));
        await foreach (var (stream, command, version) in strays)
            faults.Add("commandStray", $"{stream}#{version}", $"the command {command} is answered and did nothing.");
    }

    private async Task Outbox()
    {
        var waiting = view.Stream("""
            select seq, kind, stream, attempts, created_at, last_error,
              (select min(version) from events where events.stream = outbox.stream)
            from outbox order by seq
            """, row => (
                Where: $"outbox/{row.GetInt64(0)}", Kind: row.GetString(1), Stream: row.GetString(2),
                Attempts: row.GetInt64(3), Since: view.Database.InstantOf(row.GetValue(4)),
                Error: row.IsDBNull(5) ? "" : row.GetString(5), IsStray: row.IsDBNull(6)));
        await foreach (var (where, kind, stream, attempts, since, error, isStray) in waiting)
        {
            if (isStray) faults.Add("outboxStray", where, $"{kind} of {stream}, which has no event.");
            if (attempts >= AttemptsMax)
                faults.Add("outboxFailing", where, $"{kind} of {stream} failed {attempts} times: {error}");
            if (since + WaitMax < now) faults.Add("outboxLate", where, $"{kind} of {stream} waits since {since}.");
        }
    }

    /// <summary>What a payment provider said and no booking was told: money that nobody counts.</summary>
    private async Task Notices()
    {
        var waiting = view.Stream("""
            select key, type, attempts, received_at, outcome from payment_notices
            where status = 'waiting' order by received_at
            """, row => (
                Where: $"payment_notices/{row.GetString(0)}", Type: row.GetString(1), Attempts: row.GetInt64(2),
                Since: view.Database.InstantOf(row.GetValue(3)), Error: row.IsDBNull(4) ? "" : row.GetString(4)));
        await foreach (var (where, type, attempts, since, error) in waiting)
            if (attempts >= AttemptsMax || since + WaitMax < now)
                faults.Add("noticeUntold", where, $"{type} waits since {since}, tried {attempts} times: {error}");
    }

    /// <summary>Work that waits long shows that no process runs, which is no fault of the data.</summary>
    private async Task Overdue()
    {
        var overdue = view.Stream(
            "select stream, name, at from due order by at",
            row => (Stream: row.GetString(0), Name: row.GetString(1), At: view.Database.InstantOf(row.GetValue(2))));
        await foreach (var (stream, name, at) in overdue)
        {
            if (at + WakeMax >= now) break;
            faults.Note("workOverdue", stream, $"its {name} is due since {at}: does a process run?");
        }
    }

    private async Task Quotes()
    {
        for (var after = ""; ;)
        {
            var page = (await view.Query<(string Key, string Body)>(
                $"select key, body from quotes where key > @after order by key limit {QuotesAtOnce}",
                new { after })).ToArray();
            foreach (var (key, body) in page) Quote(key, body);
            if (page.Length < QuotesAtOnce) return;
            after = page[^1].Key;
        }
    }

    private void Quote(string key, string body)
    {
        try
        {
            var quote = JsonSerializer.Deserialize<QuoteBasis>(body, Json.Options)!.Quote;
            if (!QuoteSeal.IsIntact(quote))
                faults.Add("sealBroken", $"quotes/{key}", "the seal does not fit the quote.");
        }
        catch (JsonException cause)
        {
            faults.Add("quoteUnreadable", $"quotes/{key}", cause.Message);
        }
    }
}
