namespace Facilities.Api.Http;

/// <summary>What all endpoints under <c>/api/v1</c> share.</summary>
public static class ApiGroup
{
    public const string Prefix = "/api/v1";

    /// <summary>The group that every feature maps its endpoints on.</summary>
    public static RouteGroupBuilder MapApi(this IEndpointRouteBuilder routes) => routes.MapGroup(Prefix)
        .Idempotent()
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
        .AddEndpointFilter(async (call, next) =>
        {
            try
            {
                return await next(call);
            }
            catch (ProblemException fault)
            {
                // As a result rather than an exception, so that it is remembered under its idempotency key.
                return fault.Problem;
            }
        });
}
