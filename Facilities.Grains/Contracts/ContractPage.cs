using System.Globalization;
using System.Net;
using System.Text;

namespace Facilities.Grains.Contracts;

/// <summary>A contract as an HTML article, for a page or for print. Everything in it is escaped.</summary>
public static class ContractPage
{
    /// <summary>The article, from the same content as the markdown.</summary>
    public static string Render(ContractText contract)
    {
        var html = new StringBuilder();
        html.Append("<article class=\"contract\" lang=\"en\">\n<header>\n")
            .Append(In("h1", contract.Title))
            .Append(In("p", $"Template {contract.TemplateId} {contract.TemplateVersion}, booking {contract.Booking}"))
            .Append("</header>\n<section aria-labelledby=\"parties\">\n<h2 id=\"parties\">Parties</h2>\n");
        foreach (var party in contract.Parties)
        {
            html.Append(In("h3", $"{party.Role}: {party.Name}")).Append("<ul>\n");
            foreach (var detail in party.Details) html.Append(In("li", detail));
            html.Append("</ul>\n");
        }
        html.Append("</section>\n");
        foreach (var clause in contract.Clauses) Clause(html, clause);
        return html.Append("</article>\n").ToString();
    }

    private static void Clause(StringBuilder html, ContractClause clause)
    {
        var number = clause.Number.ToString(CultureInfo.InvariantCulture);
        html.Append("<section aria-labelledby=\"clause-").Append(number).Append("\">\n<h2 id=\"clause-").Append(number)
            .Append("\">").Append(number).Append(". ").Append(Escape(clause.Heading)).Append("</h2>\n");
        for (var i = 0; i < clause.Paragraphs.Length; i++)
            html.Append(In("p", string.Create(CultureInfo.InvariantCulture,
                $"{number}.{i + 1} {clause.Paragraphs[i]}")));
        foreach (var table in clause.Tables)
        {
            html.Append("<table>\n").Append(In("caption", table.Caption)).Append("<thead><tr>");
            foreach (var column in table.Columns)
                html.Append("<th scope=\"col\">").Append(Escape(column)).Append("</th>");
            html.Append("</tr></thead>\n<tbody>\n");
            foreach (var row in table.Rows)
                html.Append("<tr>").AppendJoin("", row.Select(cell => $"<td>{Escape(cell)}</td>")).Append("</tr>\n");
            html.Append("</tbody>\n</table>\n");
        }
        html.Append("</section>\n");
    }

    private static string In(string element, string text) => $"<{element}>{Escape(text)}</{element}>\n";

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
