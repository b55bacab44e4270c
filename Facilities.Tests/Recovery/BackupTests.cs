using Dapper;
using Facilities.Silo.Operation;
using Facilities.Silo.Storage;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Recovery;

public sealed class SqliteBackup : BackupTests
{
    protected override Task<StorageOptions> Full() => CatalogueDatabase.Sqlite();

    protected override Task<StorageOptions> Empty() =>
        Task.FromResult(new StorageOptions(
            StorageProvider.Sqlite, $"Data Source={Path.Combine(Folder, "restored.db")}"));

    protected override Task<bool> IsUntouched(StorageOptions storage) =>
        Task.FromResult(Directory.GetFiles(Folder, "restored*").Length == 0);
}

public sealed class PostgresBackup : BackupTests
{
    protected override Task<StorageOptions> Full() => CatalogueDatabase.Postgres();

    protected override async Task<StorageOptions> Empty() =>
        new(StorageProvider.Postgres, await PostgresCluster.NewDatabase());

    protected override async Task<bool> IsUntouched(StorageOptions storage)
    {
        await using var dialect = storage.Open();
        return await dialect.Read(c => c.ExecuteScalarAsync<long>(
            "select count(*) from pg_tables where schemaname = 'public'")) == 0;
    }
}

/// <summary>The commands <c>backup</c> and <c>restore</c>, as an operator gives them.</summary>
public abstract class BackupTests : IDisposable
{
    protected string Folder { get; } = Directory.CreateTempSubdirectory("facilities-backup-").FullName;

    private string Target => Path.Combine(Folder, "backup");

    protected abstract Task<StorageOptions> Full();

    protected abstract Task<StorageOptions> Empty();

    /// <summary>Whether the empty database is as empty as before.</summary>
    protected abstract Task<bool> IsUntouched(StorageOptions storage);

    [Fact]
    public async Task A_backup_taken_while_people_book_is_restored_without_a_fault_and_with_every_earlier_booking()
    {
        using var host = ApiHost.Start(await Full());
        await using var load = await BookingLoad.Start(host);
        await load.Pass(20);
        var before = load.Acknowledged;
        await Succeeds("backup", "--to", Target, host.Storage);
        await load.Pass(1);
        await load.Stop();

        var storage = await Empty();
        Assert.Contains(": no fault.", await Succeeds("restore", "--from", Target, storage), StringComparison.Ordinal);
        await using (var restored = storage.Open())
            await load.IsAllIn(restored, before);

        using var again = ApiHost.Start(storage);
        var sme = await again.As("sme.berlin");
        var booking = before.First(b => b.Value == "held").Key;
        Assert.Contains((await sme.Get($"/bookings/{booking}")).Status, (int[])[200, 404]);
        (await sme.Hold(Wish.Mri("2027-03-01"))).Id();
    }

    [Fact]
    public async Task A_file_that_was_cut_short_changed_or_left_without_checksum_is_refused_and_leaves_nothing()
    {
        await Succeeds("backup", "--to", Target, await Full());
        var whole = await File.ReadAllBytesAsync(Target);
        var sums = await File.ReadAllTextAsync(Target + ".sha256");
        var storage = await Empty();

        await File.WriteAllBytesAsync(Target, whole[..^100]);
        await Refuses("cut short", "restore", "--from", Target, storage);
        var changed = whole.ToArray();
        changed.AsSpan(changed.Length / 3, changed.Length / 3).Clear();
        await File.WriteAllBytesAsync(Target, changed);
        await Refuses("damaged", "restore", "--from", Target, storage);
        File.Delete(Target + ".sha256");
        await Refuses("no checksum", "restore", "--from", Target, storage);
        await Refuses("There is no file", "restore", "--from", Target + "2", storage);
        Assert.True(await IsUntouched(storage), "Something was left behind.");

        // Whoever takes a new checksum of a damaged file is told so by the database.
        await Listed(changed);
        Assert.NotEqual("", await Refuses("", "restore", "--from", Target, storage));
        await Listed([.. "no backup at all"u8]);
        await Refuses("no backup of this program", "restore", "--from", Target, storage);
        Assert.True(await IsUntouched(storage), "Something was left behind.");

        await File.WriteAllBytesAsync(Target, whole);
        await File.WriteAllTextAsync(Target + ".sha256", sums);
        await Succeeds("restore", "--from", Target, storage);
    }

    [Fact]
    public async Task Nothing_that_is_there_is_overwritten()
    {
        var full = await Full();
        await Succeeds("backup", "--to", Target, full);
        var first = await File.ReadAllBytesAsync(Target);
        await Refuses("left as it is", "backup", "--to", Target, full);
        Assert.Equal(first, await File.ReadAllBytesAsync(Target));
        await Refuses("left as it is", "restore", "--from", Target, full);
        Assert.Contains(": no fault.", await Succeeds("verify", "", "", full), StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(Folder).Length);
    }

    [Fact]
    public async Task Only_its_owner_can_read_a_backup_and_other_tools_can_check_it()
    {
        await Succeeds("backup", "--to", Target, await Full());
        foreach (var file in Directory.GetFiles(Folder))
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        using var check = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("sha256sum", ["--check", "--quiet", Target + ".sha256"])
            { WorkingDirectory = Folder })!;
        await check.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, check.ExitCode);
    }

    [Fact]
    public async Task A_database_that_holds_nothing_of_ours_is_not_backed_up()
    {
        var storage = await Empty();
        await Refuses("holds nothing of this program", "backup", "--to", Target, storage);
        Assert.True(await IsUntouched(storage), "Something was left behind.");
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Theory]
    [InlineData("backup")]
    [InlineData("restore")]
    [InlineData("backup", "--to")]
    [InlineData("restore", "--from", "--Storage:Provider=sqlite")]
    public async Task A_command_without_its_file_is_not_understood(params string[] args)
    {
        using var output = new StringWriter();
        Assert.Equal(OperatorCommands.NotUnderstood, await OperatorCommands.Run(args, output, output));
        Assert.Contains("FILE", output.ToString(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private async Task Listed(byte[] content)
    {
        await File.WriteAllBytesAsync(Target, content);
        var sum = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));
        await File.WriteAllTextAsync(Target + ".sha256", $"{sum}  backup\n");
    }

    private static Task<string> Succeeds(string command, string option, string file, StorageOptions storage) =>
        Operator.Succeeds(storage, [command, .. option.Length > 0 ? [option, file] : Array.Empty<string>()]);

    private static async Task<string> Refuses(
        string reason, string command, string option, string file, StorageOptions storage)
    {
        var (code, output) = await Operator.Run(storage, command, option, file);
        Assert.True(code == OperatorCommands.Failed, $"{code}: {output}");
        Assert.Contains(reason, output, StringComparison.Ordinal);
        return output;
    }
}
