using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using Facilities.Silo.Hosting;
using Facilities.Silo.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Facilities.Silo.Demonstration;

/// <summary>
/// Moves the demonstration's clock, so that a newcomer can see a booking of theirs through to the claim.
/// </summary>
public static partial class DemonstrationClock
{
    /// <summary>
    /// The furthest that the clock is moved in all: beyond it the platforms' calendars hold nothing to see.
    /// </summary>
    public static readonly Duration OffsetMax = Duration.FromDays(3 * 365);

    /// <summary>Moves the clock ahead for every process on the database; answers the time that it shows then.</summary>
    /// <exception cref="InvalidOperationException">This is production, or the clock would be moved too far.</exception>
    public static async Task<Instant> Advance(IServiceProvider services, Length by)
    {
        if (services.GetRequiredService<IHostEnvironment>().IsProduction())
            throw new InvalidOperationException("The clock is never moved in production.");
        var clock = services.GetRequiredService<ShiftedClock>();
        await clock.Refresh(services.GetRequiredService<IDatabase>());
        var offset = clock.Offset + Duration.FromDays(by.Days) + Duration.FromMinutes(by.Minutes);
        if (offset > OffsetMax)
            throw new InvalidOperationException(
                $"The clock would be {offset.Days} days ahead; {OffsetMax.Days} are the most.");
        var minutes = (long)offset.TotalMinutes;
        await services.GetRequiredService<EventStore>().WriteRows(
        [
            Row.Of(
                "settings", ShiftedClock.Setting,
                ("value", minutes.ToString(System.Globalization.CultureInfo.InvariantCulture))),
        ]);
        clock.Offset = Duration.FromMinutes(minutes);
        return clock.GetCurrentInstant();
    }

    /// <summary>Follows the clock where another process moves it. Does nothing in production.</summary>
    public static IHostApplicationBuilder AddDemonstrationClock(this IHostApplicationBuilder builder)
    {
        if (!builder.Environment.IsProduction()) builder.Services.AddHostedService<Follower>();
        return builder;
    }

    private sealed partial class Follower(
        ShiftedClock clock, IDatabase database, TimeProvider time, ILogger<Follower> log)
        : BackgroundService
    {
        private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

        /// <summary>Before anything else reads the clock.</summary>
        public override async Task StartAsync(CancellationToken cancellationToken)
        {
            // Where the database is not there yet, the program waits for it and reads the clock before it opens.
            await Follow();
            await base.StartAsync(cancellationToken);
        }

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            using var timer = new PeriodicTimer(Interval, time);
            try
            {
                while (await timer.WaitForNextTickAsync(stoppingToken)) await Follow();
            }
            catch (OperationCanceledException)
            {
                // The host stops.
            }
        }

        private async Task Follow()
        {
            try
            {
                await clock.Refresh(database);
            }
            catch (StorageUnavailableException fault)
            {
                Unavailable(log, fault.Message);
            }
        }

        [LoggerMessage(Level = LogLevel.Warning, Message = "The clock is not followed: {Reason}")]
        private static partial void Unavailable(ILogger log, string reason);
    }
}
