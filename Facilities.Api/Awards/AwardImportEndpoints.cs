using System.Collections.Immutable;
using Facilities.Api.Applications;
using Facilities.Api.Http;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;

namespace Facilities.Api.Awards;

public static class AwardImportEndpoints
{
    private const string CsvType = "text/csv";

    /// <summary>Awards from a file of values: looked at first, then all or nothing.</summary>
    public static RouteGroupBuilder MapAwardImports(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/programmes/{id}/awards/import").WithTags("Vouchers").RequireActor();
        group.MapPost("/preview", Preview).Accepts<string>(CsvType, "*/*")
            .Answers<AwardImportPreview>().Refuses(401, 403, 404, 413, 415);
        group.MapPost("", Import).Accepts<string>(CsvType, "*/*")
            .Answers<AwardImportAnswer>().Refuses(401, 403, 404, 409, 413, 415, 422);
        return api;
    }

    private static async Task<IResult> Preview(HttpContext context, AwardImportDesk desk, string id)
    {
        var programme = Own.Mine(context, id);
        return TypedResults.Ok(await desk.Preview(context.RequiredActor(), programme, await File(context)));
    }

    private static async Task<IResult> Import(HttpContext context, AwardImportDesk desk, string id)
    {
        var programme = Own.Mine(context, id);
        return TypedResults.Ok(
            (await desk.Import(context.RequiredActor(), programme, await File(context))).OrThrow());
    }

    private static async Task<ReadOnlyMemory<byte>> File(HttpContext context)
    {
        if (context.Request.ContentType?.StartsWith(CsvType, StringComparison.OrdinalIgnoreCase) != true)
            throw new ProblemException(Problems.Of(
                415, "unsupportedMediaType", "Send a file of values, with Content-Type: text/csv."));
        return await Body.ReadBytes(context, Limits.CsvBytes);
    }
}
