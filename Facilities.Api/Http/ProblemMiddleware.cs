using System.Diagnostics;
using Facilities.Api.Overload;
using Facilities.Grains.Runtime;
using Facilities.Silo.Storage;

namespace Facilities.Api.Http;

/// <summary>Gives every failure a body: problem details for programs, a plain sentence for browsers.</summary>
internal sealed partial class ProblemMiddleware(
    RequestDelegate next, ILogger<ProblemMiddleware> logger, IDialect? database = null)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody listens any more.
            if (!context.Response.HasStarted) context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return;
        }
        catch (Exception fault) when (!context.Response.HasStarted)
        {
            await Answer(context, Describe(context, fault));
            return;
        }
        var response = context.Response;
        if (response.StatusCode < 400 || response.HasStarted || response.ContentLength > 0
            || !string.IsNullOrEmpty(response.ContentType) || !IsForPrograms(context.Request)) return;
        await Problems.ForStatus(response.StatusCode, context.Request).ExecuteAsync(context);
    }

    private Problem Describe(HttpContext context, Exception fault)
    {
        switch (fault)
        {
            case ProblemException known: return known.Problem;
            case BadHttpRequestException bad: return Problems.ForStatus(bad.StatusCode, context.Request);
        }
        var isUnavailable = false;
        for (var cause = fault; cause is not null; cause = cause.InnerException)
        {
            if (cause is UnreadableDataException)
            {
                LogUnreadable(logger, context.Request.Method, context.Request.Path, fault);
                return Problems.NewerVersion();
            }
            var known = database?.FaultOf(cause);
            if (known == StorageFault.Full)
            {
                LogFull(logger, context.Request.Method, context.Request.Path);
                return Problems.StorageFull();
            }
            isUnavailable |= known is not null || cause is StorageUnavailableException;
        }
        if (isUnavailable)
        {
            LogUnavailable(logger, context.Request.Method, context.Request.Path, fault);
            return Problems.Unavailable();
        }
        LogFailed(logger, context.Request.Method, context.Request.Path, fault);
        return Problems.Failed().With("traceId", Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier);
    }

    internal static async Task Answer(HttpContext context, Problem problem)
    {
        context.Response.Clear();
        HttpSetup.AddSecurityHeaders(context);
        if (IsForPrograms(context.Request))
        {
            await problem.ExecuteAsync(context);
            return;
        }
        context.Response.StatusCode = problem.Status;
        if (problem.RetryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            context.Response.Headers.CacheControl = "no-store";
            context.Response.ContentType = "text/html; charset=utf-8";
            await context.Response.WriteAsync(BusyPage.Of(context.Request, problem), context.RequestAborted);
            return;
        }
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync($"{problem.Title}. {problem.Detail}", context.RequestAborted);
    }

    private static bool IsForPrograms(HttpRequest request) => request.Path.StartsWithSegments("/api")
        || !request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed")]
    private static partial void LogFailed(ILogger logger, string method, PathString path, Exception fault);

    [LoggerMessage(LogLevel.Error, "{Method} {Path}: a newer version wrote this, or it is damaged")]
    private static partial void LogUnreadable(ILogger logger, string method, PathString path, Exception fault);

    [LoggerMessage(LogLevel.Error, "{Method} {Path}: the disk or the database is full, nothing can be written")]
    private static partial void LogFull(ILogger logger, string method, PathString path);

    [LoggerMessage(LogLevel.Warning, "{Method} {Path}: the database does not answer")]
    private static partial void LogUnavailable(ILogger logger, string method, PathString path, Exception fault);
}
