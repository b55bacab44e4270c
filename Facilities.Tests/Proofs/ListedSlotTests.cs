using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using Facilities.Silo.Platforms;
using Facilities.Tests.TestKit;
using NodaTime;
using Orleans;

namespace Facilities.Tests.Proofs;

/// <summary>Row B19: what is listed can be booked, and nothing else can.</summary>
public sealed class ListedSlotTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    private static readonly LocalDate From = new(2026, 12, 1);
    private const int Days = 75;

    [Fact]
    public async Task B19_every_listed_slot_would_be_held_and_every_unlisted_start_is_refused()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        await Crowd(random);
        var grains = api.Host.Service<IGrainFactory>();
        foreach (var platform in await api.Host.Service<Catalogue>().Platforms())
        {
            var grain = grains.GetGrain<IPlatformGrain>(platform.Profile.Id.Value);
            foreach (var service in platform.Services)
            {
                var answer = await grain.FreeSlots(new SlotsAsked(service.Id, null, 1, From, From.PlusDays(Days)));
                var listed = answer.Slots.Select(s => s.Start).ToHashSet();
                var zone = DateTimeZoneProviders.Tzdb[platform.Profile.TimeZone];
                var others = Enumerable.Range(0, 60)
                    .Select(_ => From.PlusDays(random.Next(Days)).AtStartOfDayInZone(zone)
                        .PlusMinutes(15 * random.Next(96)).ToInstant())
                    .Where(start => !listed.Contains(start));
                var sample = listed.OrderBy(_ => random.Next()).Take(120).Select(start => (start, true))
                    .Concat(others.Select(start => (start, false)));
                await Task.WhenAll(sample.Select(async s =>
                {
                    var refusal = await grain.WouldRefuse(
                        [new WantedSlot(new ItemId("i1"), service.Id, s.start, answer.Duration, 1)]);
                    Assert.True(s.Item2 == (refusal is null), $"seed {seed}: {service.Id} at {s.start}: {refusal}");
                }));
            }
        }
    }

    [Fact]
    public async Task B19_slots_that_the_list_shows_are_booked_at_the_door()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var sme = await api.Host.As("sme.cuneo");
        for (var time = 0; time < 15; time++)
        {
            var wish = new Wish("biocat-structural", "nmr-day", "", "P1D");
            var slots = await sme.Slots(wish, "2027-01-11", "2027-03-28");
            var start = slots[random.Next(slots.Count)]!.Text("start");
            var answer = await sme.Book((await sme.Quote(wish with { Start = start }, "langhe-biotech")).Expect(201));
            Assert.True(answer.Status == 201, $"seed {seed}: {start}: {answer.Text}");
        }
    }

    /// <summary>Some bookings here and there, so that lists have gaps.</summary>
    private async Task Crowd(Random random)
    {
        var sme = await api.Host.As("sme.potsdam");
        foreach (var (platform, service, duration) in ((string, string, string)[])[
            ("biopmed-imaging", "mri-half-day", "PT8H"),
            ("biopmed-imaging", "optical-hour", "PT3H"), ("biopmed-imaging", "pet-ct-session", "PT3H"),
            ("genopole-cytometry", "sorting", "PT3H"), ("biopmed-devices", "assembly-half-day", "PT5H")])
        {
            for (var time = 0; time < 4; time++)
            {
                var wish = new Wish(platform, service, "", duration);
                var slots = await sme.Slots(wish, "2026-12-01", "2027-01-31");
                await sme.Hold(wish with { Start = slots[random.Next(slots.Count)]!.Text("start") }, "havel-biologics");
            }
        }
        await Offer(sme, random);
    }

    /// <summary>Some time that is offered to somebody on the waitlist: listed for nobody.</summary>
    private async Task Offer(ApiClient sme, Random random)
    {
        var waiting = await api.Host.As("sme.cuneo");
        for (var time = 0; time < 3; time++)
        {
            var wish = new Wish("biopmed-imaging", "mri-half-day", "", "PT4H");
            var slots = await sme.Slots(wish, "2026-12-14", "2027-01-31");
            wish = wish with { Start = slots[random.Next(slots.Count)]!.Text("start") };
            var held = await sme.Hold(wish, "havel-biologics");
            (await waiting.Post("/accounts/langhe-biotech/waitlist", new
            {
                platformId = wish.Platform,
                serviceId = wish.Service,
                duration = wish.Duration,
                start = wish.Start,
            })).Expect(201);
            (await sme.Post($"/bookings/{held.Id()}/cancellation", new { reason = "" })).Expect(200);
            Assert.False(await sme.IsListed(wish));
        }
        Assert.All((await waiting.Get("/accounts/langhe-biotech/waitlist")).Expect(200)["items"]!.AsArray(),
            wish => Assert.Equal("offered", wish!.Status()));
    }
}
