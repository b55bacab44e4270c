using System.Text.Json.Nodes;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Http;

public sealed class PagingTests
{
    [Fact]
    public async Task A_list_read_page_by_page_is_the_whole_list_once()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var visitor = host.Visitor();
        var whole = Ids((await visitor.Get("/platforms")).Expect(200));
        var read = new List<string>();
        for (string? cursor = null; ;)
        {
            var query = cursor is null ? "?limit=5" : $"?limit=5&cursor={Uri.EscapeDataString(cursor)}";
            var page = (await visitor.Get("/platforms" + query)).Expect(200);
            Assert.InRange(Ids(page).Length, 1, 5);
            read.AddRange(Ids(page));
            cursor = page["nextCursor"]?.GetValue<string>();
            if (cursor is null) break;
        }
        Assert.Equal(12, whole.Length);
        Assert.Equal(whole, read);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=201")]
    [InlineData("limit=many")]
    [InlineData("cursor=nonsense")]
    public async Task A_limit_or_cursor_that_is_none_is_refused(string query)
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        (await host.Visitor().Get("/clusters?" + query)).Refused(400, "invalidRequest");
    }

    private static string[] Ids(JsonNode page) =>
        [.. page["items"]!.AsArray().Select(p => p!["platformId"]!.GetValue<string>())];
}
