using Facilities.Grains.Bookings;
using Facilities.Grains.Funding;
using Facilities.Grains.Kernel;
using Facilities.Grains.Services;
using Facilities.Silo.Demonstration;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Bookings;

/// <summary>Quotes are documents: the first under an id stands.</summary>
public sealed class QuoteBookTests
{
    [Fact]
    public async Task A_quote_made_again_under_the_same_id_is_the_one_that_was_seen()
    {
        var clock = new FakeClock(CatalogueDatabase.Opening);
        await using var process = await GrainProcess.Start(await CatalogueDatabase.Sqlite(), clock);
        var first = await Make(process);
        clock.Advance(Duration.FromSeconds(20));
        Assert.Equal(first.Quote.Seal, (await Make(process)).Quote.Seal);
        Assert.Equal(first.Quote.At, (await process.Service<IQuoteBook>().Find(first.Quote.Id))!.Quote.At);
    }

    private static async Task<QuoteBasis> Make(GrainProcess process) => (await process.Service<QuoteDesk>().Make(
        new QuoteId("q-twice"), DemonstrationPeople.ActorOf("spree-diagnostics"), new AccountId("spree-diagnostics"),
        [new AskedItem(new("biopmed-imaging"), new("mri-half-day"), "2027-01-18T08:00:00+01:00")],
        new VoucherChoice.Auto())).Value!;
}
