using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Silo.Identity;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Facilities.Silo.Calendars;

/// <summary>Where calendars come from, as stored.</summary>
public sealed class CalendarBook(IDbContextFactory<IdentityDatabase> databases)
{
    /// <summary>Keeps a new calendar; false where it was kept before.</summary>
    public async Task<bool> Add(CalendarRow row, CancellationToken cancellation = default)
    {
        await using var database = await databases.CreateDbContextAsync(cancellation);
        if (await database.Calendars.AnyAsync(c => c.Id == row.Id, cancellation)) return false;
        database.Calendars.Add(row);
        await database.SaveChangesAsync(cancellation);
        return true;
    }

    public async Task<CalendarRow?> Find(CalendarId id, CancellationToken cancellation = default)
    {
        await using var database = await databases.CreateDbContextAsync(cancellation);
        return await database.Calendars.AsNoTracking().FirstOrDefaultAsync(c => c.Id == id.Value, cancellation);
    }

    /// <summary>Those of a platform, without what stands in them.</summary>
    public async Task<ImmutableArray<CalendarRow>> Of(PlatformId platform, CancellationToken cancellation = default)
    {
        await using var database = await databases.CreateDbContextAsync(cancellation);
        return
        [
            .. await database.Calendars.AsNoTracking().Where(c => c.PlatformId == platform.Value)
                .Select(c => new CalendarRow
                {
                    Id = c.Id, PlatformId = c.PlatformId, Url = c.Url, Content = Array.Empty<byte>(),
                    EntityTag = c.EntityTag, LastModified = c.LastModified, TriedAt = c.TriedAt, ReadAt = c.ReadAt,
                    Failures = c.Failures, Fault = c.Fault, Events = c.Events, Problems = c.Problems, DueAt = c.DueAt,
                }).ToListAsync(cancellation),
        ];
    }

    /// <summary>Keeps how a reading went; false where the calendar was removed meanwhile.</summary>
    public async Task<bool> Save(CalendarRow row, CancellationToken cancellation = default)
    {
        await using var database = await databases.CreateDbContextAsync(cancellation);
        return await database.Calendars.Where(c => c.Id == row.Id).ExecuteUpdateAsync(set => set
            .SetProperty(c => c.Content, row.Content).SetProperty(c => c.EntityTag, row.EntityTag)
            .SetProperty(c => c.LastModified, row.LastModified).SetProperty(c => c.TriedAt, row.TriedAt)
            .SetProperty(c => c.ReadAt, row.ReadAt).SetProperty(c => c.Failures, row.Failures)
            .SetProperty(c => c.Fault, row.Fault).SetProperty(c => c.Events, row.Events)
            .SetProperty(c => c.Problems, row.Problems).SetProperty(c => c.DueAt, row.DueAt), cancellation) > 0;
    }

    public async Task Remove(CalendarId id, CancellationToken cancellation = default)
    {
        await using var database = await databases.CreateDbContextAsync(cancellation);
        await database.Calendars.Where(c => c.Id == id.Value).ExecuteDeleteAsync(cancellation);
    }

    /// <summary>
    /// Calendars that are due, each claimed until an instant: no other process reads it before.
    /// </summary>
    public async Task<ImmutableArray<CalendarId>> Claim(
        Instant now, Instant until, int most, CancellationToken cancellation = default)
    {
        await using var database = await databases.CreateDbContextAsync(cancellation);
        var due = await database.Calendars.Where(c => c.DueAt <= now).OrderBy(c => c.DueAt).Take(most)
            .Select(c => new { c.Id, c.DueAt }).ToListAsync(cancellation);
        var claimed = ImmutableArray.CreateBuilder<CalendarId>();
        foreach (var one in due)
            if (await database.Calendars.Where(c => c.Id == one.Id && c.DueAt == one.DueAt)
                .ExecuteUpdateAsync(set => set.SetProperty(c => c.DueAt, until), cancellation) > 0)
                claimed.Add(new CalendarId(one.Id));
        return claimed.ToImmutable();
    }
}
