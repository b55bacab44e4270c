using System.Text.Json;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using Facilities.Grains.Undertakings;
using Facilities.Silo.Demonstration;
using Facilities.Silo.MoneyProofs;
using Facilities.Silo.Storage;
using Facilities.Silo.Verification;
using Facilities.Tests.TestKit;
using NodaTime;
using Orleans;
using static Facilities.Tests.Undertakings.AidScenarios;

namespace Facilities.Tests.Undertakings;

/// <summary>
/// Two undertakings become one in some seventy appends. Each process that takes it up dies at its next one, first
/// with nothing stored, then with that one stored, until nothing is left to do.
/// </summary>
public sealed class UnionCrashTests
{
    private const string Spree = "spree-diagnostics", Havel = "havel-biologics";

    private static readonly LocalDate Today = CatalogueDatabase.Opening.InUtc().Date;
    private static readonly UniteUndertakings Union = new(
        new("unite"), DemonstrationPeople.ActorOf("marketplace"), new(Spree), Spree, "A merger");

    [Fact]
    public async Task Killed_at_every_step_a_union_ends_as_one_that_nothing_disturbed()
    {
        var (smooth, clock) = (await Declared(), new FakeClock(CatalogueDatabase.Opening));
        await using (var host = await GrainProcess.Start(smooth, clock))
            Assert.True((await Account(host, Havel).Unite(Union)).Accepted);

        var rough = await Declared();
        var (deaths, asked) = (0, true);
        for (var isStored = false; ; isStored = !isStored)
        {
            DyingStore? store = null;
            await using var host = await GrainProcess.Start(
                rough, clock, inner => store = new DyingStore(inner, lastAppend: 1, isStored));
            // Whoever asked does so until it is accepted; from then on time alone takes it further.
            if (asked) await Try(() => Account(host, Havel).Unite(Union));
            asked &= !(isStored && store?.Appends > 0);
            await Try(host.RunDueWork);
            if (store is null or { Appends: 0 }) break;
            deaths++;
            clock.Advance(Limits.Resume + Duration.FromSeconds(1));
            Assert.True(deaths < 500, "It never comes to an end.");
        }
        Assert.True(deaths > 2 * GrantingCountries.All.Length, $"only {deaths} deaths");
        Assert.Equal(await Told(smooth), await Told(rough));
        using var output = new StringWriter();
        var faults = await new Verifier(rough.Open(), SystemClock.Instance, TimeProvider.System).Check(output);
        Assert.True(faults.Count == 0, output.ToString());
    }

    private static async Task<StorageOptions> Declared()
    {
        var storage = await CatalogueDatabase.Sqlite();
        await using var host = await GrainHost.Start(storage, CatalogueDatabase.Opening);
        Assert.True((await Declare(host.Grains, Spree, Today, Aid(20_000, Today.PlusYears(-1)))).Accepted);
        Assert.True((await Declare(host.Grains, Havel, Today, Aid(5_000, Today, "FR"))).Accepted);
        return storage;
    }

    /// <summary>All that the registers and accounts say of the two.</summary>
    private static async Task<string> Told(StorageOptions storage)
    {
        await using var host = await GrainHost.Start(storage, CatalogueDatabase.Opening);
        var told = new List<string>();
        foreach (var name in new[] { Spree, Havel })
        {
            var view = (await host.Grains.GetGrain<IAccountGrain>(name).View())!;
            told.Add($"{name} {view.Profile.UndertakingId} {view.Declared.IsOpen} {view.Declared.Union}");
            foreach (var country in GrantingCountries.All)
            {
                var register = host.Grains.GetGrain<IUndertakingGrain>(IUndertakingGrain.KeyOf(country, name));
                told.Add($"{country}/{name} {await register.ClosedInto()} {string.Join(' ', await register.Joined())} "
                    + JsonSerializer.Serialize(await register.Entries(), Json.Options));
            }
        }
        Assert.Contains($"{Spree} {Havel} False ", told);
        Assert.Contains(told, line => line.StartsWith($"FR/{Havel}  {Spree} [{{", StringComparison.Ordinal));
        return string.Join('\n', told);
    }

    private static IAccountGrain Account(GrainProcess host, string account) =>
        host.Service<IGrainFactory>().GetGrain<IAccountGrain>(account);

    private static async Task Try(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (StorageUnavailableException)
        {
            // It died.
        }
    }
}
