using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;

namespace Facilities.Api.Programmes;

/// <summary>The names of companies and facilities as an officer knows them.</summary>
public sealed record PartyNames(
    ImmutableDictionary<AccountId, string> Accounts, ImmutableDictionary<PlatformId, string> Platforms)
{
    public static readonly PartyNames None = new(
        ImmutableDictionary<AccountId, string>.Empty, ImmutableDictionary<PlatformId, string>.Empty);

    public static PartyNames Of(IEnumerable<AccountProfile> accounts, IEnumerable<PlatformView> platforms) => new(
        accounts.ToImmutableDictionary(a => a.Id, a => a.Name),
        platforms.ToImmutableDictionary(p => p.Profile.Id, p => $"{p.Profile.Name}, {p.Profile.City}"));

    public string Of(AccountId account) => Accounts.GetValueOrDefault(account, account.Value);

    public string Of(IEnumerable<PlatformId> platforms) =>
        Words.List([.. platforms.Select(p => Platforms.GetValueOrDefault(p, p.Value))]);
}
