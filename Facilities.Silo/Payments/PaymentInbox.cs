using System.Collections.Immutable;
using System.Text;
using Dapper;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Grains.Runtime;
using Facilities.Silo.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;
using Orleans;

namespace Facilities.Silo.Payments;

/// <summary>
/// What the payment provider said: stored word for word before it is answered, then told to its booking. A notice that
/// comes twice is stored once; telling a booking twice does no harm, so several processes may take up the same row.
/// </summary>
public sealed partial class PaymentInbox(
    EventStore store, IDatabase database, IGrainFactory grains, IClock clock, TimeProvider time,
    ILogger<PaymentInbox> log, StripeOptions? options = null) : BackgroundService
{
    private const string Table = "payment_notices";
    private const int BatchMax = 50;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim nudged = new(0, 1);

    /// <summary>Stores a notice under its id; false where it is there already.</summary>
    /// <exception cref="StorageUnavailableException">Whether it is stored is unknown: send it again.</exception>
    public async Task<bool> Store(StripeNotice notice, ReadOnlyMemory<byte> body)
    {
        var now = clock.GetCurrentInstant();
        var isNew = await store.InsertRow(RowOf(
            notice.Id, notice.Type, Encoding.UTF8.GetString(body.Span),
            notice.IsToTell ? "waiting" : "ignored", notice.At, now, 0, now, null));
        if (isNew && notice.IsToTell && nudged.CurrentCount == 0) Nudge();
        return isNew;
    }

    /// <summary>Tells bookings all that waits; answers how much was told.</summary>
    public async Task<int> RunOnce()
    {
        var told = 0;
        var tried = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            var batch = (await Waiting()).Where(row => tried.Add(row.Key)).ToArray();
            if (batch.Length == 0) return told;
            // One after the other, as they were said: that spares bookings detours, though any order ends the same.
            foreach (var row in batch)
                if (await Tell(row)) told++;
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options is null) return;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunOnce();
            }
            catch (StorageUnavailableException fault)
            {
                Unavailable(log, fault.Message);
            }
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            await Task.WhenAny(nudged.WaitAsync(either.Token), Task.Delay(Interval, time, either.Token));
            await either.CancelAsync();
        }
    }

    private void Nudge()
    {
        try
        {
            nudged.Release();
        }
        catch (SemaphoreFullException)
        {
            // It was told already.
        }
    }

    private Task<ImmutableArray<Row>> Waiting() => database.Read(async connection =>
    {
        var now = clock.GetCurrentInstant();
        var rows = await connection.QueryAsync<Row>($"""
            select key, type, body, said_at, received_at, attempts from {Table}
            where status = 'waiting' and next_at <= @now order by said_at, key limit {BatchMax}
            """, new { now });
        return rows.ToImmutableArray();
    });

    private async Task<bool> Tell(Row row)
    {
        var now = clock.GetCurrentInstant();
        try
        {
            var outcome = await TellBooking(StripeNotice.Read(Encoding.UTF8.GetBytes(row.Body)));
            await store.WriteRows([RowOf(
                row.Key, row.Type, row.Body, "done", row.SaidAt, row.ReceivedAt, row.Attempts, now, outcome)]);
            return true;
        }
        catch (Exception fault) when (fault is not StorageUnavailableException)
        {
            // One booking's trouble must not keep others from learning of their money.
            NotTold(log, row.Key, row.Type, fault);
            await store.WriteRows([RowOf(
                row.Key, row.Type, row.Body, "waiting", row.SaidAt, row.ReceivedAt, row.Attempts + 1,
                now + Delivery.OutboxPump.WaitAfter(row.Attempts), fault.Message)]);
            return false;
        }
    }

    private async Task<string> TellBooking(StripeNotice? notice)
    {
        if (notice is { IsToTell: true, Command: null })
            throw new InvalidOperationException(
                "It says that money was paid, and not how much. Look the payment up at the provider.");
        if (notice is not { Booking: { } booking, Command: { } command }) return "nothing follows from it";
        var grain = grains.GetGrain<IBookingGrain>(booking.Value);
        var reply = command switch
        {
            RecordPayment c => await grain.RecordPayment(c),
            RecordPaymentProcessing c => await grain.RecordPaymentProcessing(c),
            RecordPaymentFailed c => await grain.RecordPaymentFailed(c),
            RecordRefundFailed c => await grain.RecordRefundFailed(c),
            _ => throw new InvalidOperationException($"{command.GetType().Name} is nothing that a provider says."),
        };
        return reply.Refusal is { } refusal ? $"refused: {refusal.Reason}" : "told";
    }

    private static RowWrite RowOf(
        string key, string type, string body, string status, Instant saidAt, Instant receivedAt, long attempts,
        Instant nextAt, string? outcome) =>
        Grains.Runtime.Row.Of(Table, key,
            ("type", type), ("body", body), ("status", status), ("said_at", saidAt), ("received_at", receivedAt),
            ("attempts", attempts), ("next_at", nextAt), ("outcome", outcome));

    /// <inheritdoc/>
    public override void Dispose()
    {
        nudged.Dispose();
        base.Dispose();
    }

    private sealed record Row(
        string Key, string Type, string Body, Instant SaidAt, Instant ReceivedAt, long Attempts);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database is unavailable, payments wait: {Reason}")]
    private static partial void Unavailable(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Notice}, {Type}, could not be told and is tried again")]
    private static partial void NotTold(ILogger log, string notice, string type, Exception fault);
}
