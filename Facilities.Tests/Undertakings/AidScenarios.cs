using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Undertakings;
using Facilities.Tests.TestKit;
using NodaTime;
using Orleans;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Undertakings;

/// <summary>What companies declare and funders award, by the real commands.</summary>
internal static class AidScenarios
{
    /// <summary>Signs what other aid a company had; answers what came of it.</summary>
    public static async Task<Reply<AccountRefusal>> Declare(
        IGrainFactory grains, string account, LocalDate today, params ImmutableArray<EarlierAid> entries)
    {
        var grain = grains.GetGrain<IAccountGrain>(account);
        var view = (await grain.View())!;
        var draft = OtherAidDeclaration.Draft(view.Profile, view.Declared.MembersOf(view.Profile), entries, today);
        var signer = People.Of($"p-{account}", OrganisationKind.Sme, account, Role.Signatory);
        return await grain.DeclareOtherAid(new DeclareOtherAid(
            new(Guid.NewGuid().ToString("N")), signer, entries, signer.Name, draft.TextHash));
    }

    /// <summary>A grant by an authority elsewhere.</summary>
    public static EarlierAid Aid(decimal amount, LocalDate granted, string country = "DE") =>
        new(granted, Money.Of(amount, Currency.Eur), AidBasis.DeMinimis, "An authority", country);

    /// <summary>A programme that awards up to 300,000 at once.</summary>
    public static async Task Publish(IGrainFactory grains, string id, string country = "DE") =>
        Assert.True((await grains.GetGrain<IProgrammeGrain>(id).Publish(new PublishProgramme(
            new($"publish-{id}"), Actor.System, BerlinAbroad with
            {
                Id = new(id),
                Country = country,
                Budget = Money.Of(2_000_000, Currency.Eur),
                CapPerVoucher = Money.Of(300_000, Currency.Eur),
            }))).Accepted);

    /// <summary>Awards a voucher; null where it was awarded, else why not.</summary>
    public static async Task<ProgrammeRefusal?> Award(
        IGrainFactory grains, string programme, string account, decimal amount) =>
        (await grains.GetGrain<IProgrammeGrain>(programme).Award(new AwardVoucher(
            new(Guid.NewGuid().ToString("N")), Officer(programme), new(account), Money.Of(amount, Currency.Eur),
            "Worked case"))).Refusal?.Code;

    public static Actor Officer(string programme) =>
        People.Officer with { Memberships = [new(programme, programme, OrganisationKind.Funder, [Role.Officer])] };
}
