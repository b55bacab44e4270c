using System.Collections.Immutable;
using Facilities.Api.Approvals;
using Facilities.Api.Changes;
using Facilities.Api.Feeds;
using Facilities.Api.Http;
using Facilities.Api.Quotes;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Silo.Bookings;
using Facilities.Silo.Payments;
using NodaTime;
using Orleans;

namespace Facilities.Api.Bookings;

public static class BookingEndpoints
{
    /// <summary>Bookings from hold to acceptance.</summary>
    public static RouteGroupBuilder MapBookings(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/bookings").WithTags("Bookings").RequireActor();
        group.MapPost("", Book).Reads<BookingBody>()
            .Answers<BookingAnswer>(201).Refuses(400, 401, 403, 404, 409, 410, 422);
        group.MapGet("", List).ReadsQuery<BookingQuery>().Answers<Page<BookingAnswer>>().Refuses(400, 401);
        group.MapGet("/{id}", Find).Answers<BookingAnswer>().Refuses(401, 404);
        Step<ApprovalBody>(group, "approval", (grain, id, by, body) =>
            grain.Approve(new ApproveBooking(
                id, by, body.Decision == ApprovalWord.Approve, Note(body.Note), body.Alternatives is { } others
                    ? [.. others.Take(Limits.Alternatives).Select(a => new ItemStart(a.ItemId, a.Start.ToInstant()))]
                    : null)));
        group.MapPost("/{id}/contract/signatures", Sign).Reads<SignatureBody>().Answers<BookingAnswer>()
            .Refuses(400, 401, 403, 404, 409, 410, 422);
        group.MapPost("/{id}/payments", Pay).Reads<PaymentBody>().Answers<BookingAnswer>()
            .Refuses(400, 401, 403, 404, 409, 410, 422);
        Step<CancellationBody>(group, "cancellation", (grain, id, by, body) =>
            body.Series is { } part
                ? grain.Drop(new DropItems(id, by, part.ItemId, part.Scope, Note(body.Reason, "/reason")))
                : grain.Cancel(new CancelBooking(id, by, Note(body.Reason, "/reason"))));
        Step<DeliveryBody>(group, "delivery", Deliver);
        Step<AcceptanceBody>(group, "acceptance", (grain, id, by, body) =>
            grain.Accept(new AcceptDelivery(id, by, body.Accepted, Note(body.Note))));
        Step<NoShowBody>(
            group, "no-show", (grain, id, by, body) => grain.NoShow(new RecordNoShow(id, by, Note(body.Note))));
        Step<CheckInBody>(
            group, "check-in", (grain, id, by, body) => grain.CheckIn(new CheckIn(id, by, body.ItemId)));
        Step<ReleaseBody>(group, "release", (grain, id, by, body) =>
            grain.Release(new ReleaseTime(id, by, body.ItemId, body.From?.ToInstant())));
        Step<NoteBody>(group, "note", (grain, id, by, body) => grain.WriteNote(new WriteNote(id, by, Note(body.Note))));
        Step<LengthBody>(group, "length", (grain, id, by, body) =>
            grain.ChangeLength(new ChangeLength(id, by, body.ItemId, body.Duration)));
        group.MapGet("/{id}/length", PreviewLength).ReadsQuery<LengthBody>().Answers<LengthAnswer>()
            .Refuses(400, 401, 403, 404, 409, 422);
        group.MapPost("/{id}/extension", Extend).Answers<BookingAnswer>().Refuses(401, 403, 404, 409, 410);
        group.MapPost("/{id}/reschedule", Reschedule).Reads<RescheduleBody>().Answers<BookingAnswer>()
            .Refuses(400, 401, 403, 404, 409, 410, 422);
        group.MapGet("/{id}/consequences", ApprovalEndpoints.Consequences)
            .Answers<ConsequencesAnswer>().Refuses(401, 403, 404);
        group.MapGet("/{id}/cancellation", PreviewCancellation).ReadsQuery<CancellationQuery>()
            .Answers<CancellationAnswer>().Refuses(400, 401, 403, 404, 409, 422);
        return api;
    }

    private static async Task<IResult> Book(HttpContext context, BookingDesk desk)
    {
        var body = await Body.Read<BookingBody>(context);
        var id = TimedId.OfBooking(context.CommandId("booking"), body.QuoteId);
        var booking = (await desk.Book(id, context.RequiredActor(), body.QuoteId, body.Seal, body.Purpose)).OrThrow();
        return TypedResults.Created($"{ApiGroup.Prefix}/bookings/{id}", BookingAnswer.Of(booking));
    }

    private static async Task<IResult> List(HttpContext context, BookingLists lists)
    {
        var query = Query.Read<BookingQuery>(context);
        var by = context.RequiredActor();
        if (query is { AccountId: null, PlatformId: null })
            query = Mine(query, by)
                ?? throw new ProblemException(
                    Problems.InvalidRequest("/accountId", "Name an account or a platform of yours."));
        if (query.AccountId is { } account && !by.BelongsTo(OrganisationKind.Sme, account.Value)
            && !(query.PlatformId is { } of && by.BelongsTo(OrganisationKind.Facility, of.Value)))
            return TypedResults.Ok(Page.Whole<BookingAnswer>([]));
        if (query.AccountId is null && !by.BelongsTo(OrganisationKind.Facility, query.PlatformId!.Value.Value))
            return TypedResults.Ok(Page.Whole<BookingAnswer>([]));
        (Instant, string)? before = Cursor.Read(query.Cursor, 2) is [var at, var id]
            ? (Instant.FromUnixTimeTicks(long.Parse(at, System.Globalization.CultureInfo.InvariantCulture)), id)
            : null;
        var filter = new BookingFilter(
            query.AccountId, query.PlatformId, query.Status is { } status ? Refusal.NameOf(status) : null,
            query.From?.ToInstant(), query.To?.ToInstant(), before, query.Limit + 1);
        return TypedResults.Ok(Page.Of(await lists.Find(filter), query.Limit, Place)
            .Select(b => BookingAnswer.Of(b, withHistory: false)));

        string[] Place(BookingState booking)
        {
            var (start, key) = filter.PlaceOf(booking);
            return [start.ToUnixTimeTicks().ToString(System.Globalization.CultureInfo.InvariantCulture), key];
        }
    }

    /// <summary>Who names neither account nor platform means their own, where that is one.</summary>
    private static BookingQuery? Mine(BookingQuery query, Actor by) =>
        by.Memberships.Where(m => m.Kind is OrganisationKind.Sme or OrganisationKind.Facility).ToArray() is [var one]
            ? one.Kind == OrganisationKind.Sme
                ? query with { AccountId = new AccountId(one.OrganisationId) }
                : query with { PlatformId = new PlatformId(one.OrganisationId) }
            : null;

    private static async Task<IResult> Find(HttpContext context, IGrainFactory grains, string id)
    {
        var booking = await Seen(context, grains, id);
        var desk = context.RequestServices.GetRequiredService<RefusalDesk>();
        return TypedResults.Ok(BookingAnswer.Of(booking) with
        {
            SelfAccounted = await context.RequestServices.GetRequiredService<HomeVat>().Of(booking),
            Alternatives = [.. (await desk.Alternatives(booking)).Select(InsteadAnswer.Of)],
        });
    }

    /// <summary>A booking that the person may see, or 404.</summary>
    internal static async Task<BookingState> Seen(HttpContext context, IGrainFactory grains, string id) =>
        Id.IsValid(id) && await grains.GetGrain<IBookingGrain>(id).View(context.RequiredActor()) is { } booking
            ? booking
            : throw NotTheirs(id);

    private static ProblemException NotTheirs(string id) =>
        new(Problems.NotFound($"There is no booking {id} among yours."));

    internal static void Step<TBody>(
        RouteGroupBuilder group, string step,
        Func<IBookingGrain, CommandId, Actor, TBody, Task<Reply<BookingRefusal>>> act) where TBody : notnull =>
        group.MapPost($"/{{id}}/{step}", async (HttpContext context, IGrainFactory grains, string id) =>
        {
            var body = await Body.Read<TBody>(context);
            await Seen(context, grains, id);
            (await act(grains.GetGrain<IBookingGrain>(id), context.CommandId(step), context.RequiredActor(), body))
                .OrThrow();
            return await Find(context, grains, id);
        }).Reads<TBody>().Answers<BookingAnswer>().Refuses(400, 401, 403, 404, 409, 410, 422);

    private static async Task<Reply<BookingRefusal>> Deliver(
        IBookingGrain grain, CommandId id, Actor by, DeliveryBody body)
    {
        var booking = (await grain.View(by))!;
        var usage = (body.Items.IsDefault ? [] : body.Items).Select(item =>
        {
            var booked = booking.Agreed!.Items.FirstOrDefault(i => i.Id == item.ItemId);
            return new ItemUsage(
                item.ItemId, item.Used ?? booked?.Duration ?? Length.Zero,
                item.Quantity ?? booked?.Quantity ?? 1, item.Note);
        });
        return await grain.Deliver(new DeliverBooking(id, by, [.. usage]));
    }

    private static async Task<IResult> Sign(HttpContext context, IGrainFactory grains, string id)
    {
        var body = await Body.Read<SignatureBody>(context);
        var name = Note(body.Name, "/name");
        return await Acted(context, grains, id, grain => grain.Sign(new SignContract(
            context.CommandId("contract/signatures"), context.RequiredActor(), body.ContentHash, name)));
    }

    /// <summary>
    /// What a step answers whose rule hides bookings of others by itself: only where it refuses is looked whether the
    /// person may see the booking.
    /// </summary>
    private static async Task<IResult> Acted(
        HttpContext context, IGrainFactory grains, string id, Func<IBookingGrain, Task<Reply<BookingRefusal>>> act)
    {
        if (!Id.IsValid(id)) throw NotTheirs(id);
        var reply = await act(grains.GetGrain<IBookingGrain>(id));
        if (reply.Refusal is not null) await Seen(context, grains, id);
        reply.OrThrow();
        return await Find(context, grains, id);
    }

    private static async Task<IResult> Pay(HttpContext context, IGrainFactory grains, PaymentDoor door, string id)
    {
        var body = await Body.Read<PaymentBody>(context);
        if (body.Method == PaymentMethod.Invoice)
            return await Acted(context, grains, id, grain => grain.AgreePayment(
                new AgreePayment(context.CommandId("payments"), context.RequiredActor(), body.Method)));
        var booking = await Seen(context, grains, id);
        (await door.Pay(
            context.CommandId("payments"), context.RequiredActor(), booking, body.Method,
            FeedEndpoints.SiteOf(context), context.RequestAborted)).OrThrow();
        return await Find(context, grains, id);
    }

    private static async Task<IResult> Extend(HttpContext context, IGrainFactory grains, string id)
    {
        await Seen(context, grains, id);
        (await grains.GetGrain<IBookingGrain>(id)
            .Extend(new ExtendHold(context.CommandId("extension"), context.RequiredActor()))).OrThrow();
        return await Find(context, grains, id);
    }

    private static async Task<IResult> Reschedule(
        HttpContext context, IGrainFactory grains, BookingDesk desk, string id)
    {
        var body = await Body.Read<RescheduleBody>(context);
        await Seen(context, grains, id);
        var (command, by) = (context.CommandId("reschedule"), context.RequiredActor());
        if (body.Items.IsDefaultOrEmpty == body.Series is null)
            return Problems.InvalidRequest(
                "/items", "Name at least one item with its new start, or a date of a series with its own.", 422);
        if (body.Series is { } series) (await desk.Reschedule(command, by, new BookingId(id), series)).OrThrow();
        else (await desk.Reschedule(command, by, new BookingId(id),
            [.. body.Items.Select(i => new ItemStart(i.ItemId, i.Start.ToInstant()) { At = i.PlatformId })])).OrThrow();
        return await Find(context, grains, id);
    }

    private static async Task<IResult> PreviewCancellation(HttpContext context, IGrainFactory grains, string id)
    {
        var query = Query.Read<CancellationQuery>(context);
        await Seen(context, grains, id);
        var (grain, by) = (grains.GetGrain<IBookingGrain>(id), context.RequiredActor());
        if (query.ItemId is not { } item)
            return TypedResults.Ok(CancellationAnswer.Of((await grain.PreviewCancellation(by))!));
        var preview = (await grain.PreviewDrop(by, item, query.Scope))!;
        return preview.Refusal is { } refusal
            ? throw new ProblemException(Refusal.Of(refusal).AsProblem())
            : TypedResults.Ok(CancellationAnswer.Of(preview.Fee!, preview.Price));
    }

    private static async Task<IResult> PreviewLength(HttpContext context, IGrainFactory grains, string id)
    {
        var query = Query.Read<LengthBody>(context);
        await Seen(context, grains, id);
        var preview = (await grains.GetGrain<IBookingGrain>(id)
            .PreviewLength(context.RequiredActor(), query.ItemId, query.Duration))!;
        if (preview.Refusal is { } refusal) throw new ProblemException(Refusal.Of(refusal).AsProblem());
        return TypedResults.Ok(LengthAnswer.Of(preview));
    }

    private static string Note(string text, string pointer = "/note") => text.Length <= Limits.TextLength
        ? text
        : throw new ProblemException(Problems.InvalidRequest(
            pointer, $"Write at most {Limits.TextLength} characters.", 422));
}
