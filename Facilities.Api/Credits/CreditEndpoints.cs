using Facilities.Api.Bookings;
using Facilities.Api.Claims;
using Facilities.Api.Http;
using Facilities.Api.Programmes;
using Facilities.Grains.Bookings;
using Facilities.Grains.Credits;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Silo.Programmes;
using Orleans;

namespace Facilities.Api.Credits;

public static class CreditEndpoints
{
    /// <summary>Credits on invoices, and what is paid back for them.</summary>
    public static RouteGroupBuilder MapCredits(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/bookings/{id}/credits").WithTags("Documents").RequireActor();
        group.MapPost("/preview", Preview).Reads<CreditBody>()
            .Answers<CreditAnswer>().Refuses(400, 401, 403, 404, 409, 422);
        group.MapPost("", Make).Reads<CreditBody>()
            .Answers<BookingAnswer>().Refuses(400, 401, 403, 404, 409, 422);
        group.MapPost("/{number:int}/transfer", Transfer).Answers<BookingAnswer>().Refuses(401, 403, 404, 409);
        api.MapPost("/programmes/{id}/claims/{claimId}/credits/{number:int}/repayment", Repay).WithTags("Vouchers")
            .RequireActor().Reads<CreditRepaymentBody>().Answers<ClaimAnswer>().Refuses(400, 401, 403, 404, 409, 422);
        return api;
    }

    private static async Task<IResult> Preview(HttpContext context, IGrainFactory grains, string id)
    {
        var body = await Body.Read<CreditBody>(context);
        return TypedResults.Ok(CreditAnswer.Of(await Judged(context, grains, id, body)));
    }

    private static async Task<IResult> Make(HttpContext context, IGrainFactory grains, string id)
    {
        var body = await Body.Read<CreditBody>(context);
        var booking = await BookingEndpoints.Seen(context, grains, id);
        var (grain, by) = (grains.GetGrain<IBookingGrain>(id), context.RequiredActor());
        var wish = body.WishFor(booking, by);
        var reply = await grain.Credit(new CreditBooking(context.CommandId("credit"), by, wish, body.After));
        // The grain names one fault; whoever sent the form sees all of them.
        if (reply.Refusal is { Code: BookingRefusal.CreditNotValid }) await Judged(context, grains, id, body);
        reply.OrThrow();
        return TypedResults.Ok(BookingAnswer.Of(await BookingEndpoints.Seen(context, grains, id)));
    }

    private static async Task<IResult> Transfer(HttpContext context, IGrainFactory grains, string id, int number)
    {
        await BookingEndpoints.Seen(context, grains, id);
        (await grains.GetGrain<IBookingGrain>(id).RecordCreditTransfer(new RecordCreditTransfer(
            context.CommandId("transfer"), context.RequiredActor(), number))).OrThrow();
        return TypedResults.Ok(BookingAnswer.Of(await BookingEndpoints.Seen(context, grains, id)));
    }

    private static async Task<IResult> Repay(
        HttpContext context, IGrainFactory grains, ProgrammeLists lists, string id, string claimId, int number)
    {
        var body = await Body.Read<CreditRepaymentBody>(context);
        var programme = ProgrammeEndpoints.Mine(context, id);
        var claim = Id.IsValid(claimId) ? new ClaimId(claimId)
            : throw new ProblemException(Problems.Of(404, "claimUnknown", $"There is no claim {claimId}."));
        (await grains.GetGrain<IProgrammeGrain>(programme.Value).RepayCredit(new RepayCredit(
            context.CommandId("repayment"), context.RequiredActor(), claim, number, body.Reference))).OrThrow();
        return TypedResults.Ok(ClaimAnswer.Of((await lists.Claim(programme, claim))!));
    }

    /// <summary>What the credit would do, or every fault at once.</summary>
    private static async Task<Credit> Judged(HttpContext context, IGrainFactory grains, string id, CreditBody body)
    {
        var booking = await BookingEndpoints.Seen(context, grains, id);
        var by = context.RequiredActor();
        var preview = (await grains.GetGrain<IBookingGrain>(id).PreviewCredit(by, body.WishFor(booking, by)))!;
        if (preview.Refusal is { } refusal) throw new ProblemException(Refusal.Of(refusal).AsProblem());
        if (!preview.Faults.IsEmpty)
            throw new ProblemException(Refusal.Of(
                Refusal.NameOf(BookingRefusal.CreditNotValid),
                string.Join(' ', preview.Faults.Select(f => f.Message)), preview.Faults).AsProblem());
        return preview.Credit!;
    }
}
