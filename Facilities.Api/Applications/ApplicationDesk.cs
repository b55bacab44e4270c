using System.Collections.Immutable;
using System.Globalization;
using Facilities.Api.Http;
using Facilities.Grains.Accounts;
using Facilities.Grains.Applications;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Silo.Accounts;
using Facilities.Silo.Identity;
using Facilities.Silo.Rates;
using Facilities.Silo.Undertakings;
using NodaTime;
using Orleans;

namespace Facilities.Api.Applications;

/// <summary>A ranking with what a bulk award would give.</summary>
public sealed record BulkPlan(ImmutableArray<RankedApplication> Ranked, string Hash, Money Total);

/// <summary>Sends what people do with calls and applications, for the API and for the pages alike.</summary>
public sealed class ApplicationDesk(
    IGrainFactory grains, AidLists aid, VoucherLists vouchers, People people, ExchangeRates rates, IClock clock)
{
    /// <summary>So many are judged at once: reading is what takes the time.</summary>
    private const int JudgedAtOnce = 50;

    public async Task<Answer<Call>> SetCall(
        CommandId command, Actor by, ProgrammeId programme, CallId id, CallBody body)
    {
        var faults = ImmutableArray.CreateBuilder<Fault>();
        var assessors = ImmutableArray.CreateBuilder<Assessor>();
        var grain = grains.GetGrain<IProgrammeGrain>(programme.Value);
        var before = (await grain.Calls()).FirstOrDefault(c => c.Id == id)?.Assessors ?? [];
        foreach (var (email, index) in Or(body.Assessors).Select((email, index) => (email, index)))
            // Who left the funder stays among the assessors: a call that has opened loses none.
            if (await people.FindByEmail(email) is { } known
                && (known.Actor.BelongsTo(OrganisationKind.Funder, programme.Value)
                    || before.Any(assessor => assessor.Person == known.Actor.Person)))
                assessors.Add(new(known.Actor.Person, known.Actor.Name));
            else faults.Add(new($"/assessors/{index}", $"Nobody of the funder has the address {email}."));
        var call = new Call(
            id, body.Name.Trim(), body.Opens, body.Closes, body.Kind, body.Share, Or(body.Criteria),
            assessors.ToImmutable());
        faults.AddRange(await grain.FaultsOf(call));
        if (faults.Count > 0) return Refusal.Of("notValid", "The call was not set.", faults.ToImmutable());
        var reply = await grain.SetCall(new SetCall(command, by, call));
        return reply.Refusal is { } refusal ? Refusal.Of(refusal) : call;
    }

    /// <summary>The addresses of a call's assessors, by which a form names them.</summary>
    public async Task<ImmutableArray<string>> AddressesOf(Call call)
    {
        var addresses = ImmutableArray.CreateBuilder<string>();
        foreach (var assessor in call.Assessors)
            if (await people.Find(assessor.Person) is { } known) addresses.Add(known.Email);
        return addresses.ToImmutable();
    }

    public async Task<Answer<Application>> Apply(
        CommandId command, Actor by, ProgrammeId programme, ApplicationBody body)
    {
        var grain = grains.GetGrain<IProgrammeGrain>(programme.Value);
        if (!by.BelongsTo(OrganisationKind.Sme, body.AccountId.Value)
            || await grains.GetGrain<IAccountGrain>(body.AccountId.Value).View() is not { } account)
            return Refusal.Of("accountUnknown", $"There is no account {body.AccountId} among yours.");
        if (await grain.View() is not { Status: not ProgrammeStatus.Draft } view)
            return Refusal.Of("programmeUnknown", $"There is no programme {programme}.");
        if (account.Profile.Doing(body.Activity) is not { } stated)
            return Refusal.Of(
                "notValid", StatedActivity.UnknownTo(account.Profile),
                new Fault("/activity", StatedActivity.UnknownTo(account.Profile)));
        var apply = new Apply(
            command, by, body.AccountId, account.Profile.Name, body.CallId, body.Amount, body.Purpose,
            Or(body.Declarations), await Judge(stated, view.Terms, body.Amount))
        {
            Activity = stated.Nace == account.Profile.Nace ? null : stated.Nace,
        };
        if ((await grain.Apply(apply)).Refusal is { } refusal) return Explained(refusal, apply.Checks);
        return (await grain.Application(apply.Application))!;
    }

    public async Task<Answer<Application>> Decide(
        CommandId command, Actor by, ProgrammeId programme, ApplicationKey id, ApplicationDecisionBody body)
    {
        var grain = grains.GetGrain<IProgrammeGrain>(programme.Value);
        if (await grain.Application(id) is not { } application || await grain.View() is not { } view)
            return Refusal.Of("applicationUnknown", $"There is no application {id}.");
        var amount = body.Amount ?? application.Amount;
        var checks = await Judge(application, view.Terms, amount, null);
        var reply = await grain.DecideApplication(new DecideApplication(
            command, by, id, body.Decision == ApplicationDecisionWord.Award, amount, body.Note, checks,
            await Rate(view.Terms) ?? body.PerEuro));
        return reply.Refusal is { } refusal ? Explained(refusal, checks) : (await grain.Application(id))!;
    }

    public async Task<BulkPlan> Plan(ProgrammeId programme, CallId call)
    {
        var ranked = await grains.GetGrain<IProgrammeGrain>(programme.Value).Ranking(call);
        var named = string.Join(
            '\n', ranked.Where(r => r.Award is not null).Select(r => $"{r.Application.Id} {r.Award}"));
        var currency = ranked.IsEmpty ? Currency.Eur : ranked[0].Application.Amount.Currency;
        return new(
            ranked, Idempotency.Hash(named), Money.Sum(ranked.Select(r => r.Award).OfType<Money>(), currency));
    }

    /// <summary>
    /// Awards what a plan names, in its order, each through the aid register. What the register or a rule refuses is
    /// named, and leaves its money for nobody else in this step: the next plan shows it.
    /// </summary>
    public async Task<Answer<BulkAnswer>> Award(
        CommandId command, Actor by, ProgrammeId programme, CallId call, BulkAwardBody body)
    {
        var plan = await Plan(programme, call);
        if (plan.Hash != body.Plan)
            return Refusal.Of("stale", "The ranking or the budget changed since you saw it. Look at it again.");
        var grain = grains.GetGrain<IProgrammeGrain>(programme.Value);
        var terms = (await grain.View())!.Terms;
        var accounts = await vouchers.Accounts();
        var undertakings = accounts.ToDictionary(a => a.Id, a => a.UndertakingId);
        var rate = await Rate(terms);
        var outcomes = ImmutableArray.CreateBuilder<BulkOutcome>();
        foreach (var some in plan.Ranked.Where(r => r.Award is not null).Chunk(JudgedAtOnce))
        {
            // Linked companies one after the other: where they may have one voucher together, the first in rank has it.
            var groups = some.GroupBy(r => undertakings.GetValueOrDefault(r.Application.Account));
            var awarded = (await Task.WhenAll(groups.Select(InTurn))).SelectMany(group => group)
                .ToDictionary(outcome => outcome.ApplicationId);
            outcomes.AddRange(some.Select(ranked => awarded[ranked.Application.Id]));
        }
        outcomes.AddRange(plan.Ranked.Where(r => r.Award is null && r.Application.IsOpen).Select(
            r => new BulkOutcome(r.Application.Id, r.Application.AccountName, null, r.WhyNot)));
        return new BulkAnswer(
            Money.Sum(outcomes.Select(o => o.Awarded).OfType<Money>(), terms.Budget.Currency), outcomes.ToImmutable());

        async Task<List<BulkOutcome>> InTurn(IEnumerable<RankedApplication> group)
        {
            var done = new List<BulkOutcome>();
            foreach (var (application, amount) in group.Select(r => (r.Application, r.Award!.Value)))
            {
                var checks = await Judge(application, terms, amount, accounts);
                var reply = await grain.DecideApplication(new DecideApplication(
                    new CommandId($"{command}-{application.Id}"), by, application.Id, true, amount, body.Note, checks,
                    rate));
                Money? given = reply.Accepted ? await Given(grain, application.Id, amount) : null;
                done.Add(new BulkOutcome(
                    application.Id, application.AccountName, given,
                    reply.Refusal?.Reason));
            }
            return done;
        }
    }

    /// <summary>What was awarded: the amount, or less where a lower rate applies.</summary>
    private static async Task<Money> Given(IProgrammeGrain grain, ApplicationKey application, Money amount) =>
        (await grain.Application(application))?.Verdict?.Amount ?? amount;

    /// <summary>The reference rate of the day of the award, where the programme's currency needs one.</summary>
    private async Task<decimal?> Rate(ProgrammeTerms terms) => terms.Budget.Currency == Currency.Eur ? null
        : await rates.PerEuro(
            terms.Budget.Currency,
            clock.GetCurrentInstant().InZone(DateTimeZoneProviders.Tzdb[terms.TimeZone]).Date);

    private async Task<ImmutableArray<RuleCheck>> Judge(
        Application application, ProgrammeTerms terms, Money amount, ImmutableArray<AccountProfile>? accounts) =>
        await grains.GetGrain<IAccountGrain>(application.Account.Value).View() is { } account
            // An activity that the company has taken back meanwhile is judged as it stated it.
            ? await Judge(
                account.Profile.Doing(application.Activity)
                    ?? account.Profile with { Nace = application.Activity! }, terms, amount, accounts)
            : [];

    /// <summary>
    /// An amount in a currency that is not the programme's is refused as such, before any rule is asked.
    /// </summary>
    private async Task<ImmutableArray<RuleCheck>> Judge(
        AccountProfile account, ProgrammeTerms terms, Money amount, ImmutableArray<AccountProfile>? accounts = null) =>
        amount.Currency == terms.Budget.Currency ? await aid.Eligibility(account, terms, amount, accounts) : [];

    private static Refusal Explained(Refused<ProgrammeRefusal> refusal, ImmutableArray<RuleCheck> checks) =>
        refusal.Code == ProgrammeRefusal.NotEligible
            ? Refusal.Of("notEligible", refusal.Reason,
                [.. checks.Where(c => !c.Passed).Select(c => new Fault($"/rules/{c.Rule}", $"{c.Reason} {c.Remedy}"))])
            : Refusal.Of(refusal);

    private static ImmutableArray<T> Or<T>(ImmutableArray<T> list) => list.IsDefault ? [] : list;
}
