using System.Collections.Immutable;
using System.Text.Json;
using Facilities.Grains.Accounts;
using Facilities.Grains.Clusters;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Programmes;
using Facilities.Grains.Undertakings;
using NodaTime;
using Orleans;

namespace Facilities.Silo.Demonstration;

/// <summary>
/// Brings clusters, platforms, accounts and programmes in by the same commands that people send. Their ids derive from
/// what they bring in, so that a repeat changes nothing.
/// </summary>
public sealed class CatalogueLoading(IGrainFactory grains)
{
    private static readonly AccountId UntouchedByHistory = new("spree-diagnostics");

    private const decimal ForintsPerEuro = 395.10m;

    /// <summary>Somebody has still to declare their size, so that it can be tried.</summary>
    private static readonly AccountId UndeclaredSize = new("havel-biologics");

    private readonly CatalogueFile catalogue = DemonstrationFiles.Catalogue;
    private readonly OrganisationsFile organisations = DemonstrationFiles.Organisations;

    private static Actor Operator => DemonstrationPeople.ActorOf("marketplace");

    public async Task Load(Instant now)
    {
        await Task.WhenAll(catalogue.Clusters.Select(LoadCluster));
        await Task.WhenAll(
        [
            .. catalogue.Platforms.Select(LoadPlatform),
            .. organisations.Accounts.Select(account => LoadAccount(account, now)),
            .. organisations.Programmes.Select(LoadProgramme),
        ]);
        await Task.WhenAll(organisations.Vouchers.Where(v => v.AccountId != UntouchedByHistory).Select(Award));
    }

    /// <summary>The voucher that newcomers try the main job with: valid from the day of loading on.</summary>
    public Task AwardForNewcomers() =>
        Task.WhenAll(organisations.Vouchers.Where(v => v.AccountId == UntouchedByHistory).Select(Award));

    private async Task LoadCluster(ClusterProfile profile)
    {
        var grain = grains.GetGrain<IClusterGrain>(profile.Id.Value);
        Ensure.Done(await grain.Register(new RegisterCluster(
            Id($"cluster-{profile.Id}"), Operator, profile,
            organisations.ClusterBudgets.FirstOrDefault(b => b.ClusterId == profile.Id)?.Amount)));
        var manager = DemonstrationPeople.ActorOf(profile.Id.Value);
        foreach (var agreement in catalogue.Agreements.Where(a => a.Parties[0] == profile.Id))
            Ensure.Done(await grain.SignAgreement(new SignAgreement(
                Id($"agreement-{agreement.Id}"), manager, agreement.ToAgreement())));
        foreach (var platform in catalogue.Platforms.Where(p => p.ClusterId == profile.Id))
            Ensure.Done(await grain.SelectPlatform(new SelectPlatform(
                Id($"select-{platform.Id}"), manager, platform.Id,
                platform.Selection.Where(s => s.Value.ValueKind == JsonValueKind.Number)
                    .ToImmutableSortedDictionary(s => s.Key, s => s.Value.GetInt32()),
                platform.Selection["note"].GetString()!)));
    }

    private async Task LoadPlatform(CatalogueFile.WrittenPlatform platform)
    {
        var grain = grains.GetGrain<IPlatformGrain>(platform.Id.Value);
        var provider = organisations.Providers.First(p => p.PlatformId == platform.Id);
        Ensure.Done(await grain.Register(new RegisterPlatform(
            Id($"platform-{platform.Id}"), DemonstrationPeople.ActorOf(platform.ClusterId.Value),
            platform.ToProfile(provider.ToProvider()),
            [.. platform.Resources.Select(r => r.ToResource())],
            [.. platform.Services.Select(s => s.ToService(platform.Currency))])));
        var manager = DemonstrationPeople.ActorOf(platform.Id.Value);
        if (provider.StandingOffer)
            Ensure.Done(await grain.SignStandingOffer(new SignStandingOffer(
                Id($"offer-{platform.Id}"), manager, manager.Name)));
    }

    private async Task LoadAccount(OrganisationsFile.WrittenAccount account, Instant now)
    {
        Ensure.Done(await grains.GetGrain<IAccountGrain>(account.Id.Value).Register(
            new RegisterAccount(Id($"account-{account.Id}"), Operator, account.ToProfile(now))));
        if (account.Id != UndeclaredSize) await DeclareSize(account.ToProfile(now), now);
        await DeclareOtherAid(account, now);
    }

    private async Task DeclareOtherAid(OrganisationsFile.WrittenAccount account, Instant now)
    {
        var (grain, signer) = (
            grains.GetGrain<IAccountGrain>(account.Id.Value), DemonstrationPeople.ActorOf(account.Id.Value));
        ImmutableArray<EarlierAid> entries =
        [
            .. account.EarlierAid.Select(aid =>
                new EarlierAid(aid.Granted, aid.Amount, AidBasis.DeMinimis, aid.Authority, aid.Country)),
        ];
        var view = (await grain.View())!;
        var draft = OtherAidDeclaration.Draft(
            view.Profile, view.Declared.MembersOf(view.Profile), entries, now.InUtc().Date);
        Ensure.Done(await grain.DeclareOtherAid(new DeclareOtherAid(
            Id($"other-aid-{account.Id}"), signer, entries, signer.Name, draft.TextHash)));
    }

    private async Task DeclareSize(AccountProfile account, Instant now)
    {
        var (signer, today) = (DemonstrationPeople.ActorOf(account.Id.Value), now.InUtc().Date);
        var blank = SizeDeclaration.Blank(account, today);
        var own = blank.Enterprises[0];
        var rate = account.Turnover.Currency == Currency.Huf ? ForintsPerEuro : 1;
        var draft = SizeDeclaration.Draft(
            account,
            blank with { Enterprises = [own with { Periods = [own.Periods[0] with { PerEuro = rate }] }] }, today);
        Ensure.Done(await grains.GetGrain<IAccountGrain>(account.Id.Value).DeclareSize(new DeclareSize(
            Id($"size-{account.Id}"), signer, draft.Ownership, signer.Name, draft.TextHash)));
    }

    private async Task LoadProgramme(OrganisationsFile.WrittenProgramme programme) =>
        Ensure.Done(await grains.GetGrain<IProgrammeGrain>(programme.Id.Value).Publish(
            new PublishProgramme(Id($"programme-{programme.Id}"), Operator, programme.ToTerms())));

    private async Task Award(OrganisationsFile.WrittenVoucher voucher) =>
        Ensure.Done(await grains.GetGrain<IProgrammeGrain>(voucher.ProgrammeId.Value).Award(new AwardVoucher(
            Id($"award-{voucher.AccountId}"), DemonstrationPeople.ActorOf(voucher.ProgrammeId.Value), voucher.AccountId,
            voucher.Amount, "Demonstration")));

    private static CommandId Id(string what) => new($"demo-{what}");
}

/// <summary>The demonstration only asks for what must be granted.</summary>
internal static class Ensure
{
    public static void Done<TRefusal>(Reply<TRefusal> reply) where TRefusal : struct, Enum
    {
        if (reply.Refusal is { } refusal)
            throw new InvalidOperationException($"The demonstration was refused: {refusal.Code}, {refusal.Reason}");
    }

    public static T Done<T>(Answer<T> answer) where T : class => answer.Value
        ?? throw new InvalidOperationException(
            $"The demonstration was refused: {answer.Refusal!.Name}, {answer.Refusal.Reason}");
}
