using Facilities.Api.Claims;
using Facilities.Api.Http;
using Facilities.Api.Programmes;
using Facilities.Grains.Debts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Silo.Programmes;
using NodaTime;
using Orleans;

namespace Facilities.Api.Debts;

/// <summary>What came back; all that is owed where the amount is left out.</summary>
public sealed record RepaymentBody(string Reference, Money? Amount = null);

/// <summary>What is owed back of a claim, as it is transferred.</summary>
/// <param name="Reference">What the transfer is to name, so that the funder's statement says what it is for.</param>
/// <param name="Settlement">By which payment it came, or why nothing is owed any more.</param>
public sealed record OwedAnswer(
    int Number, Debtor OwedBy, Money Amount, Money Open, LocalDate DueOn, string Reason, string Reference,
    Instant? SettledAt, string? Settlement)
{
    public static OwedAnswer Of(Debt debt) => new(
        debt.Number, debt.By, debt.ToTransfer, debt.OpenTransfer, debt.DueOn, debt.Reason, debt.Reference,
        debt.SettledAt, debt.Settlement);
}

public static class DebtEndpoints
{
    /// <summary>What is owed back to a programme: an officer records what came.</summary>
    public static RouteGroupBuilder MapDebts(this RouteGroupBuilder api)
    {
        api.MapPost("/programmes/{id}/claims/{claimId}/owed/{number:int}/repayment", Repay).WithTags("Vouchers")
            .RequireActor().Reads<RepaymentBody>().Answers<ClaimAnswer>().Refuses(400, 401, 403, 404, 409, 422);
        return api;
    }

    private static async Task<IResult> Repay(
        HttpContext context, IGrainFactory grains, ProgrammeLists lists, string id, string claimId, int number)
    {
        var body = await Body.Read<RepaymentBody>(context);
        var (programme, claim) = (ProgrammeEndpoints.Mine(context, id), ClaimEndpoints.Claim(claimId));
        (await grains.GetGrain<IProgrammeGrain>(programme.Value).RepayDebt(new RepayDebt(
            context.CommandId("repayment"), context.RequiredActor(), claim, number, body.Amount,
            body.Reference))).OrThrow();
        return await ClaimEndpoints.One(lists, programme, claim);
    }
}
