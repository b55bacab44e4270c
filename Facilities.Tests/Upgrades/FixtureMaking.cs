using System.IO.Compression;
using System.Text.Json.Nodes;
using Facilities.Silo.Demonstration;
using Facilities.Silo.Storage;
using Facilities.Tests.Recovery;
using Facilities.Tests.TestKit;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Facilities.Tests.Upgrades;

/// <summary>
/// Makes the database that a release leaves to its successors: the demonstration with its months of bookings in every
/// state, one booking that waits to be carried on, and a platform with more events than one snapshot apart.
/// </summary>
internal static class FixtureMaking
{
    private const int HeldAndReleased = 38;

    /// <summary>When the fixtures stand still.</summary>
    public static readonly Instant At = CatalogueDatabase.Opening;

    /// <summary>The slot of the booking that is on its way.</summary>
    public static readonly Wish InFlight = Wish.Mri("2027-02-01");

    public static async Task Make(string version)
    {
        await File.WriteAllTextAsync(Fixtures.MigrationsOf(version), MigrationTests.Sums());
        var scratch = Directory.CreateTempSubdirectory("facilities-fixture-").FullName;
        await Make(Fixtures.Of(version, StorageProvider.Sqlite),
            new(StorageProvider.Sqlite, $"Data Source={Path.Combine(scratch, "made.db")}"), scratch);
        await Make(Fixtures.Of(version, StorageProvider.Postgres),
            new(StorageProvider.Postgres, await PostgresCluster.NewDatabase()), scratch);
        Directory.Delete(scratch, recursive: true);
    }

    private static async Task Make(string target, StorageOptions storage, string scratch)
    {
        await using (var services = DemonstrationDatabase.Services(storage, new FakeClock(At)))
        {
            await Migrator.Run(services.GetRequiredService<IDialect>());
            Assert.Equal(DemonstrationOutcome.Loaded, await DemonstrationLoader.EnsureLoaded(services));
        }
        using (var host = ApiHost.Start(storage)) await GoOn(host);
        var backup = Path.Combine(scratch, storage.Provider.ToString());
        await Operator.Succeeds(storage, "backup", "--to", backup);
        await using var compressed = new BrotliStream(File.Create(target), CompressionLevel.SmallestSize);
        await using var made = File.OpenRead(backup);
        await made.CopyToAsync(compressed);
    }

    private static async Task GoOn(ApiHost host)
    {
        var sme = await host.As("sme.berlin");
        (await sme.Hold(InFlight)).Id();
        (await sme.Confirm(await sme.Hold(Wish.Mri("2027-02-02")))).Id();
        foreach (var turn in Enumerable.Range(0, HeldAndReleased))
        {
            var wish = Wish.Mri("2027-02-03", turn % 2 == 0 ? "08:00" : "12:30");
            JsonNode quote = (await sme.Quote(wish, vouchers: "none")).Expect(201);
            var held = (await sme.Book(quote, key: turn < 2 ? $"fixture-{turn}" : null)).Expect(201);
            (await sme.Post($"/bookings/{held.Id()}/cancellation", new { reason = "It fills the log" })).Expect(200);
        }
    }
}
