using Facilities.Grains.Kernel;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Architecture;

/// <summary>What each project may touch. Each wall stands beside a sample that breaks it.</summary>
public sealed class WallTests
{
    private const string Ambient =
        @"\bDateTime(Offset)?\.(Utc)?(Now|Today)\b|\bSystemClock\b|\bTimeProvider\.System\b|\bStopwatch\b"
        + @"|\bGuid\.(NewGuid|CreateVersion7)\b|\bnew Random\b|\bRandom\.|\bRandomNumberGenerator\b"
        + @"|(?<![.\w])(File|Directory|Environment|Console|Process|Thread)\.\w|\bHttpClient\b";

    private const string Drivers = @"\b(Npgsql|Dapper|Microsoft\.Data\.Sqlite|SQLitePCL|EntityFrameworkCore)\b";

    private static readonly string[] DriverAssemblies =
        ["Npgsql", "Dapper", "Microsoft.Data.Sqlite", "SQLitePCL", "Microsoft.EntityFrameworkCore",
            "System.Data.Common"];

    private static readonly string[] PageAssemblies =
        ["Microsoft.AspNetCore.Mvc", "Microsoft.AspNetCore.Razor", "Microsoft.AspNetCore.Components"];

    private static readonly SourceFile Sample = new("Facilities.Grains/Bookings/Sample.cs", """
        // DateTime.UtcNow in a comment is none.
        var now = DateTime.UtcNow;
        var text = File.ReadAllText("x");
        using Npgsql;
        """);

    private static IEnumerable<string> UsedBy(System.Reflection.Assembly assembly) =>
        assembly.GetReferencedAssemblies().Select(name => name.Name!);

    [Fact]
    public void The_rules_use_no_web_no_driver_no_files_and_no_network() => Assert.Empty(Walls.Forbidden(
        UsedBy(typeof(Money).Assembly),
        [.. DriverAssemblies, "Microsoft.AspNetCore", "Microsoft.Extensions.Hosting", "System.Net", "System.IO.File",
            "System.Console", "System.Diagnostics.Process", "Facilities.Silo", "Facilities.Api"]));

    [Fact]
    public void The_rules_ask_nothing_ambient() =>
        Assert.Empty(Walls.Mentions(Repository.Sources("Facilities.Grains/", ".cs"), Ambient));

    [Fact]
    public void The_machinery_knows_no_pages_and_no_doors()
    {
        Assert.Empty(Walls.Forbidden(
            UsedBy(typeof(Silo.Storage.EventStore).Assembly), [.. PageAssemblies, "Facilities.Api"]));
        Assert.Empty(Repository.Sources("Facilities.Silo/", ".razor", ".cshtml"));
    }

    [Fact]
    public void The_doors_know_no_database_driver()
    {
        Assert.Empty(Walls.Forbidden(UsedBy(typeof(Facilities.Api.Doors).Assembly), DriverAssemblies));
        Assert.Empty(Walls.Mentions(Repository.Sources("Facilities.Api/", ".cs", ".razor", ".csproj"), Drivers));
    }

    [Fact]
    public void Each_wall_is_seen_to_break()
    {
        Assert.Equal(["Npgsql.Internal"], Walls.Forbidden(["Npgsql.Internal", "System.Runtime"], DriverAssemblies));
        Assert.Equal(["Microsoft.AspNetCore.Mvc.Core"],
            Walls.Forbidden(["Microsoft.AspNetCore.Mvc.Core", "Microsoft.AspNetCore.Http"], PageAssemblies));
        Assert.Equal([2, 3], Numbers(Walls.Mentions([Sample], Ambient)));
        Assert.Equal([4], Numbers(Walls.Mentions([Sample], Drivers)));
    }

    [Theory]
    [InlineData("Guid.NewGuid()")]
    [InlineData("Random.Shared.Next()")]
    [InlineData("Environment.GetEnvironmentVariable(name)")]
    [InlineData("SystemClock.Instance.GetCurrentInstant()")]
    [InlineData("TimeProvider.System.GetUtcNow()")]
    [InlineData("DateTimeOffset.Now")]
    public void Every_ambient_thing_is_found(string code) =>
        Assert.Single(Walls.Mentions([Sample with { Text = $"var it = {code};" }], Ambient));

    private static IEnumerable<int> Numbers(IEnumerable<string> found) => found.Select(line =>
        int.Parse(line[(line.IndexOf('(', StringComparison.Ordinal) + 1)..line.IndexOf(')', StringComparison.Ordinal)],
            System.Globalization.CultureInfo.InvariantCulture));
}
