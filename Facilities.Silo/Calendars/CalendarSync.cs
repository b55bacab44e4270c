using System.Security.Cryptography;
using System.Text;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using NodaTime;
using Orleans;

namespace Facilities.Silo.Calendars;

/// <summary>
/// Reads calendars and tells their platforms what makes them busy. What could not be had changes nothing: the last good
/// state stays busy, and is shown as old.
/// </summary>
public sealed class CalendarSync(
    CalendarBook book, CalendarReading reading, CalendarFetcher fetcher, IGrainFactory grains, IClock clock)
{
    /// <summary>How often a followed calendar is asked.</summary>
    public static readonly Duration Every = Duration.FromHours(1);

    /// <summary>The longest pause after many failures, and how often the days ahead of a file are read anew.</summary>
    public static readonly Duration AtLeastEvery = Duration.FromHours(12);

    // Ten minutes, then twice as long each time.
    private static readonly Duration FirstPause = Duration.FromMinutes(10);
    private const int DoublingsMax = 7;

    /// <summary>Reads a calendar now; null where there is none.</summary>
    /// <param name="id">Which calendar.</param>
    /// <param name="replacement">Another file in place of what is there.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Answer<CalendarRow>?> Run(
        CalendarId id, byte[]? replacement = null, CancellationToken cancellation = default)
    {
        if (await book.Find(id, cancellation) is not { } row) return null;
        var (grain, now) = (grains.GetGrain<IPlatformGrain>(row.PlatformId), clock.GetCurrentInstant());
        if (await grain.View() is not { } platform) return null;
        row.TriedAt = now;
        var (content, fault) = replacement is not null ? (replacement, null) : await Newest(row, cancellation);
        var finding = await reading.Of(content, platform.Profile, cancellation);
        if (finding.Refusal is { } unreadable)
        {
            if (replacement is not null) return unreadable;
            // The last good content still has days that come into reach.
            (fault, content) = (unreadable.Reason, row.Content);
            finding = await reading.Of(content, platform.Profile, cancellation);
        }
        if (finding.Value is { } found)
        {
            var reply = await grain.SyncCalendar(new SyncCalendar(
                CommandOf(id, now, found), Actor.System, id, found.Times, found.Window));
            if (reply.Refusal is { Code: PlatformRefusal.CalendarUnknown or PlatformRefusal.PlatformUnknown })
            {
                await book.Remove(id, cancellation);
                return null;
            }
            if (reply.Refusal is { } refusal && replacement is not null) return Refusal.Of(refusal);
            fault ??= reply.Refusal?.Reason;
            if (reply.Accepted) (row.Content, row.Events, row.Problems) = (content, found.Events, found.ProblemsJson);
        }
        Note(row, fault, now);
        if (!await book.Save(row, cancellation)) return null;
        return row;
    }

    /// <summary>When a calendar is to be read the next time.</summary>
    public static Instant NextOf(bool isFollowed, int failures, Instant now) => now + (
        failures == 0 ? isFollowed ? Every : AtLeastEvery
        : Duration.Min(FirstPause * (1 << Math.Min(failures - 1, DoublingsMax)), AtLeastEvery));

    private async Task<(byte[] Content, string? Fault)> Newest(CalendarRow row, CancellationToken cancellation)
    {
        if (CalendarFetcher.AddressOf(row.Url) is not { } address) return (row.Content, null);
        switch (await fetcher.Fetch(address, row.EntityTag, row.LastModified, cancellation))
        {
            case Fetched.Content content:
                (row.EntityTag, row.LastModified) = (content.EntityTag, content.LastModified);
                return (content.Bytes.ToArray(), null);
            case Fetched.Failed failed:
                return (row.Content, failed.Reason);
            default:
                return (row.Content, null);
        }
    }

    private static void Note(CalendarRow row, string? fault, Instant now)
    {
        row.Fault = fault;
        row.Failures = fault is null ? 0 : row.Failures + 1;
        // What could not be read is to be sent again in full, not answered with "as it was".
        if (fault is not null) (row.EntityTag, row.LastModified) = (null, null);
        else row.ReadAt = now;
        row.DueAt = NextOf(row.Url is not null, row.Failures, now);
    }

    private static CommandId CommandOf(CalendarId id, Instant now, CalendarFinding found) => CommandId.From(
        "c-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            $"{id}\n{now.ToUnixTimeTicks()}\n{found.Window}\n{string.Join(',', found.Times)}")))[..40]);
}
