using System.Threading.RateLimiting;
using Facilities.Api.Identity;

namespace Facilities.Api.Http;

/// <summary>What all doors share: sign-in, problems, limits, headers, idempotency keys, OpenAPI.</summary>
public static class HttpSetup
{
    /// <summary>
    /// Requests a second for one person, or for one address of visitors: only a brake for wild programs.
    /// </summary>
    private const int RequestsPerSecond = 2_000;

    private const int RequestsAtOnce = 20_000;

    /// <summary>Everything from this site alone; styles and scripts only as files.</summary>
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        + "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'";

    public static WebApplicationBuilder AddFacilitiesHttp(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = Body.BytesMax;
        });
        services.ConfigureHttpJsonOptions(options => HttpJson.Configure(options.SerializerOptions));
        services.AddHttpContextAccessor();
        services.AddFacilitiesAuthentication();
        services.AddAntiforgery();
        services.AddFacilitiesOpenApi();
        services.AddSingleton<Sessions>();
        services.AddRateLimiter(options =>
        {
            options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(Partition);
            options.OnRejected = async (rejected, _) =>
                await Problems.TooManyRequests("Too many requests a second.", 1).ExecuteAsync(rejected.HttpContext);
        });
        return builder;
    }

    /// <summary>The pipeline, in order; map endpoints after it.</summary>
    public static WebApplication UseFacilitiesHttp(this WebApplication app)
    {
        app.Use((context, next) =>
        {
            AddSecurityHeaders(context);
            return next(context);
        });
        app.UseMiddleware<ProblemMiddleware>();
        app.UseRouting();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.UseMiddleware<AccessMiddleware>();
        app.UseMiddleware<IdempotencyMiddleware>();
        app.MapOpenApi(OpenApi.Path);
        return app;
    }

    internal static void AddSecurityHeaders(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "strict-origin-when-cross-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        // Answers differ by person; an endpoint whose answers do not says so itself.
        if (context.Request.Path.StartsWithSegments("/api")) headers.CacheControl = "no-store";
    }

    private static RateLimitPartition<string> Partition(HttpContext context) =>
        RateLimitPartition.GetTokenBucketLimiter(
        context.Actor()?.Person.Value ?? "address " + Sessions.AddressOf(context),
        _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = RequestsAtOnce,
            TokensPerPeriod = RequestsPerSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        });
}
