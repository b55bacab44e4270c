using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Tables;

/// <summary>
/// Tables as comma-separated values: RFC 4180, with what spreadsheets need to open them right.
/// </summary>
public static class Csv
{
    private const string Starters = "=+-@\t\r";

    /// <summary>The media type with its charset.</summary>
    public const string MediaType = "text/csv; charset=utf-8";

    /// <summary>
    /// A table as text: a line of names, then one for each row, ended by CR LF. A cell that a spreadsheet would take
    /// for a formula is marked as text by an apostrophe; a plain number is left as it is.
    /// </summary>
    /// <param name="columns">The names.</param>
    /// <param name="rows">The cells in the order of the columns; null is an empty cell.</param>
    /// <exception cref="InvalidOperationException">A row has not as many cells as there are columns.</exception>
    public static string Text(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string?>> rows)
    {
        var text = new StringBuilder();
        Line(text, columns);
        foreach (var row in rows)
        {
            if (row.Count != columns.Count)
                throw new InvalidOperationException($"A row of {row.Count} cells in {columns.Count} columns.");
            Line(text, row);
        }
        return text.ToString();
    }

    /// <summary>The same as a file in UTF-8 with a byte order mark, by which spreadsheets know the encoding.</summary>
    public static byte[] File(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string?>> rows) =>
        [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Text(columns, rows))];

    /// <summary>One line with its end, for tables that are written while they are read.</summary>
    public static string Line(params IReadOnlyList<string?> cells)
    {
        var text = new StringBuilder();
        Line(text, cells);
        return text.ToString();
    }

    /// <summary>An amount as a cell, without its currency: <c>1234.50</c>.</summary>
    public static string Cell(Money amount) => amount.Amount.ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>A number as a cell.</summary>
    public static string Cell(decimal number) => number.ToString("0.######", CultureInfo.InvariantCulture);

    /// <summary>A day as a cell, empty where there is none: <c>2027-02-01</c>.</summary>
    public static string? Cell(LocalDate? day) => day is { } known ? Words.IsoDay(known) : null;

    /// <summary>Reads a file in UTF-8, with or without a byte order mark.</summary>
    public static CsvTable Read(ReadOnlySpan<byte> file)
    {
        if (file.Length > Limits.CsvBytes)
            return CsvTable.Unreadable(1, $"The file has more than {Words.Number(Limits.CsvBytes)} octets.");
        if (file.StartsWith(Encoding.UTF8.Preamble)) file = file[Encoding.UTF8.Preamble.Length..];
        try
        {
            return Read(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(file));
        }
        catch (DecoderFallbackException)
        {
            return CsvTable.Unreadable(1, "The file is not in UTF-8. Save it as \"CSV UTF-8\".");
        }
    }

    /// <summary>
    /// Reads a table whose first line has the names of its columns, separated by commas or, as some spreadsheets do,
    /// by semicolons. Empty lines are skipped; every fault is told.
    /// </summary>
    public static CsvTable Read(string text)
    {
        text = text.TrimStart('\uFEFF');
        var first = text.Split('\n', 2)[0];
        var separator = first.Contains(';', StringComparison.Ordinal) && !first.Contains(',', StringComparison.Ordinal)
            ? ';' : ',';
        var faults = ImmutableArray.CreateBuilder<CsvFault>();
        var records = new CsvRecords(text, separator, faults).All();
        if (records.Count == 0) return CsvTable.Unreadable(1, "The file is empty. Its first line names the columns.");
        var columns = records[0].Cells.Select(name => name.Trim()).ToImmutableArray();
        foreach (var twice in columns.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
            faults.Add(new(records[0].Line, twice.Key, "The column is named twice."));
        if (records.Count - 1 > Limits.CsvRows)
            return CsvTable.Unreadable(
                records[Limits.CsvRows + 1].Line, $"At most {Words.Number(Limits.CsvRows)} lines are read at once.");
        foreach (var record in records.Skip(1).Where(record => record.Cells.Length != columns.Length))
            faults.Add(new(
                record.Line, null, $"The line has {Words.Count(record.Cells.Length, "cell")}, and the first line "
                    + $"names {Words.Count(columns.Length, "column")}."));
        return new(columns, [.. records.Skip(1)], faults.ToImmutable());
    }

    private static void Line(StringBuilder text, IReadOnlyList<string?> cells)
    {
        for (var i = 0; i < cells.Count; i++)
        {
            if (i > 0) text.Append(',');
            Write(text, Guarded(cells[i] ?? ""));
        }
        text.Append("\r\n");
    }

    private static void Write(StringBuilder text, string cell)
    {
        if (cell.AsSpan().IndexOfAny(",;\"\r\n") < 0)
        {
            text.Append(cell);
            return;
        }
        text.Append('"').Append(cell.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }

    private static string Guarded(string cell) =>
        cell.Length == 0 || !Starters.Contains(cell[0], StringComparison.Ordinal) || IsNumber(cell) ? cell : $"'{cell}";

    /// <summary>The cell as it was before a spreadsheet was kept from running it.</summary>
    internal static string Unguarded(string cell) =>
        cell.Length > 1 && cell[0] == '\'' && Starters.Contains(cell[1], StringComparison.Ordinal) ? cell[1..] : cell;

    private static bool IsNumber(string cell) => cell[0] != '+' && decimal.TryParse(
        cell, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _);
}
