using Facilities.Api.Http;
using Facilities.Api.Identity;

namespace Facilities.Api.Overload;

/// <summary>Lets requests in, or tells them to come back before anything was begun for them.</summary>
internal sealed class AdmissionMiddleware(RequestDelegate next, Admission admission)
{
    /// <summary>Who was turned away together should not come back together.</summary>
    private const int RetrySpreadSeconds = 3;

    public async Task InvokeAsync(HttpContext context)
    {
        if (admission.LineOf(context) is not { } line)
        {
            await next(context);
            return;
        }
        var passage = await line.Enter(CallerOf(context), context.RequestAborted);
        if (passage != Passage.Admitted)
        {
            await Answer(context, line, passage);
            return;
        }
        try
        {
            await next(context);
        }
        finally
        {
            line.Leave();
        }
    }

    private static string CallerOf(HttpContext context) =>
        context.Actor()?.Person.Value ?? "address " + Sessions.AddressOf(context);

    private static Task Answer(HttpContext context, WaitingLine line, Passage passage)
    {
        if (passage == Passage.Gone)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return Task.CompletedTask;
        }
        var seconds = (int)Math.Ceiling(line.WaitMax.TotalSeconds) + Random.Shared.Next(RetrySpreadSeconds);
        var problem = passage == Passage.OverShare
            ? Problems.TooManyRequests(
                $"You sent more at once than your share while others wait, so this was not begun. Send fewer at a "
                + $"time, and this again in {seconds} seconds.", seconds)
            : Problems.Overloaded(seconds);
        return ProblemMiddleware.Answer(context, problem);
    }
}
