using Facilities.Api.Banking;
using Facilities.Api.Http;
using Facilities.Api.Reports;
using Facilities.Grains.Kernel;

namespace Facilities.Api.Programmes;

public static class ProgrammeEndpoints
{
    /// <summary>What officers of voucher programmes read.</summary>
    public static RouteGroupBuilder MapProgrammes(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/programmes").WithTags("Vouchers").RequireActor();
        group.MapLedgers();
        group.MapBank();
        group.MapReports();
        return api;
    }

    internal static ProgrammeId Mine(HttpContext context, string id) =>
        Id.IsValid(id) && context.RequiredActor().BelongsTo(OrganisationKind.Funder, id)
            ? new ProgrammeId(id)
            : throw new ProblemException(Problems.Of(
                404, "programmeUnknown", $"There is no programme {id} among yours."));
}
