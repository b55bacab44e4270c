using Facilities.Api.Accounts;
using Facilities.Api.Applications;
using Facilities.Api.Approvals;
using Facilities.Api.Awards;
using Facilities.Api.Bookings;
using Facilities.Api.Calendars;
using Facilities.Api.Changes;
using Facilities.Api.Claims;
using Facilities.Api.Closures;
using Facilities.Api.Credits;
using Facilities.Api.Debts;
using Facilities.Api.Feeds;
using Facilities.Api.Http;
using Facilities.Api.Identity;
using Facilities.Api.Overload;
using Facilities.Api.Payments;
using Facilities.Api.Platforms;
using Facilities.Api.Programmes;
using Facilities.Api.Quotes;
using Facilities.Api.Search;
using Facilities.Api.Services;
using Facilities.Api.Undertakings;
using Facilities.Api.Waitlist;

namespace Facilities.Api;

/// <summary>Every door of the marketplace in one list.</summary>
public static class Doors
{
    public static WebApplication MapFacilities(this WebApplication app)
    {
        app.MapApi().MapIdentity().MapCatalogue().MapCalendars().MapClosures().MapImports().MapSearch()
            .MapQuotes().MapBookings().MapBookingChanges().MapDocuments().MapVouchers().MapAid().MapProgrammes()
            .MapProgrammeWriting().MapCalls().MapApplications().MapAwards().MapAwardImports().MapFeeds().MapWaitlists()
            .MapQualifications()
            .MapApprovals().MapDeclarations().MapOtherAid().MapActivities().MapUnions().MapAidRegister()
            .MapClaims().MapDebts().MapCredits();
        app.MapFeedFiles();
        app.MapPaymentNotices();
        app.MapCalDav();
        app.MapGet("/health/live", () => TypedResults.Text("live"))
            .Does(Work.Exempt).ExcludeFromDescription();
        app.MapGet("/health/ready", (Readiness readiness) => readiness.IsReady
            ? Results.Text("ready")
            : Results.Text("not ready", statusCode: StatusCodes.Status503ServiceUnavailable))
            .Does(Work.Exempt).ExcludeFromDescription();
        return app;
    }
}
