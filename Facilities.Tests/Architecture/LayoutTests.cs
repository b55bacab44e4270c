using Facilities.Tests.TestKit;

namespace Facilities.Tests.Architecture;

/// <summary>Where files lie and how large they are.</summary>
public sealed class LayoutTests
{
    private const int LinesMax = 300;
    private const int ColumnsMax = 120;

    private static IEnumerable<SourceFile> Code => Repository.Sources("Facilities.", ".cs", ".razor", ".sql");

    [Fact]
    public void No_file_is_longer_than_300_lines() => Assert.Empty(Walls.TooLong(Code, LinesMax));

    [Fact]
    public void No_line_is_wider_than_120_columns() => Assert.Empty(Walls.TooWide(Code, ColumnsMax));

    [Fact]
    public void No_file_lies_deeper_than_project_and_feature() => Assert.Empty(Walls.TooDeep(Repository.Files()));

    [Fact]
    public void Nothing_else_stands_at_the_top() => Assert.Empty(Walls.OutOfPlace(Repository.Files()));

    [Fact]
    public void What_is_out_of_shape_is_found()
    {
        var wide = new SourceFile("a.cs", new string('x', ColumnsMax) + "\n" + new string('x', ColumnsMax + 1) + "\n");
        Assert.Equal(["a.cs(2): 121 columns"], Walls.TooWide([wide], ColumnsMax));
        Assert.Empty(Walls.TooLong([new("b.cs", string.Concat(Enumerable.Repeat("x\n", LinesMax)))], LinesMax));
        Assert.Single(Walls.TooLong([new("b.cs", string.Concat(Enumerable.Repeat("x\n", LinesMax + 1)))], LinesMax));
        Assert.Equal(["Facilities.Api/Bookings/Models/Booking.cs"], Walls.TooDeep(
        [
            "Facilities.Api/Bookings/Models/Booking.cs", "Facilities.Api/Bookings/Booking.cs",
            "Facilities.Silo/Storage/Migrations/Sqlite/0001_event_store.sql", "Facilities.Api/wwwroot/fonts/a/b.woff2",
        ]));
        Assert.Equal(["docs", "Facilities.Common"], Walls.OutOfPlace(
            ["docs/a.md", "Facilities.Common/A.cs", "Facilities.Api/A.cs", "README.md", ".ci/run",
                "Directory.Build.props"]));
    }
}
