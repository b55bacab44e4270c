using System.Collections.Frozen;
using System.Collections.Immutable;
using System.IO.Compression;
using System.Security.Cryptography;
using Facilities.Api.Http;
using Facilities.Api.Overload;
using Microsoft.Net.Http.Headers;

namespace Facilities.Api.Shell;

/// <summary>
/// The few files that every page needs. They travel inside the program, so that it serves them from whatever folder
/// it runs in; the hash in their address lets browsers keep them for ever.
/// </summary>
public static class SiteFiles
{
    private sealed record Asset(string Path, string Type, byte[] Plain, byte[] Brotli);

    private static readonly FrozenDictionary<string, Asset> Known = new[]
    {
        Load("facilities.css", "text/css; charset=utf-8"),
        Load("booking.css", "text/css; charset=utf-8"),
        Load("screens.css", "text/css; charset=utf-8"),
        Load("manager.css", "text/css; charset=utf-8"),
        Load("calendar.css", "text/css; charset=utf-8"),
        Load("facilities.js", "text/javascript; charset=utf-8"),
        Load("calendar.js", "text/javascript; charset=utf-8"),
        Load("facilities.svg", "image/svg+xml"),
    }.ToFrozenDictionary(a => a.Path.Split('/')[^1]);

    /// <summary>In the order in which the later may overrule the earlier.</summary>
    public static ImmutableArray<string> Styles { get; } =
    [
        PathOf("facilities.css"), PathOf("booking.css"), PathOf("screens.css"), PathOf("manager.css"),
        PathOf("calendar.css"),
    ];

    public static string Js { get; } = PathOf("facilities.js");

    /// <summary>For the calendar by resource alone.</summary>
    public static string CalendarJs { get; } = PathOf("calendar.js");

    public static string Icon { get; } = PathOf("facilities.svg");

    public static void MapSiteFiles(this IEndpointRouteBuilder app)
    {
        foreach (var asset in Known.Values)
            app.MapGet(asset.Path, (HttpContext context) => Send(context, asset))
                .Does(Work.Exempt).ExcludeFromDescription();
    }

    private static string PathOf(string name) => Known[name].Path;

    private static Task Send(HttpContext context, Asset asset)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "public, max-age=31536000, immutable";
        headers.Vary = HeaderNames.AcceptEncoding;
        context.Response.ContentType = asset.Type;
        var compressed = context.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal);
        if (compressed) headers.ContentEncoding = "br";
        var body = compressed ? asset.Brotli : asset.Plain;
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private static Asset Load(string name, string type)
    {
        using var stream = typeof(SiteFiles).Assembly.GetManifestResourceStream(name)!;
        var plain = new byte[stream.Length];
        stream.ReadExactly(plain);
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Optimal)) brotli.Write(plain);
        var hash = Convert.ToHexStringLower(SHA256.HashData(plain))[..12];
        return new Asset($"/assets/{hash}/{name}", type, plain, packed.ToArray());
    }
}
