using Facilities.Api.Bookings;
using Facilities.Api.Http;
using Facilities.Grains.Bookings;
using Facilities.Grains.Credits;
using Facilities.Grains.Kernel;
using Orleans;

namespace Facilities.Api.Credits;

public static class CreditEndpoints
{
    /// <summary>Credits on invoices.</summary>
    public static RouteGroupBuilder MapCredits(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/bookings/{id}/credits").WithTags("Documents").RequireActor();
        group.MapPost("/preview", Preview).Reads<CreditBody>()
            .Answers<CreditAnswer>().Refuses(400, 401, 403, 404, 409, 422);
        group.MapPost("", Make).Reads<CreditBody>()
            .Answers<BookingAnswer>().Refuses(400, 401, 403, 404, 409, 422);
        group.MapPost("/{number:int}/transfer", Transfer).Answers<BookingAnswer>().Refuses(401, 403, 404, 409);
        return api;
    }

    private static async Task<IResult> Preview(HttpContext context, IGrainFactory grains, string id)
    {
        var body = await Body.Read<CreditBody>(context);
        var preview = await Judged(context, grains, id, body);
        return TypedResults.Ok(CreditAnswer.Of(preview.Credit!, preview.Claims));
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

    /// <summary>What the credit would do, or every fault at once.</summary>
    private static async Task<CreditPreview> Judged(
        HttpContext context, IGrainFactory grains, string id, CreditBody body)
    {
        var booking = await BookingEndpoints.Seen(context, grains, id);
        var by = context.RequiredActor();
        var preview = (await grains.GetGrain<IBookingGrain>(id).PreviewCredit(by, body.WishFor(booking, by)))!;
        if (preview.Refusal is { } refusal) throw new ProblemException(Refusal.Of(refusal).AsProblem());
        if (!preview.Faults.IsEmpty)
            throw new ProblemException(Refusal.Of(
                Refusal.NameOf(BookingRefusal.CreditNotValid),
                string.Join(' ', preview.Faults.Select(f => f.Message)), preview.Faults).AsProblem());
        return preview;
    }
}
