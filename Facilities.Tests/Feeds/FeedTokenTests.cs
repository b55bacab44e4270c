using Facilities.Grains.Feeds;
using Facilities.Grains.Kernel;
using Facilities.Grains.Services;
using Facilities.Silo.Feeds;
using Facilities.Silo.Storage;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Feeds;

/// <inheritdoc/>
public sealed class SqliteFeedTokenTests : FeedTokenTests
{
    protected override Task<StorageOptions> Database() => CatalogueDatabase.Sqlite();
}

/// <inheritdoc/>
public sealed class PostgresFeedTokenTests : FeedTokenTests
{
    protected override Task<StorageOptions> Database() => CatalogueDatabase.Postgres();
}

/// <summary>The addresses of feeds, alike on each database.</summary>
public abstract class FeedTokenTests
{
    protected abstract Task<StorageOptions> Database();

    [Fact]
    public async Task I9_an_address_is_kept_as_a_hash_made_once_listed_for_those_who_answer_for_it_and_revoked()
    {
        await using var host = ApiHost.Start(await Database());
        var (tokens, clock) = (host.Service<FeedTokens>(), host.Clock);
        var people = host.Service<Facilities.Silo.Identity.People>();
        var imaging = (await people.FindByEmail("manager.biopmed-imaging@example.org"))!.Actor;
        var spree = (await people.FindByEmail("sme.berlin@example.org"))!.Actor;
        var platform = new FeedScope.Platform(new("biopmed-imaging"));
        var made = (await tokens.Make("one", imaging, "Door", platform, FeedAudience.Busy))!;
        Assert.Null(await tokens.Make("one", imaging, "Door", platform, FeedAudience.Busy));
        clock.Advance(Duration.FromMinutes(1));
        var second = (await tokens.Make("two", imaging, "MRI",
            new FeedScope.Resource(platform.Id, new("mri-7t")), FeedAudience.Full))!;
        await tokens.Make("three", spree, "Own", platform, FeedAudience.Own);

        Assert.Equal(made.Token with { PersonName = "" }, await tokens.Find(made.Secret));
        Assert.Null(await tokens.Find(second.Secret + "x"));
        Assert.Null(await tokens.Find(await host.Service<IDialect>().Read(connection =>
            Dapper.SqlMapper.ExecuteScalarAsync<string>(
                connection, "select secret_hash from feed_tokens where id = 'one'")) ?? ""));
        Assert.Equal(["one", "two"], (await tokens.List(imaging)).Select(t => t.Id));
        Assert.Equal(["three"], (await tokens.List(spree)).Select(t => t.Id));
        Assert.Equal(2, await tokens.Count(imaging.Person));

        await tokens.Used(made.Token);
        Assert.Equal(clock.GetCurrentInstant().InUtc().Date, (await tokens.Find(made.Secret))!.LastUsedOn);
        Assert.False(await tokens.Revoke(spree, "one"));
        Assert.True(await tokens.Revoke(imaging, "one"));
        Assert.False(await tokens.Revoke(imaging, "one"));
        Assert.Null(await tokens.Find(made.Secret));
        Assert.Equal(["two"], (await tokens.List(imaging)).Select(t => t.Id));
    }
}
