using Facilities.Tests.TestKit;

namespace Facilities.Tests.Recovery;

/// <summary>PostgreSQL is brought back to a moment, by its own tools and the script that an operator runs.</summary>
public sealed class PointInTimeTests : IDisposable
{
    private const string Database = "market";
    private readonly string folder = Directory.CreateTempSubdirectory("facilities-moment-").FullName;

    [Fact]
    public async Task A_lost_server_comes_back_as_it_was_at_a_moment()
    {
        await using var server = await ArchivingPostgres.Start();
        var backup = Path.Combine(folder, "catalogue");
        await Operator.Succeeds(await CatalogueDatabase.Postgres(), "backup", "--to", backup);
        var storage = await server.NewDatabase(Database);
        await Operator.Succeeds(storage, "restore", "--from", backup);

        string copy, moment;
        string[] before, after;
        using (var host = ApiHost.Start(storage))
        {
            var sme = await host.As("sme.berlin");
            var early = (await sme.Hold(Wish.Mri("2027-02-01"))).Id();
            copy = await server.Copy("copy");
            before = [early, (await sme.Hold(Wish.Mri("2027-02-02"))).Id()];
            moment = await server.Now();
            after = [(await sme.Hold(Wish.Mri("2027-02-03"))).Id(), (await sme.Hold(Wish.Mri("2027-02-04"))).Id()];
            await server.ArchiveAll();
        }
        await server.Lose();

        await using var restored = await server.Restore(copy, moment);
        var found = restored.Database(Database);
        Assert.Contains(": no fault.", await Operator.Succeeds(found, "verify"), StringComparison.Ordinal);
        using var again = ApiHost.Start(found);
        var client = await again.As("sme.berlin");
        foreach (var booking in before) Assert.Equal("held", (await client.Booking(booking)).Status());
        foreach (var booking in after) Assert.Equal(404, (await client.Get($"/bookings/{booking}")).Status);
        Assert.Equal("held", (await client.Hold(Wish.Mri("2027-02-03"))).Status());
    }

    [Fact]
    public async Task What_would_overwrite_or_be_misread_is_refused()
    {
        await using var server = await ArchivingPostgres.Start();
        var copy = await server.Copy("copy");
        var (archive, data) = (Path.Combine(Path.GetDirectoryName(copy)!, "wal"), copy + "-restored");
        await Refused("is there already", "base", copy);
        await Refused("is there already", "restore", copy, archive, copy, "2027-02-01 09:30:00+01");
        await Refused("names no moment", "restore", copy, archive, data, "2027-02-01 09:30");
        await Refused("no folder", "restore", copy, archive + "2", data, "2027-02-01 09:30:00+01");
        await File.AppendAllTextAsync(
            Path.Combine(copy, "postgresql.conf"), "# changed", TestContext.Current.CancellationToken);
        await Refused("is damaged", "restore", copy, archive, data, "2027-02-01 09:30:00+01");
        Assert.False(Directory.Exists(data));

        var segment = Path.Combine(archive, "000000010000000000000099");
        await File.WriteAllTextAsync(segment, "one server", TestContext.Current.CancellationToken);
        await Refused(
            "something else", "archive", Path.Combine(copy, "postgresql.conf"), Path.GetFileName(segment), archive);
        Assert.Equal("one server", await File.ReadAllTextAsync(segment, TestContext.Current.CancellationToken));

        async Task Refused(string reason, params string[] arguments)
        {
            var (code, output) = await server.TryScript(arguments);
            Assert.True(code == 1, $"{code}: {output}");
            Assert.Contains(reason, output, StringComparison.Ordinal);
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
