using Facilities.Api.Applications;
using Facilities.Api.Awards;
using Facilities.Api.Calendars;
using Facilities.Api.Feeds;
using Facilities.Api.Identity;
using Facilities.Api.Overload;
using Facilities.Api.Programmes;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Facilities.Api.Http;

/// <summary>What all doors share: sign-in, problems, waiting lines, headers, idempotency keys, OpenAPI.</summary>
public static class HttpSetup
{
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
        services.AddSingleton<Readiness>();
        services.ConfigureHttpJsonOptions(options => HttpJson.Configure(options.SerializerOptions));
        services.AddHttpContextAccessor();
        services.AddFacilitiesAuthentication();
        services.AddAntiforgery();
        services.AddFacilitiesOpenApi();
        services.AddSingleton<Sessions>();
        services.AddSingleton<FeedDesk>();
        services.AddSingleton<ImportDesk>();
        services.AddSingleton<ProgrammeDesk>();
        services.AddSingleton<ApplicationDesk>();
        services.AddSingleton<AwardRates>();
        services.AddSingleton<AwardImportDesk>();
        services.AddSingleton<AwardDesk>();
        services.AddSingleton<Quotes.HomeVat>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(OverloadOptions.Of(builder.Configuration));
        services.AddSingleton<Admission>();
        services.AddTrustedProxies(builder.Configuration);
        return builder;
    }

    /// <summary>The pipeline, in order; map endpoints after it.</summary>
    public static WebApplication UseFacilitiesHttp(this WebApplication app)
    {
        app.UseForwardedHeaders();
        app.Use((context, next) =>
        {
            AddSecurityHeaders(context);
            return next(context);
        });
        app.UseMiddleware<ProblemMiddleware>();
        app.UseRouting();
        app.UseMiddleware<Starting.LoadingMiddleware>();
        app.UseAuthentication();
        app.UseMiddleware<AdmissionMiddleware>();
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
}
