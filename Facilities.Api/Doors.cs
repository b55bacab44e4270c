using Facilities.Api.Accounts;
using Facilities.Api.Bookings;
using Facilities.Api.Http;
using Facilities.Api.Identity;
using Facilities.Api.Platforms;
using Facilities.Api.Programmes;
using Facilities.Api.Search;
using Facilities.Silo.Storage;

namespace Facilities.Api;

/// <summary>Every door of the marketplace in one list.</summary>
public static class Doors
{
    public static WebApplication MapFacilities(this WebApplication app)
    {
        app.MapApi().MapIdentity().MapCatalogue().MapCalendars().MapSearch().MapQuotes().MapBookings().MapDocuments()
            .MapVouchers().MapProgrammes();
        app.MapGet("/health/live", () => TypedResults.Text("live")).ExcludeFromDescription();
        app.MapGet("/health/ready", (Readiness readiness) => readiness.IsReady
            ? Results.Text("ready")
            : Results.Text("not ready", statusCode: StatusCodes.Status503ServiceUnavailable)).ExcludeFromDescription();
        return app;
    }

    /// <summary>Brings the database to this program's schema, and loads the demonstration where it belongs.</summary>
    public static async Task PrepareData(this WebApplication app)
    {
        await Migrator.Run(app.Services.GetRequiredService<IDialect>());
        app.Services.GetRequiredService<Readiness>().IsReady = true;
    }
}

/// <summary>Whether requests may come: once the data is in.</summary>
public sealed class Readiness
{
    public bool IsReady { get; set; }
}
