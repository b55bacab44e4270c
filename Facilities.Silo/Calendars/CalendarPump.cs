using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Facilities.Silo.Calendars;

/// <summary>Reads calendars that are due: followed ones by the hour, files for days that come into reach.</summary>
public sealed partial class CalendarPump(
    CalendarBook book, CalendarSync sync, IClock clock, TimeProvider time, ILogger<CalendarPump> log)
    : BackgroundService
{
    private const int BatchMax = 20;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    // Longer than one reading can take.
    private static readonly Duration ClaimedFor = Duration.FromMinutes(5);

    /// <summary>Reads all that is due now; answers how many were.</summary>
    public async Task<int> RunOnce(CancellationToken cancellation = default)
    {
        var read = 0;
        while (true)
        {
            var now = clock.GetCurrentInstant();
            var due = await book.Claim(now, now + ClaimedFor, BatchMax, cancellation);
            foreach (var calendar in due) await Read(calendar, cancellation);
            read += due.Length;
            if (due.Length < BatchMax) return read;
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await RunOnce(stoppingToken);
                }
                catch (Exception fault) when (IsOfDatabase(fault)
                    || (fault is OperationCanceledException && !stoppingToken.IsCancellationRequested))
                {
                    Unavailable(log, fault.Message);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private async Task Read(CalendarId calendar, CancellationToken cancellation)
    {
        try
        {
            await sync.Run(calendar, cancellation: cancellation);
        }
        catch (Exception fault) when (IsOfDatabase(fault) || fault is InvalidOperationException)
        {
            // It is due again when the claim ends; one calendar's trouble must not keep others from being read.
            NotRead(log, calendar.Value, fault);
        }
    }

    // The mapper of tables wraps what the driver says; a connection that was cut must not end the process.
    private static bool IsOfDatabase(Exception? fault) =>
        fault is StorageUnavailableException or System.Data.Common.DbException or DbUpdateException or TimeoutException
        || (fault?.InnerException is { } inner && IsOfDatabase(inner));

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database is unavailable, calendars wait: {Reason}")]
    private static partial void Unavailable(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The calendar {Calendar} could not be read and is tried again")]
    private static partial void NotRead(ILogger log, string calendar, Exception fault);
}
