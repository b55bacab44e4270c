using Facilities.Api.Bookings;
using Facilities.Api.Http;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Silo.Identity;
using Orleans;

namespace Facilities.Api.Changes;

public static class ChangeEndpoints
{
    /// <summary>What is prepared for a company, handed to a colleague, or made two of one.</summary>
    public static RouteGroupBuilder MapBookingChanges(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/bookings").WithTags("Bookings").RequireActor();
        group.MapPost("/prepared", Prepare).Reads<PreparedBody>().Answers<BookingAnswer>(201)
            .Refuses(400, 401, 403, 404, 409, 410, 422);
        BookingEndpoints.Step<DeclineBody>(
            group, "decline", (grain, id, by, body) => grain.Decline(new DeclineBooking(id, by)));
        BookingEndpoints.Step<SplitBody>(group, "split", (grain, id, by, body) => grain.Split(new SplitItem(
            id, by, body.ItemId, body.FirstDuration, body.At?.ToInstant(), body.SecondStart?.ToInstant())));
        group.MapPost("/{id}/handover", HandOver).Reads<HandOverBody>().Answers<BookingAnswer>()
            .Refuses(400, 401, 403, 404, 409, 410, 422);
        return api;
    }

    /// <summary>A person with the memberships of now; one who belongs nowhere where there is none.</summary>
    internal static async Task<Actor> Colleague(People people, PersonId? id, string? email) =>
        (id is { } known ? await people.Find(known) : email is { } at ? await people.FindByEmail(at) : null)?.Actor
            ?? new Actor(new PersonId("nobody"), "", []);

    private static async Task<IResult> Prepare(HttpContext context, PrepareDesk desk)
    {
        var body = await Body.Read<PreparedBody>(context);
        var id = new BookingId("b" + context.CommandId("prepared").Value[1..22]);
        var booking = (await desk.Prepare(
            id, context.RequiredActor(), body.AccountId, body.Items, body.Purpose)).OrThrow();
        return TypedResults.Created($"{ApiGroup.Prefix}/bookings/{id}", BookingAnswer.Of(booking));
    }

    private static async Task<IResult> HandOver(
        HttpContext context, IGrainFactory grains, People people, string id)
    {
        var body = await Body.Read<HandOverBody>(context);
        await BookingEndpoints.Seen(context, grains, id);
        if (body is { PersonId: null, Email: null })
            return Problems.InvalidRequest("/personId", "Name the colleague by id or by e-mail address.", 422);
        (await grains.GetGrain<IBookingGrain>(id).HandOver(new HandOverBooking(
            context.CommandId("handover"), context.RequiredActor(),
            await Colleague(people, body.PersonId, body.Email)))).OrThrow();
        return TypedResults.Ok(BookingAnswer.Of(await BookingEndpoints.Seen(context, grains, id)));
    }
}
