using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Facilities.Grains.ICalendar;
using Facilities.Silo.Feeds;
using NodaTime;

namespace Facilities.Api.Feeds;

/// <summary>One event of a feed as CalDAV knows it: a file with a tag that changes with its content.</summary>
internal sealed record DavEvent(string Path, CalendarEntry Entry, string Text)
{
    public string Tag { get; } = $"\"{DavCalendar.Hash(Text)}\"";

    public bool Overlaps(Instant? from, Instant? to) => Entry.Time is not EntryTime.Once time
        || ((to is null || time.Start < to) && (from is null || time.End > from));
}

/// <summary>A feed as CalDAV knows it: a principal, its home and one calendar in it (RFC 4791).</summary>
internal sealed record DavCalendar(FeedToken Token, CalendarFeed Feed)
{
    public static readonly XNamespace Dav = "DAV:";
    public static readonly XNamespace CalDav = "urn:ietf:params:xml:ns:caldav";
    public static readonly XNamespace Server = "http://calendarserver.org/ns/";

    public const string Root = "/caldav/";

    public string Home => $"{Root}{Token.Id}/";

    public string Path => $"{Home}calendar/";

    public ImmutableArray<DavEvent> Events { get; } =
    [
        .. Feed.Entries.Select(entry => new DavEvent(
            $"{Root}{Token.Id}/calendar/{entry.Uid.Split('@')[0]}.ics", entry,
            CalendarWriter.Write(Feed with { Entries = [entry], Note = null }))),
    ];

    /// <summary>Another whenever any event is.</summary>
    public string ChangeTag => Hash(string.Concat(Events.Select(e => e.Path + e.Tag)) + Feed.Name + Feed.Note);

    public string SyncToken => $"urn:facilities:sync:{ChangeTag}";

    internal static string Hash(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];

    /// <summary>What a path has, or null where there is nothing.</summary>
    public Dictionary<XName, object?>? PropertiesOf(string path) =>
        path == Root || path == Home ? OfHome(path) : path == Path ? OfCalendar()
        : Events.FirstOrDefault(e => e.Path == path) is { } found ? OfEvent(found) : null;

    /// <summary>The paths one step below.</summary>
    public IEnumerable<string> Below(string path) =>
        path == Home ? [Path] : path == Path ? Events.Select(e => e.Path) : [];

    public static Dictionary<XName, object?> OfEvent(DavEvent found) => new()
    {
        [Dav + "resourcetype"] = null,
        [Dav + "getetag"] = found.Tag,
        [Dav + "getcontenttype"] = "text/calendar; charset=utf-8; component=VEVENT",
        [Dav + "getcontentlength"] = Encoding.UTF8.GetByteCount(found.Text),
        [CalDav + "calendar-data"] = found.Text,
    };

    private Dictionary<XName, object?> OfHome(string path) => new()
    {
        [Dav + "resourcetype"] = path == Home
            ? new[] { new XElement(Dav + "collection"), new XElement(Dav + "principal") }
            : new[] { new XElement(Dav + "collection") },
        [Dav + "displayname"] = Feed.Name,
        [Dav + "current-user-principal"] = Href(Home),
        [Dav + "principal-URL"] = Href(Home),
        [Dav + "owner"] = Href(Home),
        [Dav + "current-user-privilege-set"] = ReadOnly(),
        [CalDav + "calendar-home-set"] = Href(Home),
        [CalDav + "calendar-user-address-set"] = Href(Home),
    };

    private Dictionary<XName, object?> OfCalendar() => new()
    {
        [Dav + "resourcetype"] = new[] { new XElement(Dav + "collection"), new XElement(CalDav + "calendar") },
        [Dav + "displayname"] = Feed.Name,
        [Dav + "current-user-principal"] = Href(Home),
        [Dav + "owner"] = Href(Home),
        [Dav + "getetag"] = $"\"{ChangeTag}\"",
        [Dav + "sync-token"] = SyncToken,
        [Dav + "current-user-privilege-set"] = ReadOnly(),
        [Dav + "supported-report-set"] = new[] { "calendar-query", "calendar-multiget" }.Select(name => CalDav + name)
            .Append(Dav + "sync-collection").Select(name => new XElement(
                Dav + "supported-report", new XElement(Dav + "report", new XElement(name)))).ToArray(),
        [CalDav + "supported-calendar-component-set"] =
            new XElement(CalDav + "comp", new XAttribute("name", "VEVENT")),
        [Server + "getctag"] = ChangeTag,
        [CalDav + "calendar-description"] = Feed.Note,
    };

    private static XElement Href(string path) => new(Dav + "href", path);

    private static XElement[] ReadOnly() =>
    [
        .. new[] { "read", "read-current-user-privilege-set" }.Select(
            name => new XElement(Dav + "privilege", new XElement(Dav + name))),
    ];
}
