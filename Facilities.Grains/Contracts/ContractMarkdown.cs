using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Facilities.Grains.Contracts;

/// <summary>The canonical rendering of a contract, over which its hash is taken: UTF-8, line feeds, one at the
/// end.</summary>
public static class ContractMarkdown
{
    private const string Marks = @"\`*_{}[]<>#|";

    // A contract of one item; longer ones grow.
    private const int UsualLength = 16 * 1024;

    private static readonly SearchValues<char> Special = SearchValues.Create(Marks);

    /// <summary>The contract as markdown. The same content gives the same bytes on every machine.</summary>
    public static string Render(ContractText contract)
    {
        var text = new StringBuilder(UsualLength);
        void Line(string line = "") => text.Append(line).Append('\n');
        Line($"# {Escape(contract.Title)}");
        Line();
        Line($"Template {Escape(contract.TemplateId)} {Escape(contract.TemplateVersion)}, "
            + $"booking {Escape(contract.Booking.Value)}");
        Line();
        Line("## Parties");
        foreach (var party in contract.Parties)
        {
            Line();
            Line($"**{Escape(party.Role)}: {Escape(party.Name)}**");
            Line();
            foreach (var detail in party.Details) Line($"- {Escape(detail)}");
        }
        foreach (var clause in contract.Clauses)
        {
            Line();
            Line($"## {clause.Number}. {Escape(clause.Heading)}");
            for (var i = 0; i < clause.Paragraphs.Length; i++)
            {
                Line();
                // Piece by piece: most of the text stands here, and would be copied once more.
                text.Append(clause.Number).Append('.').Append(i + 1).Append(' ');
                Line(Escape(clause.Paragraphs[i]));
            }
            foreach (var table in clause.Tables) Table(Line, table);
        }
        return text.ToString();
    }

    /// <summary><c>sha256:</c> and the hash of a rendering.</summary>
    public static string Hash(string markdown) =>
        "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(markdown)));

    private static void Table(Action<string> line, ContractTable table)
    {
        line("");
        line($"*{Escape(table.Caption)}*");
        line("");
        line($"| {string.Join(" | ", table.Columns.Select(Escape))} |");
        line($"|{string.Concat(table.Columns.Select((_, i) => i == table.Columns.Length - 1 ? " ---: |" : " --- |"))}");
        foreach (var row in table.Rows) line($"| {string.Join(" | ", row.Select(Escape))} |");
    }

    /// <summary>Text stays text: names and notes cannot make headings, links, tags or cells.</summary>
    private static string Escape(string words)
    {
        var line = words.ReplaceLineEndings(" ");
        if (!line.AsSpan().ContainsAny(Special)) return line;
        var text = new StringBuilder(line.Length);
        foreach (var letter in line)
        {
            if (Marks.Contains(letter)) text.Append('\\');
            text.Append(letter);
        }
        return text.ToString();
    }
}
