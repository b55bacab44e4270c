using Facilities.Api.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Facilities.Api.Shell;

/// <summary>Puts the pages together: rendered on the server, plain forms, no circuit.</summary>
public static class PagesSetup
{
    public static WebApplicationBuilder AddFacilitiesPages(this WebApplicationBuilder builder)
    {
        builder.Services.AddRazorComponents();
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddScoped<Say>();
        builder.Services.AddScoped<Waiting>();
        builder.Services.AddScoped<Claims.ClaimDoor>();
        builder.Services.AddSingleton<DemonstrationPeople>();
        return builder;
    }

    public static WebApplication MapFacilitiesPages(this WebApplication app)
    {
        app.Use(ShowNotFound);
        app.MapSiteFiles();
        app.MapRazorComponents<App>();
        return app;
    }

    /// <summary>An address that leads nowhere answers a browser with a page that leads on.</summary>
    private static async Task ShowNotFound(HttpContext context, RequestDelegate next)
    {
        await next(context);
        var (request, response) = (context.Request, context.Response);
        if (response.StatusCode != StatusCodes.Status404NotFound || response.HasStarted
            || context.GetEndpoint() is not null || request.Path.StartsWithSegments("/api")
            || !request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)) return;
        await new RazorComponentResult<NotFoundDocument> { StatusCode = StatusCodes.Status404NotFound }
            .ExecuteAsync(context);
    }
}
