using Facilities.Api.Http;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Silo.Accounts;
using NodaTime;
using Orleans;

namespace Facilities.Api.Accounts;

/// <summary>
/// A voucher as callers see it; <c>reserved</c> is held and firm, <c>available = faceValue − reserved − redeemed</c>.
/// </summary>
public sealed record VoucherAnswer(
    VoucherId VoucherId, AccountId AccountId, ProgrammeId ProgrammeId, string ProgrammeName, string Status,
    Money FaceValue, Money Reserved, Money Redeemed, Money Available, Percentage Rate, LocalDate ExpiresOn)
{
    public static VoucherAnswer Of(AccountId account, Voucher voucher, Instant now) => new(
        voucher.Id, account, voucher.Programme.Id, voucher.Programme.Name,
        voucher.IsValidAt(now) ? voucher.Status() : "expired",
        voucher.FaceValue, voucher.Reserved, voucher.Redeemed, voucher.Available, voucher.Programme.Rate,
        voucher.ExpiresOn);
}

public static class VoucherEndpoints
{
    /// <summary>What an SME has been awarded.</summary>
    public static RouteGroupBuilder MapVouchers(this RouteGroupBuilder api)
    {
        api.MapGet("/accounts/{id}/vouchers", OfAccount).WithTags("Vouchers").RequireActor()
            .ReadsQuery<PageQuery>().Answers<Page<VoucherAnswer>>().Refuses(400, 401, 404);
        api.MapGet("/vouchers/{id}", Find).WithTags("Vouchers").RequireActor()
            .Answers<VoucherAnswer>().Refuses(401, 404);
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

    private static async Task<IResult> Find(HttpContext context, VoucherLists vouchers, IClock clock, string id)
    {
        var by = context.RequiredActor();
        return Id.IsValid(id) && await vouchers.Find(new VoucherId(id)) is { } listed
            && (by.BelongsTo(OrganisationKind.Sme, listed.Account.Value)
                || by.BelongsTo(OrganisationKind.Funder, listed.Voucher.Programme.Id.Value))
                ? TypedResults.Ok(VoucherAnswer.Of(listed.Account, listed.Voucher, clock.GetCurrentInstant()))
                : Problems.NotFound($"There is no voucher {id} among yours.");
    }
}
