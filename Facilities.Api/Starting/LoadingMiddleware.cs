using Facilities.Api.Http;
using Facilities.Api.Overload;
using Facilities.Silo.Hosting;

namespace Facilities.Api.Starting;

/// <summary>
/// Keeps visitors from a history that is still being made. They get the first page, which says so, and everything else
/// a few seconds later; nothing at all while the database is not there yet.
/// </summary>
internal sealed class LoadingMiddleware(RequestDelegate next, Opening opening, Readiness readiness)
{
    public Task InvokeAsync(HttpContext context) =>
        opening.IsOpen || IsAnswered(context)
            ? next(context)
            : ProblemMiddleware.Answer(
                context, readiness.IsDatabaseAway ? Problems.Unavailable() : Problems.Loading());

    private bool IsAnswered(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<DoesAttribute>()?.Work == Work.Exempt
        || (!readiness.IsDatabaseAway && context.Request.Path == "/"
            && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)));
}
