using Facilities.Api.Accounts;
using Facilities.Api.Applications;
using Facilities.Api.Http;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Api.Awards;

public static class AwardEndpoints
{
    /// <summary>One voucher without an application: looked at first, then awarded.</summary>
    public static RouteGroupBuilder MapAwards(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/programmes/{id}/awards").WithTags("Vouchers").RequireActor();
        group.MapPost("/preview", Preview).Reads<AwardBody>()
            .Answers<AwardPreview>().Refuses(400, 401, 403, 404, 422);
        group.MapPost("", Award).Reads<AwardBody>()
            .Answers<VoucherAnswer>(201).Refuses(400, 401, 403, 404, 409, 422);
        return api;
    }

    private static async Task<IResult> Preview(HttpContext context, AwardDesk desk, string id)
    {
        var body = await Body.Read<AwardBody>(context);
        var programme = Own.Mine(context, id);
        return TypedResults.Ok((await desk.Preview(context.RequiredActor(), programme, body)).OrThrow());
    }

    private static async Task<IResult> Award(HttpContext context, AwardDesk desk, IClock clock, string id)
    {
        var body = await Body.Read<AwardBody>(context);
        var programme = Own.Mine(context, id);
        var listed = (await desk.Award(
            context.CommandId("award"), context.RequiredActor(), programme, body)).OrThrow();
        return TypedResults.Created(
            $"{ApiGroup.Prefix}/vouchers/{listed.Voucher.Id}",
            VoucherAnswer.Of(listed.Account, listed.Voucher, clock.GetCurrentInstant()));
    }
}
