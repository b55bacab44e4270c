using Microsoft.Net.Http.Headers;

namespace Facilities.Api.Http;

/// <summary>Chooses among the representations of one thing by the Accept header.</summary>
public static class Representations
{
    /// <summary>
    /// The offer that the caller likes best, the first where it has no wish; 406 where it likes none.
    /// </summary>
    public static string Choose(HttpContext context, params ReadOnlySpan<string> offers)
    {
        var accepted = context.Request.GetTypedHeaders().Accept;
        if (accepted.Count == 0) return offers[0];
        string? best = null;
        double liking = 0;
        foreach (var offer in offers)
        {
            var type = new MediaTypeHeaderValue(offer);
            var match = accepted.Where(a => type.IsSubsetOf(new MediaTypeHeaderValue(a.MediaType)))
                .OrderBy(a => a.MatchesAllTypes ? 2 : a.MatchesAllSubTypes ? 1 : 0).FirstOrDefault();
            if (match is null || (match.Quality ?? 1) <= liking) continue;
            (best, liking) = (offer, match.Quality ?? 1);
        }
        return best ?? throw new ProblemException(Problems.NotAcceptable(
            $"Ask for one of {string.Join(", ", offers.ToArray())} in the Accept header."));
    }
}
