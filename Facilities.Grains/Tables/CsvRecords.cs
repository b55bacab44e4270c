using System.Collections.Immutable;
using System.Text;
using Facilities.Grains.Kernel;

namespace Facilities.Grains.Tables;

/// <summary>One line of a table; a quoted cell may run over several lines of the file.</summary>
/// <param name="Line">Where it begins, counted from 1.</param>
/// <param name="Cells">In the order of the columns.</param>
public sealed record CsvRow(int Line, ImmutableArray<string> Cells);

/// <summary>Splits a text into records and cells (RFC 4180, section 2).</summary>
internal sealed class CsvRecords(string text, char separator, ImmutableArray<CsvFault>.Builder faults)
{
    private readonly List<CsvRow> records = [];
    private readonly ImmutableArray<string>.Builder cells = ImmutableArray.CreateBuilder<string>();
    private readonly StringBuilder cell = new();
    private int at;
    private int line = 1;
    private int began = 1;

    internal List<CsvRow> All()
    {
        while (at < text.Length)
        {
            if (cell.Length == 0 && text[at] == '"') Quoted();
            else if (text[at] == separator) EndCell(1);
            else if (text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n') EndLine(2);
            else if (text[at] is '\n' or '\r') EndLine(1);
            else cell.Append(text[at++]);
        }
        if (cell.Length > 0 || cells.Count > 0) EndLine(0);
        return records;
    }

    private void Quoted()
    {
        var from = line;
        for (at++; at < text.Length; at++)
        {
            if (text[at] == '"' && at + 1 < text.Length && text[at + 1] == '"') cell.Append(text[at++]);
            else if (text[at] == '"')
            {
                at++;
                if (at < text.Length && text[at] != separator && text[at] is not ('\r' or '\n'))
                    faults.Add(new(line, null, "After a quoted cell comes the next cell or the end of the line."));
                while (at < text.Length && text[at] != separator && text[at] is not ('\r' or '\n')) at++;
                return;
            }
            else
            {
                if (text[at] == '\n') line++;
                cell.Append(text[at]);
            }
        }
        faults.Add(new(from, null, "A quotation mark opens here and is never closed."));
    }

    private void EndCell(int width)
    {
        cells.Add(Csv.Unguarded(cell.ToString()));
        cell.Clear();
        at += width;
    }

    private void EndLine(int width)
    {
        EndCell(width);
        if (cells.Any(text => !string.IsNullOrWhiteSpace(text))) records.Add(new(began, cells.ToImmutable()));
        cells.Clear();
        line++;
        began = line;
    }
}
