using System.Text;
using Facilities.Grains.Kernel;
using Facilities.Grains.Tables;
using NodaTime;

namespace Facilities.Tests.Kernel;

public sealed class CsvTests
{
    [Fact]
    public void A_table_opens_right_in_a_spreadsheet()
    {
        var file = Csv.File(["name", "amount"], [["Ångström, \"Lab\"", "-12.50"], [null, "2\n3"]]);
        Assert.Equal(Encoding.UTF8.Preamble.ToArray(), file[..3]);
        Assert.Equal(
            "name,amount\r\n\"Ångström, \"\"Lab\"\"\",-12.50\r\n,\"2\n3\"\r\n", Encoding.UTF8.GetString(file[3..]));
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("+49 30 1", "'+49 30 1")]
    [InlineData("+1", "'+1")]
    [InlineData("-2+3", "'-2+3")]
    [InlineData("-2.5", "-2.5")]
    [InlineData("2027-01-01", "2027-01-01")]
    public void What_a_spreadsheet_would_run_is_marked_as_text(string cell, string written)
    {
        var text = Csv.Text(["a"], [[cell]]);
        Assert.Equal($"a\r\n{written}\r\n", text);
        Assert.Equal(cell, Csv.Read(text).Rows.Single().Cells.Single());
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        string[][] rows = [["a;b", "\"", "x\r\ny"], ["", "=1", " z "], ["1", "2", "3"]];
        var table = Csv.Read(Csv.File(["p", "q", "r"], rows));
        Assert.Empty(table.Faults);
        Assert.Equal(["p", "q", "r"], table.Columns);
        Assert.Equal(rows, table.Rows.Select(row => row.Cells.ToArray()));
        Assert.Equal([2, 4, 5], table.Rows.Select(row => row.Line));
    }

    [Fact]
    public void Semicolons_serve_where_the_first_line_has_them() =>
        Assert.Equal(["1,5", "2"], Csv.Read("a;b\n1,5;2\n\n").Rows.Single().Cells);

    [Fact]
    public void Every_fault_of_form_is_told_by_its_line()
    {
        var table = Csv.Read("a,b,a\n1,2,3\n1,2\n\"x\"y,2,3\n\"open,1,2\n");
        Assert.Equal(
            [(1, "a"), (3, null), (4, null), (5, null), (5, null)],
            table.Faults.Select(f => (f.Line, f.Column)).Order());
    }

    [Fact]
    public void Every_fault_of_a_cell_is_told_by_line_and_column_and_nothing_is_read()
    {
        var (things, faults) = Read("day,amount,currency\n2027-02-30,12,EUR\n1.2.2027,1.234.5,EUR\n2027-02-01,,eur\n"
            + "2027-02-01,1,eur\n2027-02-01,1.234,EUR\n2027-02-01,1,EUR\n");
        Assert.Empty(things);
        Assert.Equal(
            [(2, "day"), (3, "amount"), (4, "amount"), (5, "currency"), (6, "amount")],
            faults.Select(f => (f.Line, f.Column!)));
        Assert.StartsWith("Line 2, column day:", faults[0].ToString(), StringComparison.Ordinal);
        Assert.Equal("/lines/2/day", faults[0].ToFault().Pointer);
    }

    [Fact]
    public void Good_lines_become_things()
    {
        var (things, faults) = Read("currency,Day,amount\nEUR,1.2.2027,\"12,5\"\n");
        Assert.Empty(faults);
        Assert.Equal((new LocalDate(2027, 2, 1), Money.Of(12.5m, Currency.Eur)), things.Single());
    }

    [Fact]
    public void A_column_that_is_missing_or_misspelt_is_told()
    {
        var (things, faults) = Read("day,amont,currency\n2027-02-01,1,EUR\n");
        Assert.Empty(things);
        Assert.Equal([(1, "amount"), (1, "amont")], faults.Select(f => (f.Line, f.Column!)));
    }

    [Fact]
    public void A_file_in_another_encoding_or_none_is_refused_with_its_reason()
    {
        Assert.Contains("UTF-8", Csv.Read([0x61, 0xE9]).Faults.Single().Message, StringComparison.Ordinal);
        Assert.Contains("empty", Csv.Read("").Faults.Single().Message, StringComparison.Ordinal);
        Assert.Empty(Read("").Things);
        Assert.Single(Read("").Faults);
    }

    private static (System.Collections.Immutable.ImmutableArray<(LocalDate, Money)> Things,
        System.Collections.Immutable.ImmutableArray<CsvFault> Faults) Read(string text) =>
        Csv.Read(text).Each<(LocalDate, Money)>(
            ["day", "amount", "currency"], [], cells => (cells.Day("day"), cells.Money("amount", "currency")));
}
