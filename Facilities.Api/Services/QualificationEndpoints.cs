using Facilities.Api.Http;
using Facilities.Api.Platforms;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using NodaTime;
using Orleans;

namespace Facilities.Api.Services;

/// <summary>Until when a qualification counts, and what it rests on; without a day it does not end.</summary>
public sealed record QualificationBody(LocalDate? ValidUntil = null, string Note = "");

/// <summary>What an account is qualified for at a platform, by the newest word of its managers.</summary>
public sealed record QualificationAnswer(
    AccountId AccountId, string AccountName, string Qualification, LocalDate? ValidUntil, bool Withdrawn, string Note,
    string By, Instant At);

public static class QualificationEndpoints
{
    /// <summary>Who is qualified for what, as the facility's managers say.</summary>
    public static RouteGroupBuilder MapQualifications(this RouteGroupBuilder api)
    {
        const string one = "/qualifications/{qualification}/accounts/{accountId}";
        var group = api.MapGroup("/platforms/{platformId}").WithTags("Facility").RequireActor();
        group.MapGet("/qualifications", All).ReadsQuery<PageQuery>()
            .Answers<Page<QualificationAnswer>>().Refuses(400, 401, 403, 404);
        group.MapPut(one, Grant).Reads<QualificationBody>()
            .Answers<QualificationAnswer>().Refuses(400, 401, 403, 404, 422);
        group.MapDelete(one, Withdraw).Answers<QualificationAnswer>().Refuses(401, 403, 404, 422);
        return api;
    }

    private static async Task<IResult> All(HttpContext context, IGrainFactory grains, string platformId)
    {
        var grain = await Of(grains, platformId);
        if (await grain.Qualifications(context.RequiredActor()) is not { } held)
            return Problems.Of(403, "notAllowed", "Only a manager of the facility sees who is qualified.");
        var names = await AccountNames.Of(grains, held.Select(q => q.Account));
        return TypedResults.Ok(Page.Cut(context, held.Select(q => Shown(q, names[q.Account]))));
    }

    private static async Task<IResult> Grant(
        HttpContext context, IGrainFactory grains, string platformId, string qualification, string accountId)
    {
        var body = await Body.Read<QualificationBody>(context);
        var (grain, account) = (await Of(grains, platformId), await Account(context, grains, platformId, accountId));
        (await grain.GrantQualification(new GrantQualification(
            context.CommandId("qualification"), context.RequiredActor(), account, qualification, body.ValidUntil,
            body.Note.Trim()))).OrThrow();
        return await Held(context, grains, grain, account, qualification);
    }

    private static async Task<IResult> Withdraw(
        HttpContext context, IGrainFactory grains, string platformId, string qualification, string accountId)
    {
        var (grain, account) = (await Of(grains, platformId), await Account(context, grains, platformId, accountId));
        (await grain.WithdrawQualification(new WithdrawQualification(
            context.CommandId("qualification"), context.RequiredActor(), account, qualification, ""))).OrThrow();
        return await Held(context, grains, grain, account, qualification);
    }

    private static async Task<IPlatformGrain> Of(IGrainFactory grains, string platformId) =>
        Id.IsValid(platformId) && grains.GetGrain<IPlatformGrain>(platformId) is var grain
            && await grain.View() is not null
            ? grain
            : throw new ProblemException(Problems.Of(404, "platformUnknown", $"There is no platform {platformId}."));

    // Who is no manager learns nothing of accounts: the platform refuses.
    private static async Task<AccountId> Account(
        HttpContext context, IGrainFactory grains, string platformId, string accountId) =>
        Id.IsValid(accountId)
            && (!context.RequiredActor().Has(OrganisationKind.Facility, platformId, Role.Manager)
                || await grains.GetGrain<IAccountGrain>(accountId).View() is not null)
            ? new AccountId(accountId)
            : throw new ProblemException(Problems.Of(404, "accountUnknown", $"There is no account {accountId}."));

    private static async Task<IResult> Held(
        HttpContext context, IGrainFactory grains, IPlatformGrain grain, AccountId account, string qualification)
    {
        var held = (await grain.Qualifications(context.RequiredActor()))!.Value
            .First(q => q.Account == account && q.Qualification == qualification);
        return TypedResults.Ok(Shown(held, (await AccountNames.Of(grains, [account]))[account]));
    }

    private static QualificationAnswer Shown(Qualified held, string name) => new(
        held.Account, name, held.Qualification, held.ValidUntil, held.IsWithdrawn, held.Note, held.ByName, held.At);
}
