using System.Collections.Immutable;
using System.Globalization;
using Facilities.Grains.Kernel;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Grains.Tables;

/// <summary>What is wrong with a file of values.</summary>
/// <param name="Line">Of the file, counted from 1; the names of the columns stand in the first.</param>
/// <param name="Column">Its name; null where the whole line is at fault.</param>
/// <param name="Message">What is wrong and what would be accepted.</param>
public sealed record CsvFault(int Line, string? Column, string Message)
{
    /// <summary>The same as a fault of a request: <c>/lines/3/amount</c>.</summary>
    public Fault ToFault() => new(Column is null ? $"/lines/{Line}" : $"/lines/{Line}/{Column}", Message);

    /// <inheritdoc/>
    public override string ToString() =>
        Column is null ? $"Line {Line}: {Message}" : $"Line {Line}, column {Column}: {Message}";
}

/// <summary>A file of values as it was read.</summary>
/// <param name="Columns">Their names.</param>
/// <param name="Rows">The lines after the names.</param>
/// <param name="Faults">What is wrong with its form; where there are any, nothing of it is used.</param>
public sealed record CsvTable(
    ImmutableArray<string> Columns, ImmutableArray<CsvRow> Rows, ImmutableArray<CsvFault> Faults)
{
    internal static CsvTable Unreadable(int line, string message) => new([], [], [new(line, null, message)]);

    /// <summary>
    /// Makes a thing of every row and gathers every fault of every cell, in the order of the file.
    /// </summary>
    /// <param name="required">Columns that must be there.</param>
    /// <param name="optional">Columns that may be there; any other is a fault, for it may be a misspelt one.</param>
    /// <param name="read">Makes the thing; a cell at fault gives a default, and the result is dropped.</param>
    /// <returns>The things, empty where there is any fault, and the faults.</returns>
    public (ImmutableArray<T> Things, ImmutableArray<CsvFault> Faults) Each<T>(
        IReadOnlyList<string> required, IReadOnlyList<string> optional, Func<CsvCells, T> read)
    {
        if (Columns.IsEmpty) return ([], Faults);
        var known = required.Concat(optional).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var faults = Faults.ToBuilder();
        faults.AddRange(required.Where(name => !Columns.Contains(name, StringComparer.OrdinalIgnoreCase))
            .Select(name => new CsvFault(1, name, "The column is missing.")));
        faults.AddRange(Columns.Where(name => !known.Contains(name)).Select(name => new CsvFault(
            1, name, $"There is no such column. Known are {Words.List([.. required, .. optional])}.")));
        if (faults.Count > Faults.Length) return ([], faults.ToImmutable());
        var things = ImmutableArray.CreateBuilder<T>();
        foreach (var row in Rows.Where(row => row.Cells.Length == Columns.Length))
            things.Add(read(new(this, row, faults)));
        return faults.Count > 0 ? ([], [.. faults.OrderBy(fault => fault.Line)]) : (things.ToImmutable(), []);
    }
}

/// <summary>The cells of one row, read by the name of their column; each fault is told with its place.</summary>
public sealed class CsvCells(CsvTable table, CsvRow row, ImmutableArray<CsvFault>.Builder faults)
{
    private static readonly LocalDatePattern Dotted = LocalDatePattern.CreateWithInvariantCulture("d.M.uuuu");

    /// <summary>How many faults were told so far.</summary>
    public int Faults => faults.Count;

    /// <summary>Where the row begins in the file.</summary>
    public int Line => row.Line;

    /// <summary>The trimmed text of a cell; null where it is empty or its column is not there.</summary>
    public string? Optional(string column)
    {
        var index = table.Columns.ToList()
            .FindIndex(name => name.Equals(column, StringComparison.OrdinalIgnoreCase));
        var text = index < 0 ? "" : row.Cells[index].Trim();
        if (text.Length <= Limits.TextLength) return text.Length == 0 ? null : text;
        Fault(column, $"Write at most {Words.Number(Limits.TextLength)} characters.");
        return null;
    }

    /// <summary>A text that must be there.</summary>
    public string Text(string column)
    {
        if (Optional(column) is { } text) return text;
        Fault(column, "The cell is empty.");
        return "";
    }

    /// <summary>A day that must be there: <c>2027-02-01</c> or <c>1.2.2027</c>.</summary>
    public LocalDate Day(string column)
    {
        var text = Text(column);
        if (text.Length == 0) return default;
        if (LocalDatePattern.Iso.Parse(text) is { Success: true } iso) return iso.Value;
        if (Dotted.Parse(text) is { Success: true } dotted) return dotted.Value;
        Fault(column, $"\"{text}\" is not a date such as 2027-02-01 or 1.2.2027.");
        return default;
    }

    /// <summary>A number that must be there, as its country writes it; it may be negative.</summary>
    public decimal Number(string column)
    {
        var text = Text(column);
        if (text.Length == 0) return 0;
        if (TypedNumber.Read(text[0] == '-' ? text[1..] : text) is { } number)
            return text[0] == '-' ? -number : number;
        Fault(column, $"\"{text}\" is not a number such as 1234.50, without marks between thousands.");
        return 0;
    }

    /// <summary>An amount that must be there, with its currency in another column.</summary>
    public Money Money(string column, string currencyColumn)
    {
        var known = faults.Count;
        var amount = Number(column);
        var code = Text(currencyColumn);
        if (faults.Count > known) return Kernel.Money.Zero(Currency.Eur);
        try
        {
            var currency = Currency.From(code);
            known = -1;
            return Kernel.Money.Of(amount, currency);
        }
        catch (FormatException fault)
        {
            Fault(known < 0 ? column : currencyColumn, fault.Message);
            return Kernel.Money.Zero(Currency.Eur);
        }
    }

    /// <summary>Tells a fault of one cell.</summary>
    public void Fault(string column, string message) => faults.Add(new(row.Line, column, message));
}
