using System.Text.Encodings.Web;
using Facilities.Api.Http;
using Facilities.Api.Shell;

namespace Facilities.Api.Overload;

/// <summary>
/// What a browser is shown instead of a page that could not be made just now. Plain text with our styles: it must cost
/// next to nothing when there is too much to do.
/// </summary>
public static class BusyPage
{
    private static readonly string Styles =
        string.Concat(SiteFiles.Styles.Select(style => $"<link rel=\"stylesheet\" href=\"{style}\">"));

    public static string Of(HttpRequest request, Problem problem)
    {
        var again = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)
            ? $"<p class=\"actions\"><a class=\"button\" href=\"{Encoded(request.Path + request.QueryString)}\">"
                + "Try again</a></p>"
            : "<p>What you typed is still there: go back in your browser, and send it again.</p>";
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
              <meta charset="utf-8">
              <meta name="viewport" content="width=device-width, initial-scale=1">
              <meta name="color-scheme" content="light dark">
              {Styles}
              <title>One moment · Facilities</title>
            </head>
            <body class="bare">
              <main class="narrow">
                <h1>One moment, please</h1>
                <p>{Encoded(problem.Detail)}</p>
                {again}
              </main>
            </body>
            </html>
            """;
    }

    private static string Encoded(string text) => HtmlEncoder.Default.Encode(text);
}
