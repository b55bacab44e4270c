using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Orleans;

namespace Facilities.Api.Platforms;

/// <summary>What companies are called, for lists of what they booked.</summary>
internal static class AccountNames
{
    public static async Task<IReadOnlyDictionary<AccountId, string>> Of(
        IGrainFactory grains, IEnumerable<AccountId> accounts)
    {
        var ids = accounts.Distinct().ToArray();
        var views = await Task.WhenAll(ids.Select(id => grains.GetGrain<IAccountGrain>(id.Value).View()));
        return ids.Zip(views).ToDictionary(pair => pair.First, pair => pair.Second?.Profile.Name ?? pair.First.Value);
    }
}
