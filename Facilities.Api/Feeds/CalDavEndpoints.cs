using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Facilities.Api.Http;
using Facilities.Grains.ICalendar;
using Facilities.Silo.Feeds;
using Facilities.Silo.Identity;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Api.Feeds;

/// <summary>
/// Feeds for programs that look for calendars themselves: read-only CalDAV (RFC 4791, 6578, 6764). The password is the
/// secret of a feed, which opens that feed alone, or a personal token that may read, which opens all that its person
/// sees; the account's password opens nothing here. The user name is ignored: a secret says whose it is, programs
/// disagree on what to ask for, and a calendar goes on when its reader's e-mail address changes.
/// </summary>
public static class CalDavEndpoints
{
    private const string XmlType = "application/xml; charset=utf-8";

    private static readonly InstantPattern Utc =
        InstantPattern.CreateWithInvariantCulture("uuuuMMdd'T'HHmmss'Z'");

    private static readonly XmlReaderSettings Strict = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = Body.BytesMax,
        Async = true,
    };

    public static WebApplication MapCalDav(this WebApplication app)
    {
        app.Map("/.well-known/caldav", () => Results.Redirect(DavCalendar.Root, permanent: true, preserveMethod: true))
            .ExcludeFromDescription();
        app.Map(DavCalendar.Root + "{**path}", Answer).ExcludeFromDescription();
        return app;
    }

    private static async Task<IResult> Answer(HttpContext context, FeedDesk desk, Tokens tokens)
    {
        context.Response.Headers["DAV"] = "1, calendar-access";
        context.Response.Headers.Allow = "OPTIONS, GET, HEAD, PROPFIND, REPORT";
        var method = context.Request.Method;
        if (HttpMethods.IsOptions(method)) return TypedResults.Ok();
        var opened = SecretOf(context) is { } secret
            ? await Open(context, desk, tokens, secret)
            : null;
        if (opened is null)
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"Facilities calendar feeds\", charset=\"UTF-8\"";
            return TypedResults.Text(
                "Sign in with any user name and, as password, what stands in a feed's address before .ics, or a "
                + "personal token that may read.",
                statusCode: StatusCodes.Status401Unauthorized);
        }
        var calendar = new DavCalendar(opened.Value.Token, opened.Value.Feed);
        var path = context.Request.Path.Value!;
        if (calendar.PropertiesOf(path) is null && calendar.PropertiesOf(path + "/") is not null) path += "/";
        return method switch
        {
            _ when calendar.PropertiesOf(path) is null => Problems.NotFound("There is no such calendar or event."),
            "PROPFIND" => await Find(context, calendar, path),
            "REPORT" => await Report(context, calendar),
            "GET" or "HEAD" => Get(context, calendar, path),
            _ => Problems.Of(403, "readOnly",
                "This calendar is read-only here. Move and cancel bookings on their pages."),
        };
    }

    private static async Task<(FeedToken Token, CalendarFeed Feed)?> Open(
        HttpContext context, FeedDesk desk, Tokens tokens, string secret)
    {
        var site = FeedEndpoints.SiteOf(context);
        if (await desk.Open(secret, site, context.RequestAborted) is { } feed) return feed;
        return await tokens.Validate(secret, context.RequestAborted)
            is { MayRead: true, Token.Kind: TokenKind.Personal } reader
            ? await desk.Open(reader, site, context.RequestAborted)
            : null;
    }

    private static string? SecretOf(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) || header.Length > 1_000) return null;
        var buffer = new byte[header.Length];
        return Convert.TryFromBase64String(header["Basic ".Length..].Trim(), buffer, out var length)
            && Encoding.UTF8.GetString(buffer, 0, length).Split(':', 2) is [_, { Length: > 0 } secret]
            ? secret
            : null;
    }

    private static IResult Get(HttpContext context, DavCalendar calendar, string path)
    {
        if (calendar.Events.FirstOrDefault(e => e.Path == path) is not { } found)
            return Problems.NotFound("Ask for an event, or read the calendar with PROPFIND and REPORT.");
        context.Response.Headers.CacheControl = "private, no-cache";
        return TypedResults.Bytes(Encoding.UTF8.GetBytes(found.Text), "text/calendar; charset=utf-8",
            entityTag: new Microsoft.Net.Http.Headers.EntityTagHeaderValue(found.Tag));
    }

    private static async Task<IResult> Find(HttpContext context, DavCalendar calendar, string path)
    {
        var (body, problem) = await Read(context);
        if (problem is not null) return problem;
        var paths = context.Request.Headers["Depth"].ToString() == "0"
            ? [path]
            : new[] { path }.Concat(calendar.Below(path));
        var wanted = body?.Element(DavCalendar.Dav + "prop");
        return Many(paths.Select(one => Response(one, calendar.PropertiesOf(one)!, wanted)));
    }

    private static async Task<IResult> Report(HttpContext context, DavCalendar calendar)
    {
        var (body, problem) = await Read(context);
        if (problem is not null) return problem;
        var wanted = body?.Element(DavCalendar.Dav + "prop");
        if (body?.Name == DavCalendar.CalDav + "calendar-query")
        {
            var range = body.Descendants(DavCalendar.CalDav + "time-range").FirstOrDefault();
            var (from, to) = (At(range, "start"), At(range, "end"));
            return Many(calendar.Events.Where(e => e.Overlaps(from, to))
                .Select(e => Response(e.Path, DavCalendar.OfEvent(e), wanted)));
        }
        if (body?.Name == DavCalendar.CalDav + "calendar-multiget")
        {
            var known = calendar.Events.ToDictionary(e => e.Path);
            return Many(body.Elements(DavCalendar.Dav + "href").Select(href => PathOf(href.Value.Trim())).Select(path =>
                known.TryGetValue(path, out var found) ? Response(path, DavCalendar.OfEvent(found), wanted)
                : new XElement(DavCalendar.Dav + "response", new XElement(DavCalendar.Dav + "href", path),
                    new XElement(DavCalendar.Dav + "status", "HTTP/1.1 404 Not Found"))));
        }
        if (body?.Name != DavCalendar.Dav + "sync-collection")
            return Error(403, "supported-report");
        var token = body.Element(DavCalendar.Dav + "sync-token")?.Value.Trim() ?? "";
        // What was sent before is not kept, so another state is told from the start.
        if (token.Length > 0 && token != calendar.SyncToken) return Error(403, "valid-sync-token");
        var events = token.Length > 0 ? [] : calendar.Events;
        return Many(
            events.Select(e => Response(e.Path, DavCalendar.OfEvent(e), wanted))
                .Append(new XElement(DavCalendar.Dav + "sync-token", calendar.SyncToken)));
    }

    private static XElement Response(string path, Dictionary<XName, object?> has, XElement? wanted)
    {
        var dav = DavCalendar.Dav;
        // Contents are large and only sent where they are asked for by name.
        var names = wanted?.Elements().Select(e => e.Name).Distinct().ToArray()
            ?? [.. has.Keys.Where(name => name != DavCalendar.CalDav + "calendar-data")];
        var found = names.Where(has.ContainsKey).Select(name => new XElement(name, has[name])).ToArray();
        var missing = names.Where(name => !has.ContainsKey(name)).Select(name => new XElement(name)).ToArray();
        return new XElement(dav + "response", new XElement(dav + "href", path),
            found.Length > 0 || missing.Length == 0 ? State(found, "HTTP/1.1 200 OK") : null,
            missing.Length > 0 ? State(missing, "HTTP/1.1 404 Not Found") : null);

        XElement State(XElement[] properties, string status) => new(
            dav + "propstat", new XElement(dav + "prop", properties), new XElement(dav + "status", status));
    }

    private static IResult Many(IEnumerable<XElement> responses) => Xml(207, new XElement(
        DavCalendar.Dav + "multistatus", new XAttribute(XNamespace.Xmlns + "C", DavCalendar.CalDav), responses));

    private static IResult Error(int status, string condition) =>
        Xml(status, new XElement(DavCalendar.Dav + "error", new XElement(DavCalendar.Dav + condition)));

    private static IResult Xml(int status, XElement root) => TypedResults.Text(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + root.ToString(SaveOptions.DisableFormatting), XmlType,
        Encoding.UTF8, status);

    /// <summary>The body; nothing where there is none, which asks for all properties.</summary>
    private static async Task<(XElement? Body, IResult? Problem)> Read(HttpContext context)
    {
        var bytes = await Body.ReadBytes(context, Body.BytesMax);
        if (bytes.Length == 0) return (null, null);
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(bytes.ToArray()), Strict);
            return (await XElement.LoadAsync(reader, LoadOptions.PreserveWhitespace, context.RequestAborted), null);
        }
        catch (XmlException)
        {
            return (null, Problems.Of(400, "malformedXml", "The body is no well-formed XML without a DTD."));
        }
    }

    private static Instant? At(XElement? range, string name) =>
        range?.Attribute(name)?.Value is { } text && Utc.Parse(text) is { Success: true } parsed ? parsed.Value : null;

    private static string PathOf(string href) =>
        Uri.TryCreate(href, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address.AbsolutePath
            : Uri.UnescapeDataString(href);
}
