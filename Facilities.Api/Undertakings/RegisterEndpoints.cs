using System.Collections.Immutable;
using System.Globalization;
using Facilities.Api.Http;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Tables;
using Facilities.Grains.Undertakings;
using Facilities.Silo.Programmes;
using Facilities.Silo.Undertakings;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Api.Undertakings;

public static class RegisterEndpoints
{
    /// <summary>The aid register of a funder.</summary>
    public static RouteGroupBuilder MapAidRegister(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/programmes/{id}/aid-register").WithTags("Vouchers").RequireActor();
        group.MapGet("", List).ReadsQuery<RegisterQuery>().Answers<Page<RegisterEntryAnswer>>().Refuses(400, 401, 404);
        group.MapGet("/export", Export).Produces(200, contentType: "text/csv").Refuses(401, 404);
        group.MapGet("/summary", Summary).Answers<RegisterSummary>().Refuses(401, 404);
        group.MapPost("/missing", TakeIn).Answers<RegisterSummary>().Refuses(401, 403, 404, 409);
        group.MapPost("/{entry}", Register).Reads<RegistrationBody>().Answers<RegisterEntryAnswer>()
            .Refuses(400, 401, 403, 404, 422);
        return api;
    }

    /// <summary>What is to be done, and until when records are kept.</summary>
    public static async Task<RegisterSummary> SummaryOf(AidRegister register, ProgrammeTerms terms, Instant now)
    {
        var (aids, last, awarded) = await register.Counts(terms.Id);
        return RegisterSummary.Of(
            await register.ToDo(terms.Id), aids, AidRegister.IsCounted(terms) ? Math.Max(0, awarded - aids) : 0,
            last is null ? null : LocalDatePattern.Iso.Parse(last).Value, now.InZone(Zone(terms)).Date);
    }

    /// <summary>Aid as the door shows it, on a day of the programme's zone.</summary>
    public static async Task<ImmutableArray<RegisterEntryAnswer>> Shown(
        AidRates rates, ImmutableArray<ListedAid> aid, ProgrammeTerms terms, Instant now)
    {
        var known = await rates.Of(aid.Select(listed => listed.Held.Entry));
        return
        [
            .. aid.Select(listed => RegisterEntryAnswer.Of(
                listed, known.GetValueOrDefault(listed.Held.Entry.Id), now.InZone(Zone(terms)).Date, Zone(terms))),
        ];
    }

    private static async Task<IResult> List(
        HttpContext context, ProgrammeLists programmes, AidRegister register, AidRates rates, IClock clock, string id)
    {
        var query = Query.Read<RegisterQuery>(context);
        var (terms, now) = (await Mine(context, programmes, id), clock.GetCurrentInstant());
        if (query.Status is { } status)
            return TypedResults.Ok(Page.Cut(
                context,
                (await Shown(
                    rates, status is RegisterStatus.Registered or RegisterStatus.NotRequired
                        ? await register.Done(terms.Id, int.MaxValue) : await register.ToDo(terms.Id), terms, now))
                    .Where(e => e.Status == status)));
        var from = Cursor.Read(query.Cursor, 1) is [var text]
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset : 0;
        var rows = await Shown(rates, await register.Of(terms.Id, from, query.Limit + 1), terms, now);
        var next = (from + query.Limit).ToString(CultureInfo.InvariantCulture);
        return TypedResults.Ok(Page.Of(rows, query.Limit, _ => [next]));
    }

    private static async Task<IResult> Export(
        HttpContext context, ProgrammeLists programmes, AidRegister register, AidRates rates, IClock clock, string id)
    {
        var terms = await Mine(context, programmes, id);
        var all = await Shown(rates, await register.Of(terms.Id, 0, int.MaxValue), terms, clock.GetCurrentInstant());
        return TypedResults.File(RegisterFile.Write(all), Csv.MediaType, $"aid-register-{id}.csv");
    }

    private static async Task<IResult> Summary(
        HttpContext context, ProgrammeLists programmes, AidRegister register, IClock clock, string id) =>
        TypedResults.Ok(await SummaryOf(
            register, await Mine(context, programmes, id), clock.GetCurrentInstant()));

    private static async Task<IResult> TakeIn(
        HttpContext context, ProgrammeLists programmes, AidRegister register, IClock clock, string id)
    {
        var terms = await Mine(context, programmes, id);
        if ((await register.TakeIn(terms, context.RequiredActor())).Refusal is { } refusal)
            throw new ProblemException(refusal.AsProblem());
        return TypedResults.Ok(await SummaryOf(register, terms, clock.GetCurrentInstant()));
    }

    private static async Task<IResult> Register(
        HttpContext context, ProgrammeLists programmes, AidRegister register, AidRates rates, IClock clock, string id,
        string entry)
    {
        var terms = await Mine(context, programmes, id);
        var body = await Body.Read<RegistrationBody>(context);
        var command = new RegisterAid(
            context.CommandId("registration"), context.RequiredActor(), entry, body.Reference)
        {
            RegisteredOn = body.RegisteredOn,
        };
        if (await register.Register(terms.Id, command) is { } refusal)
            throw new ProblemException(refusal.AsProblem());
        var entered = await register.Find(terms.Id, entry) ?? throw new ProblemException(Problems.NotFound(entry));
        return TypedResults.Ok((await Shown(rates, [entered], terms, clock.GetCurrentInstant()))[0]);
    }

    private static DateTimeZone Zone(ProgrammeTerms terms) => DateTimeZoneProviders.Tzdb[terms.TimeZone];

    private static async Task<ProgrammeTerms> Mine(HttpContext context, ProgrammeLists programmes, string id) =>
        Id.IsValid(id) && context.RequiredActor().BelongsTo(OrganisationKind.Funder, id)
            && await programmes.Find(new ProgrammeId(id)) is { } terms
                ? terms
                : throw new ProblemException(Problems.Of(
                    404, "programmeUnknown", $"There is no programme {id} among yours."));
}
