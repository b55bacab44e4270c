using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;

namespace Facilities.Silo.Bench;

/// <summary>
/// All figures as one page that needs nothing else: charts as drawings in the page, and every number of them in a table
/// as well. Light and dark as the reader has it, and light on paper.
/// </summary>
internal static class BenchPage
{
    // Names stand on the left, a column for the bars, and the number after each bar.
    private const int NameWidth = 200, BarWidth = 420, NumberWidth = 140, RowHeight = 22, BarHeight = 14;

    private const string Style = """
        :root { color-scheme: light dark; --ground: #F7F8F8; --surface: #FFFFFF; --text: #1A2126; --muted: #55616B;
          --line: #CBD3D9; --ours: #0A6570; --rival: #7A8790; --good: #1B6E3F; --bad: #B3261E; }
        @media (prefers-color-scheme: dark) { :root { --ground: #11161A; --surface: #1A2127; --text: #E8EDF0;
          --muted: #A5B1BA; --line: #36424B; --ours: #62C9D2; --rival: #7C8A94; --good: #74CF98; --bad: #FF9188; } }
        body { margin: 0; background: var(--ground); color: var(--text); font: 15px/22px system-ui, sans-serif; }
        main { max-width: 1200px; margin: 0 auto; padding: 24px 16px 48px; }
        h1 { font-size: 28px; line-height: 36px; margin: 0 0 8px; }
        h2 { font-size: 20px; line-height: 28px; margin: 0; }
        section { background: var(--surface); border: 1px solid var(--line); border-radius: 6px; padding: 16px;
          margin-top: 16px; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 8px 0 0; }
        dt { color: var(--muted); } dd { margin: 0; } p { margin: 4px 0 12px; }
        .muted, figcaption { color: var(--muted); } .good { color: var(--good); } .bad { color: var(--bad); }
        figure { margin: 12px 0; overflow-x: auto; }
        svg { display: block; width: 100%; min-width: 560px; max-width: 760px; height: auto; }
        svg text { fill: var(--text); font: 13px system-ui, sans-serif; font-variant-numeric: tabular-nums; }
        .ours { fill: var(--ours); } .rival { fill: var(--rival); }
        .table { overflow-x: auto; }
        table { border-collapse: collapse; min-width: 960px; font-size: 13px; line-height: 18px; }
        caption { text-align: left; color: var(--muted); padding-bottom: 4px; }
        th, td { text-align: left; padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
        .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        @media print { :root { --ground: #FFFFFF; --surface: #FFFFFF; --text: #1A2126; --muted: #55616B;
          --line: #CBD3D9; --ours: #0A6570; --rival: #7A8790; --good: #1B6E3F; --bad: #B3261E; }
          * { print-color-adjust: exact; } section, figure, tr { break-inside: avoid; }
          .table { overflow: visible; } table { min-width: 0; font-size: 9px; line-height: 12px; }
          main { max-width: none; padding: 0; } section { border: 0; padding: 8px 0; } }
        """;

    public static string Of(
        IEnumerable<KeyValuePair<string, string>> machine, IReadOnlyCollection<Measured> all)
    {
        var marks = all.SelectMany(m => m.Figures).Where(f => f.Mark is not null).ToArray();
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>How fast Facilities is on this machine</title>
            <style>
            {Style}
            </style></head>
            <body><main>
            <h1>How fast Facilities is on this machine</h1>
            <p>{marks.Count(f => f.Mark!.Holds)} of {marks.Length} marks hold. Everything was measured in one run:
            compare ratios, not runs of different machines.</p>
            <dl>{string.Concat(machine.Select(f => $"<dt>{Text(f.Key)}</dt><dd>{Text(f.Value)}</dd>\n"))}</dl>

            """);
        foreach (var measured in all) AddBench(page, measured);
        return page.Append("</main></body></html>\n").ToString();
    }

    private static void AddBench(StringBuilder page, Measured measured)
    {
        var name = Text(measured.Bench.Name);
        page.Append(CultureInfo.InvariantCulture, $"""
            <section aria-labelledby="{name}"><h2 id="{name}">{name}</h2>
            <p class="muted">{Text(measured.Bench.Says)}</p>

            """);
        if (measured.Fault is { } fault) page.Append(CultureInfo.InvariantCulture, $"""
            <p class="bad">It came to nothing: {Text(fault)}</p>

            """);
        foreach (var unit in measured.Figures.GroupBy(figure => figure.Unit)) AddChart(page, name, unit);
        if (!measured.Figures.IsEmpty) AddTable(page, measured);
        page.Append("</section>\n");
    }

    private static void AddChart(StringBuilder page, string bench, IGrouping<string, Figure> figures)
    {
        var bars = figures.SelectMany(figure => figure.Rival is { } rival
            ? new[] { Bar(figure, figure.Ours, true), Bar(figure, rival, false) }
            : [Bar(figure, figure.Ours, true)]).ToImmutableArray();
        var most = bars.Max(bar => bar.Value);
        page.Append(CultureInfo.InvariantCulture, $"""
            <figure tabindex="0"><svg role="img"
            viewBox="0 0 {NameWidth + BarWidth + NumberWidth} {bars.Length * RowHeight}"
            aria-label="{bench}, {Text(figures.Key)}: {string.Join("; ", bars.Select(b => $"{b.Name} {b.Text}"))}">

            """);
        for (var row = 0; row < bars.Length; row++)
        {
            var (label, value, text, isOurs) = bars[row];
            var width = most > 0 ? Math.Max(1, value / most * BarWidth) : 1;
            var baseline = row * RowHeight + BarHeight;
            page.Append(CultureInfo.InvariantCulture, $"""
                <text x="{NameWidth - 8}" y="{baseline}" text-anchor="end">{label}</text><rect x="{NameWidth}"
                y="{row * RowHeight + 2}" width="{width:0.#}" height="{BarHeight}" class="{(isOurs ? "ours" : "rival")}"
                /><text x="{NameWidth + width + 6:0.#}" y="{baseline}">{text}</text>

                """);
        }
        page.Append(CultureInfo.InvariantCulture, $"""
            </svg><figcaption>{Text(figures.Key)}, medians{(bars.All(b => b.IsOurs) ? "" : "; the rival's in grey")}.
            </figcaption></figure>

            """);
    }

    private static (string Name, double Value, string Text, bool IsOurs) Bar(
        Figure figure, Samples samples, bool isOurs) =>
        (Text(isOurs ? figure.Name : "rival"), samples.Median, BenchReport.Number(samples.Median), isOurs);

    private static void AddTable(StringBuilder page, Measured measured)
    {
        page.Append("<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Figures of ")
            .Append(Text(measured.Bench.Name)).Append("\"><table><caption>Spread: how far the middle half of the ")
            .Append("measurements reaches, as a share of their median.</caption><thead><tr>");
        for (var column = 0; column < BenchReport.Heads.Length; column++)
            page.Append("<th scope=\"col\"").Append(Class(column)).Append('>').Append(BenchReport.Heads[column])
                .Append("</th>");
        page.Append("<th scope=\"col\">settings</th></tr></thead><tbody>\n");
        foreach (var figure in measured.Figures)
        {
            var cells = BenchReport.Cells(figure);
            page.Append("<tr><th scope=\"row\">").Append(Text(cells[0])).Append("</th>");
            for (var column = 1; column < cells.Length; column++)
            {
                var isMark = column == cells.Length - 1 && figure.Mark is not null;
                page.Append("<td").Append(isMark ? Judged(figure.Mark!) : Class(column)).Append('>')
                    .Append(Text(cells[column])).Append("</td>");
            }
            page.Append("<td class=\"muted\">")
                .Append(Text(string.Join(", ", figure.Settings.Select(pair => $"{pair.Key} {pair.Value}"))))
                .Append("</td></tr>\n");
        }
        page.Append("</tbody></table></div>\n");
    }

    private static string Judged(Mark mark) => mark.Holds ? " class=\"good\"" : " class=\"bad\"";

    private static string Class(int column) => column is > 0 and < 7 ? " class=\"number\"" : "";

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
