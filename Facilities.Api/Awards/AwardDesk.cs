using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Rates;
using Facilities.Grains.Undertakings;
using Facilities.Silo.Accounts;
using Facilities.Silo.Rates;
using Facilities.Silo.Undertakings;
using NodaTime;
using Orleans;

namespace Facilities.Api.Awards;

/// <summary>Awards one voucher without an application, for the API and for the page alike.</summary>
public sealed class AwardDesk(
    IGrainFactory grains, AidLists aid, VoucherLists vouchers, ExchangeRates rates, IClock clock)
{
    /// <summary>What an award would do, with everything that stands against it.</summary>
    public async Task<Answer<AwardPreview>> Preview(Actor by, ProgrammeId programme, AwardBody body) =>
        NotAllowed(by, programme) is { } no ? no : (await Look(by, programme, body)).Preview;

    /// <summary>Awards it; the voucher lies in the wallet when this answers. A repeat answers the same.</summary>
    public async Task<Answer<ListedVoucher>> Award(
        CommandId command, Actor by, ProgrammeId programme, AwardBody body)
    {
        if (NotAllowed(by, programme) is { } no) return no;
        var grain = grains.GetGrain<IProgrammeGrain>(programme.Value);
        var (preview, rate) = await Look(by, programme, body);
        var award = new AwardVoucher(command, by, body.AccountId, body.Amount, body.Note.Trim(), rate)
        {
            Activity = body.Activity,
        };
        if (!await grain.Knows(award.Voucher) && !preview.Faults.IsEmpty)
            return Refusal.Of(
                preview.Faults.All(f => f.Pointer.StartsWith("/rules/", StringComparison.Ordinal))
                    ? "notEligible" : "notValid",
                preview.Faults.Length == 1 ? preview.Faults[0].Message
                    : $"Nothing was awarded: {preview.Faults.Length} reasons stand against it.",
                preview.Faults);
        return (await grain.Award(award)).Refusal is { } refusal
            ? Refusal.Of(refusal)
            : (await vouchers.Find(award.Voucher))!;
    }

    private static Refusal? NotAllowed(Actor by, ProgrammeId programme) =>
        by.Has(OrganisationKind.Funder, programme.Value, Role.Officer)
            ? null : Refusal.Of("notAllowed", "Only the programme's officers award vouchers.");

    private async Task<(AwardPreview Preview, decimal? Rate)> Look(Actor by, ProgrammeId programme, AwardBody body)
    {
        var grain = grains.GetGrain<IProgrammeGrain>(programme.Value);
        if (await grain.View() is not { Status: not ProgrammeStatus.Draft } view)
            return (new(body.AccountId, null, body.Amount, body.Amount, [], null,
                [new("/programmeId", "Publish the programme first; a draft awards nothing.")]), null);
        var terms = view.Terms;
        var today = clock.GetCurrentInstant().InZone(DateTimeZoneProviders.Tzdb[terms.TimeZone]).Date;
        var faults = ImmutableArray.CreateBuilder<Fault>();
        var isAmount = body.Amount.Currency == terms.Budget.Currency && body.Amount.IsPositive;
        if (!isAmount)
            faults.Add(new("/amount", $"{terms.Name} awards amounts in {terms.Budget.Currency} above zero."));
        if (body.Note.Length > Limits.TextLength)
            faults.Add(new("/note", $"Write at most {Limits.TextLength} characters."));
        var profile = Id.IsValid(body.AccountId.Value)
            ? (await grains.GetGrain<IAccountGrain>(body.AccountId.Value).View())?.Profile : null;
        if (profile is null) faults.Add(new("/accountId", $"There is no account {body.AccountId}."));
        var stated = profile?.Doing(body.Activity);
        if (profile is not null && stated is null) faults.Add(new("/activity", StatedActivity.UnknownTo(profile)));
        var (rate, rateDay, missing) = await Rate(terms, body, today);
        if (missing is not null) faults.Add(new("/perEuro", missing));
        if (profile is null) return (new(
            body.AccountId, null, body.Amount, view.Free, [], null, faults.ToImmutable()), rate);

        // Without an amount that can be judged, the rules that need none are judged all the same.
        var rules = (await aid.Eligibility(stated ?? profile, terms, isAmount ? body.Amount : null))
            .Where(rule => isAmount || rule.Rule is not ("amount" or "budget" or "aidCeiling")).ToImmutableArray();
        faults.AddRange(rules.Where(rule => !rule.Passed)
            .Select(rule => new Fault($"/rules/{rule.Rule}", $"{rule.Reason} {rule.Remedy}".Trim())));
        var change = isAmount && missing is null
            ? await Change(terms, profile, body.Amount, rate, rateDay, today) : null;
        if (change is { Aid.Fits: false, Instead: null } && rules.All(rule => rule.Rule != "aidCeiling"))
            faults.Add(new("/rules/aidCeiling", change.Value.Aid.Reason));
        if (isAmount && missing is null) faults.AddRange(await Refused(by, grain, body, rate, faults.Count == 0));
        return (new(
            body.AccountId, profile.Name, body.Amount, view.Free, rules, change?.Aid, faults.ToImmutable())
        {
            Instead = change?.Instead,
        }, rate);
    }

    /// <summary>What the programme itself would refuse, where no rule has said so already.</summary>
    private static async Task<IEnumerable<Fault>> Refused(
        Actor by, IProgrammeGrain grain, AwardBody body, decimal? rate, bool isSound) =>
        (await grain.PreviewImport(new ImportAwards(
            new CommandId("preview"), by, "preview", [new(1, body.AccountId, body.Amount, body.Note, rate)])))
            .Where(refusal => isSound || refusal.Code is ProgrammeRefusal.YearBudgetExceeded
                or ProgrammeRefusal.ProgrammeClosed)
            .Select(refusal => new Fault("/amount", refusal.Reason));

    /// <summary>
    /// The rate by which it counts, with its day: the published one, or where there is none what the officer says.
    /// </summary>
    private async Task<(decimal? PerEuro, LocalDate? Day, string? Missing)> Rate(
        ProgrammeTerms terms, AwardBody body, LocalDate today)
    {
        var currency = terms.Budget.Currency;
        if (currency == Currency.Eur || Eligibility.BasisOf(terms) is not { } basis
            || AidCeiling.Of(basis.Act)?.Currency != Currency.Eur) return (null, null, null);
        if (DayRates.Find(await rates.On([currency], today), currency, today) is { } known)
            return (known.PerEuro, known.Day, body.PerEuro is { } given && given != known.PerEuro
                ? $"The published rate is {known.InWords()}. Leave this empty." : null);
        return body.PerEuro > 0
            ? (body.PerEuro, null, null)
            : (null, null, $"Give the ECB's rate of today: how many {currency} one euro is.");
    }

    private async Task<(AidChange Aid, LesserAid? Instead)?> Change(
        ProgrammeTerms terms, AccountProfile profile, Money amount, decimal? rate, LocalDate? rateDay, LocalDate today)
    {
        if (Eligibility.BasisOf(terms) is not { } basis || AidCeiling.Of(basis.Act) is not { } ceiling) return null;
        var adds = amount.Currency == ceiling.Currency ? amount
            : rate is { } perEuro ? EuroRate.Convert(amount, perEuro) : (Money?)null;
        if (adds is not { } counted || counted.Currency != ceiling.Currency) return null;
        var register = grains.GetGrain<IUndertakingGrain>(
            IUndertakingGrain.KeyOf(terms.Country, profile.UndertakingId));
        if (await register.Preview(basis.Act, counted, today) is not { } found) return null;
        var answer = SupportCeiling.Judge(terms, found, amount, rate);
        var grants = answer.Instead?.Euros ?? counted;
        return (new(
            terms.Country, basis.Act, answer.WindowFrom, answer.Sum, grants, answer.Sum + grants, answer.Ceiling,
            answer.Fits, answer.Reason, rate, rateDay), answer.Instead);
    }
}
