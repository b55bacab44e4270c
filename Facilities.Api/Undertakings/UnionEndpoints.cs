using System.Collections.Immutable;
using Facilities.Api.Http;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Silo.Accounts;
using NodaTime;
using Orleans;

namespace Facilities.Api.Undertakings;

/// <summary>The company that is said to be one undertaking with the account, by its VAT number.</summary>
public sealed record ProposalBody(string VatId);

/// <summary>The account that is one undertaking with this one; the operator says what shows it.</summary>
public sealed record UnionBody(AccountId AccountId, string Evidence = "");

public sealed record ProposalAnswer(AccountId AccountId, string Name, string ByName, Instant At);

/// <summary>Which accounts are one undertaking, and who says to belong to it.</summary>
public sealed record UndertakingAnswer(
    string Undertaking, ImmutableArray<string> Declared, ImmutableArray<string> Accounts,
    ImmutableArray<ProposalAnswer> Proposals);

public static class UnionEndpoints
{
    /// <summary>Two accounts that turn out to be one undertaking.</summary>
    public static RouteGroupBuilder MapUnions(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/accounts/{id}/undertaking").WithTags("Vouchers").RequireActor();
        group.MapGet("", Find).Answers<UndertakingAnswer>().Refuses(401, 404);
        group.MapPost("/proposals", Say).Reads<ProposalBody>().Answers<UndertakingAnswer>()
            .Refuses(400, 401, 403, 404, 422);
        group.MapPost("/union", Confirm).Reads<UnionBody>().Answers<UndertakingAnswer>()
            .Refuses(400, 401, 403, 404, 409, 422);
        return api;
    }

    /// <summary>Says to another company, found by its VAT number, that the two are one undertaking.</summary>
    public static async Task<Answer<AccountProfile>> Propose(
        IGrainFactory grains, VoucherLists accounts, AccountProfile account, Actor by, CommandId command, string vatId)
    {
        var wanted = Plain(vatId);
        if (wanted.Length == 0 || (await accounts.Accounts())
            .FirstOrDefault(a => a.Vat.VatId is { } vat && Plain(vat) == wanted) is not { } other)
            return Refusal.Of(
                "invalidDeclaration", "No company here has this VAT number. One that is not here has no aid from "
                    + "programmes here: name it in your declaration of size.",
                new Fault("/vatId", "Write a VAT number with its country, such as DE999100018."));
        var reply = await grains.GetGrain<IAccountGrain>(other.Id.Value).Propose(
            new ProposeUndertaking(command, by, account.Id, account.Name));
        return reply.Refusal is { } refusal ? Refusal.Of(refusal) : other;
    }

    /// <summary>Makes the undertakings of two accounts one.</summary>
    public static async Task<Reply<AccountRefusal>> Unite(
        IGrainFactory grains, string account, Actor by, CommandId command, AccountId with, string evidence)
    {
        return await grains.GetGrain<IAccountGrain>(with.Value).View() is { Profile: var other }
            ? await grains.GetGrain<IAccountGrain>(account).Unite(
                new UniteUndertakings(command, by, with, other.UndertakingId, evidence))
            : new(new Refused<AccountRefusal>(AccountRefusal.AccountUnknown, $"There is no account {with}."));
    }

    private static async Task<IResult> Find(
        HttpContext context, IGrainFactory grains, VoucherLists accounts, string id)
    {
        var account = await Seen(context, grains, id);
        return TypedResults.Ok(new UndertakingAnswer(
            account.Profile.UndertakingId, account.Declared.MembersOf(account.Profile),
            [
                .. (await accounts.Accounts())
                    .Where(a => a.UndertakingId == account.Profile.UndertakingId).Select(a => a.Name),
            ],
            [
                .. account.Declared.Proposals.Values.Select(
                    p => new ProposalAnswer(p.From, p.FromName, p.ByName, p.At)),
            ]));
    }

    private static async Task<IResult> Say(
        HttpContext context, IGrainFactory grains, VoucherLists accounts, string id)
    {
        var account = await Seen(context, grains, id);
        var body = await Body.Read<ProposalBody>(context);
        (await Propose(
            grains, accounts, account.Profile, context.RequiredActor(), context.CommandId("proposal"), body.VatId))
            .OrThrow();
        return await Find(context, grains, accounts, id);
    }

    private static async Task<IResult> Confirm(
        HttpContext context, IGrainFactory grains, VoucherLists accounts, string id)
    {
        await Seen(context, grains, id);
        var body = await Body.Read<UnionBody>(context);
        (await Unite(
            grains, id, context.RequiredActor(), context.CommandId("union"), body.AccountId, body.Evidence)).OrThrow();
        return await Find(context, grains, accounts, id);
    }

    private static string Plain(string vatId) =>
        new([.. vatId.Where(char.IsAsciiLetterOrDigit).Select(char.ToUpperInvariant)]);

    private static async Task<AccountView> Seen(HttpContext context, IGrainFactory grains, string id) =>
        Id.IsValid(id) && context.RequiredActor() is var by && (by.IsOperator || by.BelongsTo(OrganisationKind.Sme, id))
            && await grains.GetGrain<IAccountGrain>(id).View() is { } account
                ? account
                : throw new ProblemException(Problems.NotFound($"There is no account {id} among yours."));
}
