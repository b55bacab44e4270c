using System.Diagnostics;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Tests.TestKit;
using Facilities.Tests.Undertakings;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Applications;

/// <summary>
/// Ten thousand awards against one programme settle in seconds, and the last cost no more than the first.
/// </summary>
public sealed class ManyAwardsTests(ITestOutputHelper output)
{
    private const int Awards = 10_000;
    private const int Accounts = 500;
    private const int AtOnce = 2_500;

    [Fact]
    public async Task Ten_thousand_awards_of_one_programme_settle_in_seconds()
    {
        await using var host = await GrainHost.Start(await CatalogueDatabase.Sqlite(), CatalogueDatabase.Opening);
        var programme = host.Grains.GetGrain<IProgrammeGrain>("many");
        var terms = BerlinAbroad with { Id = new("many"), Budget = Eur(1_000_000), CapPerVoucher = Eur(100) };
        Assert.True((await programme.Publish(new(new("publish-many"), Actor.System, terms))).Accepted);
        await Task.WhenAll(Enumerable.Range(0, Accounts).Select(async i =>
        {
            Assert.True((await host.Grains.GetGrain<IAccountGrain>($"many-{i}").Register(new(
                new($"register-{i}"), Actor.System, Spree with { Id = new($"many-{i}"), Name = $"Company {i}" })))
                .Accepted);
            Assert.True((await AidScenarios.Declare(
                host.Grains, $"many-{i}", CatalogueDatabase.Opening.InUtc().Date)).Accepted);
        }));
        var officer = People.Of("p-many", OrganisationKind.Funder, "many", Role.Officer);
        var parts = new List<TimeSpan>();
        var watch = Stopwatch.StartNew();
        foreach (var some in Enumerable.Range(0, Awards + 100).Chunk(AtOnce))
        {
            var before = watch.Elapsed;
            var replies = await Task.WhenAll(some.Select(i => programme.Award(
                new(new($"many-{i}"), officer, new($"many-{i % Accounts}"), Eur(100), ""))));
            // The budget suffices for ten thousand and not for one more.
            Assert.All(replies.Where(r => !r.Accepted), r =>
                Assert.Equal(ProgrammeRefusal.BudgetExceeded, r.Refusal!.Code));
            if (some.Length == AtOnce) parts.Add(watch.Elapsed - before);
        }
        Assert.True((await programme.Free())!.Value.IsZero);
        output.WriteLine($"{Awards} awards in {watch.Elapsed.TotalSeconds:0.0} s: "
            + string.Join(", ", parts.Select(p => $"{p.TotalSeconds:0.0} s")));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(180), $"took {watch.Elapsed}");
        Assert.True(parts[^1] < (5 * parts[0]) + TimeSpan.FromSeconds(5), $"{parts[0]} at first, {parts[^1]} at last");
        var wallet = await host.Grains.GetGrain<IAccountGrain>("many-7").View();
        Assert.Equal(Awards / Accounts, wallet!.Vouchers.Length);
    }
}
