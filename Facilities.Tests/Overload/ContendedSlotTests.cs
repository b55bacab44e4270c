using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Overload;

/// <summary>Five hundred clients who want the same two units at the same moment.</summary>
public sealed class ContendedSlotTests
{
    private const int Clients = 500;
    private const int Units = 2;

    [Fact]
    public async Task Of_five_hundred_who_want_one_slot_at_once_as_many_win_as_there_are_units()
    {
        var storage = await CatalogueDatabase.Sqlite(today: true);
        await using (var process = await ApiProcess.Start(storage))
        {
            var sme = await process.As("sme.berlin");
            string Day(int days) => (SystemClock.Instance.GetCurrentInstant().InUtc().Date + Period.FromDays(days))
                .ToString("uuuu-MM-dd", null);
            var wish = new Wish("biopmed-imaging", "optical-hour", "", "PT1H");
            wish = wish with { Start = (await sme.Slots(wish, Day(30), Day(40)))[0]!.Text("start") };
            var quotes = await Task.WhenAll(
                Enumerable.Range(0, Clients).Select(async _ => (await sme.Quote(wish, vouchers: "none")).Expect(201)));
            var answers = await Task.WhenAll(quotes.Select(quote => sme.Book(quote)));
            foreach (var loser in answers.Where(a => a.Status != 201))
            {
                if (loser.Status is 429 or 503) Assert.Contains(
                    loser.Json.Text("refusal"), (string[])["overloaded", "tooManyRequests"]);
                else loser.Refused(409, "slotTaken");
            }
            var winners = answers.Where(a => a.Status == 201).Select(a => a.Json.Id()).Order().ToArray();
            Assert.Equal(Units, winners.Length);
            var held = (await sme.Get($"/bookings?accountId={ApiClient.Account}&limit=200")).Expect(200)["items"]!
                .AsArray().Select(b => b!.Id()).Order().ToArray();
            Assert.Equal(winners, held);
        }
        await StormTests.Verified(storage);
    }
}
