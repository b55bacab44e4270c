using Dapper;
using Facilities.Silo.Storage;
using NodaTime;

namespace Facilities.Silo.Hosting;

/// <summary>
/// The clock of the marketplace: the system's, moved by what the demonstration was moved by. Never moved in production.
/// </summary>
public sealed class ShiftedClock(TimeProvider time) : IClock
{
    /// <summary>Where the offset is kept, in minutes.</summary>
    public const string Setting = "demonstration.clockOffsetMinutes";

    private long _offsetTicks;

    /// <summary>How far ahead of the system's clock this one is.</summary>
    public Duration Offset
    {
        get => Duration.FromTicks(Interlocked.Read(ref _offsetTicks));
        set => Interlocked.Exchange(ref _offsetTicks, value.BclCompatibleTicks);
    }

    public Instant GetCurrentInstant() => Instant.FromDateTimeOffset(time.GetUtcNow()) + Offset;

    /// <summary>Takes over what the database says; other processes may have moved the clock.</summary>
    public async Task Refresh(IDatabase database)
    {
        var minutes = await database.Read(connection => connection.QuerySingleOrDefaultAsync<string>(
            "select value from settings where key = @key", new { key = Setting }));
        Offset = minutes is null
            ? Duration.Zero
            : Duration.FromMinutes(long.Parse(minutes, System.Globalization.CultureInfo.InvariantCulture));
    }
}
