using System.Collections.Immutable;
using Facilities.Api.Http;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Undertakings;
using Facilities.Silo.Programmes;
using Facilities.Silo.Undertakings;
using NodaTime;
using Orleans;

namespace Facilities.Api.Undertakings;

/// <summary>
/// One aid as the register has it; <c>counts</c> is what stands against the ceiling, <c>rate</c> by which rate.
/// </summary>
public sealed record AidEntryAnswer(
    string EntryId, string Beneficiary, string Country, AidBasis Basis, LocalDate GrantedOn, Money Amount, Money Counts,
    string Authority, AidSource Source, ProgrammeId? ProgrammeId, LocalDate? RegisterBy, string? Reference,
    AidRate? Rate)
{
    /// <summary>The highest share of the cost that it may pay, in percent; null where its act asks for none.</summary>
    public Percentage? HighestShare { get; init; }

    public static AidEntryAnswer Of(RegisteredAid held, AidRate? rate) => new(
        held.Entry.Id, held.Entry.Beneficiary.Value, held.Entry.Country, held.Entry.Basis, held.Entry.GrantedOn,
        held.Entry.Amount, held.Entry.Counts, held.Entry.Authority, held.Entry.Source, held.Entry.Programme,
        held.RegisterBy, held.Reference, rate)
    {
        HighestShare = held.Entry.Rate,
    };
}

/// <summary>What counts and what is left today, by granting country and act.</summary>
public sealed record AidStandingAnswer(
    string Country, AidBasis Basis, LocalDate WindowFrom, Money Sum, Money Ceiling, Money Left, string Reason);

/// <summary>The aid register of a single undertaking.</summary>
public sealed record AidAnswerBody(
    string Undertaking, ImmutableArray<AidEntryAnswer> Entries, ImmutableArray<AidStandingAnswer> Standings);

/// <param name="Activity">NACE class of the activity that the work is for; left out for the main one.</param>
public sealed record EligibilityBody(ProgrammeId ProgrammeId, string? Activity = null);

/// <summary>Every rule with whether it is met, why, and what would change it.</summary>
public sealed record EligibilityAnswer(ProgrammeId ProgrammeId, bool Eligible, ImmutableArray<RuleCheck> Rules);

public static class AidEndpoints
{
    /// <summary>The aid that an SME had, and whether it may have more.</summary>
    public static RouteGroupBuilder MapAid(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/accounts/{id}").WithTags("Vouchers").RequireActor();
        group.MapGet("/aid", Register).Answers<AidAnswerBody>().Refuses(401, 404);
        group.MapPost("/eligibility", Eligibility).Reads<EligibilityBody>().Answers<EligibilityAnswer>()
            .Refuses(400, 401, 404, 422);
        return api;
    }

    private static async Task<IResult> Register(
        HttpContext context, IGrainFactory grains, AidLists aid, AidRates rates, string id)
    {
        var account = await Mine(context, grains, id);
        var entries = await aid.Of(account);
        var known = await rates.Of(entries.Select(held => held.Entry));
        return TypedResults.Ok(new AidAnswerBody(
            account.UndertakingId,
            [.. entries.Select(held => AidEntryAnswer.Of(held, known.GetValueOrDefault(held.Entry.Id)))],
            [
                .. aid.Standings(entries, DateTimeZone.Utc).Select(s => new AidStandingAnswer(
                    s.Country, s.Basis, s.Answer.WindowFrom, s.Answer.Sum, s.Answer.Ceiling, s.Answer.Left,
                    s.Answer.Reason)),
            ]));
    }

    private static async Task<IResult> Eligibility(
        HttpContext context, IGrainFactory grains, ProgrammeLists programmes, AidLists aid, string id)
    {
        var account = await Mine(context, grains, id);
        var body = await Body.Read<EligibilityBody>(context);
        if (await programmes.Find(body.ProgrammeId) is not { } terms)
            return Problems.Of(404, "programmeUnknown", $"There is no programme {body.ProgrammeId}.");
        if (account.Doing(body.Activity) is not { } stated)
            throw new ProblemException(Refusal.Of(
                "notValid", StatedActivity.UnknownTo(account),
                new Fault("/activity", StatedActivity.UnknownTo(account))).AsProblem());
        var rules = await aid.Eligibility(stated, terms);
        return TypedResults.Ok(new EligibilityAnswer(terms.Id, rules.All(r => r.Passed), rules));
    }

    private static async Task<AccountProfile> Mine(HttpContext context, IGrainFactory grains, string id) =>
        Id.IsValid(id) && context.RequiredActor().BelongsTo(OrganisationKind.Sme, id)
            && await grains.GetGrain<IAccountGrain>(id).View() is { } account
                ? account.Profile
                : throw new ProblemException(Problems.NotFound($"There is no account {id} among yours."));
}
