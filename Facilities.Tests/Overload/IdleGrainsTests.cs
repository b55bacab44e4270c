#if !ORLEANS
using Facilities.Grains.Accounts;
using Facilities.Silo.Hosting;
using Facilities.Tests.Hosting;
using Facilities.Tests.StorageContract;
using Facilities.Tests.TestKit;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Orleans;

namespace Facilities.Tests.Overload;

/// <summary>Memory follows what is in use, not what was ever asked for.</summary>
public sealed class IdleGrainsTests(SqliteFixture database) : IClassFixture<SqliteFixture>
{
    [Fact]
    public async Task A_grain_that_nobody_calls_leaves_memory_and_sooner_where_there_are_many()
    {
        var clock = new FakeClock(CatalogueDatabase.Opening);
        using var host = await GrainHostTests.Start(
            database.Options, services => services.AddSingleton<IClock>(clock));
        var grains = host.Services.GetRequiredService<LocalGrains>();
        foreach (var key in (string[])["a", "b", "c"])
            await host.Services.GetRequiredService<IGrainFactory>().GetGrain<IAccountGrain>(key).View();
        clock.Advance(Duration.FromMinutes(2));
        await grains.Collect(IdleGrains.KeptFor(grains.Count));
        Assert.Equal(3, grains.Count);
        await grains.Collect(IdleGrains.KeptFor(50_000));
        Assert.Equal(0, grains.Count);
    }
}
#endif
