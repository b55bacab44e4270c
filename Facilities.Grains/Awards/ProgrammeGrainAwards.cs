using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Applications;
using Facilities.Grains.Kernel;
using Facilities.Grains.Undertakings;

namespace Facilities.Grains.Programmes;

public sealed partial class ProgrammeGrain
{
    /// <summary>Asked of the store where this process does not know the programme, or the application, yet.</summary>
    private async Task<bool> IsOfficer(Command command) =>
        (Durable.Terms is null ? await Read(state => state) : Durable) is { Terms: not null } state
        && ProgrammeDecisions.IsOfficer(state, command);

    private async Task<AccountId?> AccountOf(ApplicationKey application) =>
        (Durable.Applications.Items.GetValueOrDefault(application.Value)
            ?? await Read(state => state.Applications.Items.GetValueOrDefault(application.Value)))?.Account;

    /// <summary>What the account and the registers of undertakings say of an SME; null where there is none.</summary>
    private async Task<Beneficiary?> BeneficiaryOf(AccountId account)
    {
        if (await GrainFactory.GetGrain<IAccountGrain>(account.Value).View() is not { } view) return null;
        var (name, undertaking) = (view.Profile.Name, view.Profile.UndertakingId);
        var isLimited = Durable.Terms?.EffectiveRules is { PerGroup: not null } or { PerGroupAndYear: not null };
        var (root, group) = isLimited ? await GroupOf(undertaking) : (undertaking, [undertaking]);
        return new(name, root, group.Add(account.Value), view.Declared.OtherAid)
        {
            Activities = [view.Profile.Nace, .. (view.Profile.Further ?? []).Select(activity => activity.Nace)],
        };
    }

    private async Task<ImmutableSortedDictionary<string, Beneficiary>> BeneficiariesOf(IEnumerable<AccountId> accounts)
    {
        var found = ImmutableSortedDictionary.CreateBuilder<string, Beneficiary>(StringComparer.Ordinal);
        foreach (var some in accounts.Distinct().Chunk(Limits.AwardsAtOnce))
            foreach (var (account, known) in await Task.WhenAll(
                some.Select(async account => (account, await BeneficiaryOf(account)))))
                if (known is not null) found[account.Value] = known;
        return found.ToImmutable();
    }

    /// <summary>The undertaking that one became part of, and all that became part of that.</summary>
    private async Task<(string Root, ImmutableSortedSet<string> Group)> GroupOf(string undertaking)
    {
        // A union closes the registers of every country that is counted; any of them tells of it.
        var country = GrantingCountries.All.Contains(Durable.Terms!.Country)
            ? Durable.Terms.Country : GrantingCountries.All[0];
        IUndertakingGrain Register(string name) =>
            GrainFactory.GetGrain<IUndertakingGrain>(IUndertakingGrain.KeyOf(country, name));

        var group = ImmutableSortedSet.CreateBuilder<string>(StringComparer.Ordinal);
        var root = undertaking;
        for (var hops = 0; hops < Limits.UndertakingHops; hops++)
        {
            if (await Register(root).ClosedInto() is not { } into) break;
            group.Add(root);
            root = into;
        }
        var open = new Queue<string>([root, .. group]);
        group.Clear();
        while (open.TryDequeue(out var next))
            if (group.Add(next))
                foreach (var joined in await Register(next).Joined()) open.Enqueue(joined);
        return (root, group.ToImmutable());
    }
}
