using System.Collections.Immutable;
using Dapper;
using Facilities.Grains.Kernel;
using Facilities.Silo.Storage;

namespace Facilities.Silo.Platforms;

/// <summary>Where an account waits; what it waits for is read from the platforms themselves.</summary>
public sealed class WaitlistLists(IDatabase database)
{
    public async Task<ImmutableArray<PlatformId>> PlatformsOf(AccountId account) =>
        [.. (await database.Read(connection => connection.QueryAsync<string>(
            "select distinct platform_id from waitlist where account_id = @account order by platform_id",
            new { account = account.Value }))).Select(id => new PlatformId(id))];

    /// <summary>The platform at which somebody waits; null where nobody does under this id.</summary>
    public async Task<PlatformId?> PlatformOf(WaitlistEntryId entry) =>
        await database.Read(connection => connection.QuerySingleOrDefaultAsync<string>(
            "select platform_id from waitlist where key = @key", new { key = entry.Value })) is { } id
            ? new PlatformId(id)
            : null;
}
