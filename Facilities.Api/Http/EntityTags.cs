using Microsoft.Net.Http.Headers;

namespace Facilities.Api.Http;

/// <summary>Entity tags from version numbers, for resources that people edit.</summary>
public static class EntityTags
{
    public static string Of(long version) => $"\"v{version}\"";

    /// <summary>Names the version that an answer shows.</summary>
    public static void SetEntityTag(this HttpContext context, long version)
    {
        context.Response.Headers.ETag = Of(version);
        context.Response.Headers.CacheControl = "private, no-cache";
    }

    /// <summary>Refuses to change what changed since it was read; without If-Match nothing is checked.</summary>
    public static void RequireMatch(this HttpContext context, long version)
    {
        if (context.Request.Headers.IfMatch.Count == 0) return;
        var wanted = context.Request.GetTypedHeaders().IfMatch;
        var current = new EntityTagHeaderValue(Of(version));
        if (!wanted.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(current, useStrongComparison: true)))
            throw new ProblemException(Problems.Stale());
    }

    /// <summary>The version that the caller saw; null where it does not say, or means any.</summary>
    public static long? ExpectedVersion(this HttpContext context)
    {
        if (context.Request.Headers.IfMatch.Count == 0) return null;
        var wanted = context.Request.GetTypedHeaders().IfMatch;
        if (wanted.Any(tag => tag.Equals(EntityTagHeaderValue.Any))) return null;
        return wanted.Count == 1
            && wanted[0].Tag.ToString() is ['"', 'v', .. var digits, '"']
            && long.TryParse(digits, out var version)
            ? version
            : throw new ProblemException(Problems.Stale());
    }
}
