using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Silo.Calendars;
using NodaTime;
using Orleans;

namespace Facilities.Api.Calendars;

/// <summary>Somebody's wish to add a calendar, with what was read of it.</summary>
public sealed record CalendarWish(CalendarBody Body, ReadOnlyMemory<byte>? File);

/// <summary>Adds, reads and removes calendars, for the API and the pages alike.</summary>
public sealed class ImportDesk(
    CalendarBook book, CalendarReading reading, CalendarSync sync, CalendarFetcher fetcher, IGrainFactory grains,
    IClock clock)
{
    private sealed record Found(AddCalendar Command, CalendarFinding Finding, CalendarRow Row);

    /// <summary>The calendars of a platform by name; for its managers.</summary>
    public async Task<Answer<ImmutableArrayOf<CalendarAnswer>>> List(
        Actor by, PlatformView platform, CancellationToken cancellation = default)
    {
        if (NotAllowed(by, platform) is { } refusal) return refusal;
        var grain = GrainOf(platform);
        var (calendars, rows) = (await grain.Calendars(by), await book.Of(platform.Profile.Id, cancellation));
        var collisions = await grain.ToBeMoved(by);
        return new ImmutableArrayOf<CalendarAnswer>(
        [
            .. from calendar in calendars
               join row in rows on calendar.Id.Value equals row.Id
               orderby calendar.Name, calendar.Id.Value
               select CalendarAnswer.Of(calendar, row, collisions, ZoneOf(platform)),
        ]);
    }

    /// <summary>One of them.</summary>
    public async Task<Answer<CalendarAnswer>> One(
        Actor by, PlatformView platform, CalendarId id, CancellationToken cancellation = default)
    {
        var (list, refusal) = await List(by, platform, cancellation);
        return refusal is not null ? refusal
            : list!.Items.FirstOrDefault(c => c.CalendarId == id) is { } found ? found : Unknown(platform, id);
    }

    /// <summary>Adds a calendar with what stands in it now; answers it with its collisions.</summary>
    public async Task<Answer<CalendarAnswer>> Add(
        CommandId id, Actor by, PlatformView platform, CalendarWish wish, CancellationToken cancellation = default)
    {
        // A repeat after a crash finds its work done.
        if (await One(by, platform, IdOf(id), cancellation) is { Value: { } before }) return before;
        var (found, refusal) = await Find(id, by, platform, wish, cancellation);
        if (refusal is not null) return refusal;
        // The row first: what is busy by it can then always be read again, and a row alone does no harm.
        await book.Add(found!.Row, cancellation);
        var reply = await GrainOf(platform).AddCalendar(found.Command);
        if (reply.Refusal is { } refused)
        {
            if ((await GrainOf(platform).Calendars(Actor.System)).All(c => c.Id.Value != found.Row.Id))
                await book.Remove(found.Row.Calendar, cancellation);
            return Refusal.Of(refused);
        }
        return await One(by, platform, found.Row.Calendar, cancellation);
    }

    /// <summary>What a calendar would make busy, without adding it.</summary>
    public async Task<Answer<CalendarPreviewed>> Preview(
        CommandId id, Actor by, PlatformView platform, CalendarWish wish, CancellationToken cancellation = default)
    {
        var (found, refusal) = await Find(id, by, platform, wish, cancellation);
        if (refusal is not null) return refusal;
        var preview = await GrainOf(platform).PreviewCalendar(found!.Command);
        return preview.Refusal is { } refused
            ? Refusal.Of(refused)
            : new CalendarPreviewed(found.Finding, preview.Collisions);
    }

    /// <summary>Reads a calendar now, or takes another file in its place.</summary>
    public async Task<Answer<CalendarAnswer>> Sync(
        Actor by, PlatformView platform, CalendarId id, ReadOnlyMemory<byte>? file,
        CancellationToken cancellation = default)
    {
        var (known, refusal) = await One(by, platform, id, cancellation);
        if (refusal is not null) return refusal;
        if (file is not null && known!.Host is not null)
            return Refusal.Of("notValid", "This calendar follows a feed. Remove it to give a file instead.");
        if (file is { } replacement && CutOff(replacement) is { } cutOff) return cutOff;
        var read = await sync.Run(id, file?.ToArray(), cancellation);
        if (read is null) return Unknown(platform, id);
        return read.Refusal is { } failed ? failed : await One(by, platform, id, cancellation);
    }

    public async Task<Refusal?> Remove(
        CommandId command, Actor by, PlatformView platform, CalendarId id, CancellationToken cancellation = default)
    {
        var reply = await GrainOf(platform).RemoveCalendar(new RemoveCalendar(command, by, id));
        if (reply.Refusal is { } refused) return Refusal.Of(refused);
        await book.Remove(id, cancellation);
        return null;
    }

    private async Task<Answer<Found>> Find(
        CommandId id, Actor by, PlatformView platform, CalendarWish wish, CancellationToken cancellation)
    {
        if (NotAllowed(by, platform) is { } refusal) return refusal;
        var calendar = new ImportedCalendar(
            IdOf(id), wish.Body.Name.Trim(), wish.Body.All,
            [.. (wish.Body.Units.IsDefault ? [] : wish.Body.Units).Select(unit => unit - 1)], []);
        // What the platform would refuse anyway is not fetched first.
        var preview = await GrainOf(platform).PreviewCalendar(new AddCalendar(id, by, calendar));
        if (preview.Refusal is { } refused) return Refusal.Of(refused);
        var (content, missing) = await ContentOf(wish, cancellation);
        if (missing is not null) return missing;
        var (finding, unreadable) = await reading.Of(content!.Bytes, platform.Profile, cancellation);
        if (unreadable is not null) return unreadable;
        var (now, url) = (clock.GetCurrentInstant(), CalendarFetcher.AddressOf(wish.Body.Url)?.ToString());
        return new Found(
            new AddCalendar(id, by, calendar with { Times = finding!.Times }), finding, new CalendarRow
            {
                Id = calendar.Id.Value,
                PlatformId = platform.Profile.Id.Value,
                Url = wish.File is null ? url : null,
                Content = content.Bytes.ToArray(),
                EntityTag = content.EntityTag,
                LastModified = content.LastModified,
                TriedAt = now,
                ReadAt = now,
                Events = finding.Events,
                Problems = finding.ProblemsJson,
                DueAt = CalendarSync.NextOf(wish.File is null, 0, now),
            });
    }

    private async Task<Answer<Fetched.Content>> ContentOf(CalendarWish wish, CancellationToken cancellation)
    {
        if (wish.File is { } file)
            return CutOff(file) is { } cutOff ? cutOff : new Fetched.Content(file, null, null);
        if (CalendarFetcher.AddressOf(wish.Body.Url) is not { } address)
            return Refusal.Of("notValid", "Give a file, or the address of a feed to follow: one of http, https or "
                + "webcal, without user name and password.", new Fault("/url", "Write an address of http or https."));
        return await fetcher.Fetch(address, null, null, cancellation) switch
        {
            Fetched.Content content => content,
            Fetched.Failed failed => Refusal.Of(failed.Name, failed.Reason, new Fault("/url", failed.Reason)),
            _ => Refusal.Of("calendarNotReached", "The server answered without a calendar."),
        };
    }

    // What is no calendar at all is refused in words of its own when it is read.
    private static Refusal? CutOff(ReadOnlyMemory<byte> file) =>
        CalendarReading.IsCalendar(file.Span) && !CalendarReading.IsWhole(file.Span)
            ? Refusal.Of("calendarNotReadable", "The file breaks off: it does not end with END:VCALENDAR, so events "
                + "are missing. Export the calendar again.", new Fault("/file", "Choose a file that is complete."))
            : null;

    private static CalendarId IdOf(CommandId id) => new("cal" + id.Value[1..18]);

    private IPlatformGrain GrainOf(PlatformView platform) =>
        grains.GetGrain<IPlatformGrain>(platform.Profile.Id.Value);

    private static DateTimeZone ZoneOf(PlatformView platform) => DateTimeZoneProviders.Tzdb[platform.Profile.TimeZone];

    private static Refusal? NotAllowed(Actor by, PlatformView platform) =>
        by.Has(OrganisationKind.Facility, platform.Profile.Id.Value, Role.Manager)
            ? null
            : Refusal.Of("notAllowed", "Only a manager of the facility keeps its calendars.");

    private static Refusal Unknown(PlatformView platform, CalendarId id) =>
        Refusal.Of("calendarUnknown", $"{platform.Profile.Name} has no calendar {id}.");
}

/// <summary>A list as an answer.</summary>
public sealed record ImmutableArrayOf<T>(ImmutableArray<T> Items);

/// <summary>What a calendar would make busy, and the bookings that lie there.</summary>
public sealed record CalendarPreviewed(CalendarFinding Finding, ImmutableArray<Collision> Collisions);
