using Facilities.Api.Http;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Silo.Accounts;
using NodaTime;
using Orleans;

namespace Facilities.Api.Accounts;

/// <summary>
/// A voucher as callers see it; <c>reserved</c> is held and firm, <c>available = faceValue − reserved − redeemed</c>,
/// less what was <c>returned</c> to the programme: it expired, was revoked or given back, or a claim was rejected.
/// </summary>
public sealed record VoucherAnswer(
    VoucherId VoucherId, AccountId AccountId, ProgrammeId ProgrammeId, string ProgrammeName, string Status,
    Money FaceValue, Money Reserved, Money Redeemed, Money Available, Percentage Rate, LocalDate ExpiresOn)
{
    public Money Returned { get; init; }

    /// <summary>Why and by whom it ended, with when; null while it runs.</summary>
    public VoucherEnding? Ended { get; init; }

    /// <summary>Of how many days before the last one the company was reminded last; null before the first.</summary>
    public int? RemindedDays { get; init; }

    public static VoucherAnswer Of(AccountId account, Voucher voucher, Instant now) => new(
        voucher.Id, account, voucher.Programme.Id, voucher.Programme.Name,
        voucher.IsValidAt(now) || voucher.End is not null ? voucher.Status() : "expired",
        voucher.FaceValue, voucher.Reserved, voucher.Redeemed, voucher.Available, voucher.Programme.Rate,
        voucher.ExpiresOn)
    {
        Returned = voucher.Lapsed,
        Ended = voucher.End,
        RemindedDays = voucher.Reminded,
    };
}

/// <summary>Why a voucher is revoked or given back.</summary>
public sealed record VoucherEndBody(string Reason);

public static class VoucherEndpoints
{
    /// <summary>What an SME has been awarded.</summary>
    public static RouteGroupBuilder MapVouchers(this RouteGroupBuilder api)
    {
        api.MapGet("/accounts/{id}/vouchers", OfAccount).WithTags("Vouchers").RequireActor()
            .ReadsQuery<PageQuery>().Answers<Page<VoucherAnswer>>().Refuses(400, 401, 404);
        api.MapGet("/vouchers/{id}", Find).WithTags("Vouchers").RequireActor()
            .Answers<VoucherAnswer>().Refuses(401, 404);
        api.MapPost("/vouchers/{id}/revocation", Revoke).WithTags("Vouchers").RequireActor()
            .Reads<VoucherEndBody>().Answers<VoucherAnswer>().Refuses(400, 401, 403, 404, 409, 422);
        api.MapPost("/vouchers/{id}/return", Return).WithTags("Vouchers").RequireActor()
            .Reads<VoucherEndBody>().Answers<VoucherAnswer>().Refuses(400, 401, 403, 404, 409, 422);
        return api;
    }

    private static async Task<IResult> OfAccount(HttpContext context, IGrainFactory grains, IClock clock, string id)
    {
        if (!Id.IsValid(id) || !context.RequiredActor().BelongsTo(OrganisationKind.Sme, id)
            || await grains.GetGrain<IAccountGrain>(id).View() is not { } account)
            return Problems.NotFound($"There is no account {id} among yours.");
        var now = clock.GetCurrentInstant();
        return TypedResults.Ok(Page.Cut(
            context,
            account.Vouchers.OrderBy(v => v.ExpiresOn).Select(v => VoucherAnswer.Of(account.Profile.Id, v, now))));
    }

    private static Task<IResult> Revoke(
        HttpContext context, IGrainFactory grains, VoucherLists vouchers, IClock clock, string id) =>
        End(context, grains, vouchers, clock, id, VoucherEnd.Revoked);

    private static Task<IResult> Return(
        HttpContext context, IGrainFactory grains, VoucherLists vouchers, IClock clock, string id) =>
        End(context, grains, vouchers, clock, id, VoucherEnd.Returned);

    private static async Task<IResult> End(
        HttpContext context, IGrainFactory grains, VoucherLists vouchers, IClock clock, string id, VoucherEnd how)
    {
        var body = await Body.Read<VoucherEndBody>(context);
        var listed = await Mine(context, vouchers, id);
        (await grains.GetGrain<IAccountGrain>(listed.Account.Value).EndVoucher(new EndVoucher(
            context.CommandId("end"), context.RequiredActor(), listed.Voucher.Id, how, body.Reason))).OrThrow();
        return TypedResults.Ok(VoucherAnswer.Of(
            listed.Account, (await vouchers.Find(listed.Voucher.Id))!.Voucher, clock.GetCurrentInstant()));
    }

    private static async Task<ListedVoucher> Mine(HttpContext context, VoucherLists vouchers, string id)
    {
        var by = context.RequiredActor();
        return Id.IsValid(id) && await vouchers.Find(new VoucherId(id)) is { } listed
            && (by.BelongsTo(OrganisationKind.Sme, listed.Account.Value)
                || by.BelongsTo(OrganisationKind.Funder, listed.Voucher.Programme.Id.Value))
                ? listed
                : throw new ProblemException(Problems.NotFound($"There is no voucher {id} among yours."));
    }

    private static async Task<IResult> Find(HttpContext context, VoucherLists vouchers, IClock clock, string id)
    {
        var listed = await Mine(context, vouchers, id);
        return TypedResults.Ok(VoucherAnswer.Of(listed.Account, listed.Voucher, clock.GetCurrentInstant()));
    }
}
