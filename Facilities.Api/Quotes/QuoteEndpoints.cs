using Facilities.Api.Bookings;
using Facilities.Api.Http;
using Facilities.Api.Overload;
using Facilities.Api.Series;
using Facilities.Grains.Bookings;
using Facilities.Grains.Funding;
using Facilities.Grains.Kernel;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Api.Quotes;

public static class QuoteEndpoints
{
    /// <summary>Prices explained and sealed.</summary>
    public static RouteGroupBuilder MapQuotes(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/quotes").WithTags("Quotes").RequireActor();
        group.MapPost("", Make).Does(Work.Quote)
            .Reads<QuoteBody>().Answers<QuoteAnswer>(201).Refuses(400, 401, 404, 409, 422);
        group.MapPost("/preview", Preview).Does(Work.Quote)
            .Reads<PreviewBody>().Answers<DatesAnswer>().Refuses(400, 401, 404, 422);
        group.MapGet("/{id}", Find).Answers<QuoteAnswer>().Refuses(401, 404);
        return api;
    }

    private static async Task<IResult> Make(HttpContext context, QuoteDesk desk, HomeVat vat, TimeProvider time)
    {
        var body = await Body.Read<QuoteBody>(context);
        var id = TimedId.OfQuote(context.CommandId("quote"), time.GetUtcNow());
        var basis = (await desk.Make(
            id, context.RequiredActor(), body.AccountId, body.Items,
            body.Vouchers?.Choice ?? new VoucherChoice.Auto(), body.Collisions, body.Activity)).OrThrow();
        return TypedResults.Created($"{ApiGroup.Prefix}/quotes/{id}", await Shown(basis, vat));
    }

    private static async Task<IResult> Preview(HttpContext context, QuoteDesk desk)
    {
        var body = await Body.Read<PreviewBody>(context);
        return TypedResults.Ok(DatesAnswer.Of(
            (await desk.PreviewDates(context.RequiredActor(), body.AccountId, body.Items)).OrThrow()));
    }

    private static async Task<IResult> Find(HttpContext context, QuoteDesk desk, HomeVat vat, string id) =>
        Id.IsValid(id) && await desk.Find(new QuoteId(id), context.RequiredActor()) is { } basis
            ? TypedResults.Ok(await Shown(basis, vat))
            : Problems.NotFound($"You have no quote {id}.");

    private static async Task<QuoteAnswer> Shown(QuoteBasis basis, HomeVat vat) => QuoteAnswer.Of(
        basis.Quote, basis.Platforms.ToDictionary(p => p.Id, p => DateTimeZoneProviders.Tzdb[p.TimeZone])) with
    {
        SelfAccounted = await vat.Of(basis),
    };
}
