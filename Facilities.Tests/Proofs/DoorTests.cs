using System.Text.Json.Nodes;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Proofs;

/// <summary>Rows B3, B14 and M7: no way in, and no way to change a booking, goes round the rules.</summary>
public sealed class DoorTests
{
    private static readonly Wish Taken = Wish.Mri("2027-01-18");
    private static readonly Wish Ours = Wish.Mri("2027-01-19");

    public static TheoryData<string> Doors =>
    [
        "quote", "booking", "several items", "series", "series preview", "series move", "move", "move by the facility",
    ];

    /// <summary>The pages post to the same desk as these calls.</summary>
    [Theory]
    [MemberData(nameof(Doors))]
    public async Task B3_no_door_takes_a_slot_that_overlaps_another(string door)
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (berlin, paris) = (await host.As("sme.berlin"), await host.As("sme.paris"));
        var manager = await host.As("manager.biopmed-imaging");
        var quoted = (await berlin.Quote(Taken)).Expect(201);
        var ours = await berlin.Hold(Ours);
        await paris.Hold(Taken, "seine-therapeutics");
        object move = new { items = new[] { new { itemId = "i1", start = Taken.Start } } };
        var answer = door switch
        {
            "quote" => await berlin.Quote(Taken),
            "booking" => await berlin.Book(quoted),
            "several items" => await berlin.Post("/quotes", new
            {
                accountId = ApiClient.Account,
                items = new[] { Wish.Mri("2027-01-20").Item(), Taken.Item() },
            }),
            "series" => await berlin.Post("/quotes", Weekly("2027-01-11")),
            "series preview" => AsRefusal(await berlin.Post("/quotes/preview", Weekly("2027-01-11"))),
            "series move" => await berlin.Post($"/bookings/{ours.Id()}/reschedule", new
            {
                series = new { itemId = "i1", scope = "all", start = Taken.Start },
            }),
            "move" => await berlin.Post($"/bookings/{ours.Id()}/reschedule", move),
            _ => await manager.Post($"/bookings/{ours.Id()}/reschedule", move),
        };
        answer.Refused(409, "slotTaken");
        Assert.Equal(Ours.Start, (await berlin.Booking(ours.Id()))["items"]![0]!.Text("start"));
        Assert.False(await berlin.IsListed(Ours));
    }

    private static object Weekly(string day) => new
    {
        accountId = ApiClient.Account,
        items = new[]
        {
            new
            {
                platformId = "biopmed-imaging",
                serviceId = "mri-half-day",
                start = $"{day}T08:00:00+01:00",
                duration = "PT4H",
                repeat = new { rrule = "FREQ=WEEKLY;COUNT=3" },
            },
        },
    };

    /// <summary>A preview refuses a date of it, not the whole.</summary>
    private static ApiAnswer AsRefusal(ApiAnswer preview)
    {
        var colliding = preview.Expect(200)["dates"]!.AsArray().Single(d => !d!["free"]!.GetValue<bool>())!;
        Assert.Equal(Taken.Start, colliding.Text("start"));
        Assert.NotEmpty(colliding["alternatives"]!.AsArray());
        return new ApiAnswer(
            409, "application/problem+json",
            new JsonObject { ["refusal"] = colliding.Text("refusal"), ["detail"] = colliding.Text("reason") }
                .ToJsonString());
    }

    [Theory]
    [InlineData("""{"items": [{"itemId": "i1", "start": ""}]}""", 400)]
    [InlineData("""{"items": [{"itemId": "i1"}]}""", 400)]
    [InlineData("""{"items": []}""", 422)]
    [InlineData("""{"series": {"itemId": "i1", "scope": "all", "start": "2020-01-20T08:00:00+01:00"}}""", 422)]
    [InlineData("""{"series": {"itemId": "i7", "scope": "all", "start": "2027-01-20T08:00:00+01:00"}}""", 422)]
    [InlineData("""{"series": {"itemId": "i1", "scope": "most", "start": "2027-01-20T08:00:00+01:00"}}""", 400)]
    [InlineData("""{"items": [{"itemId": "i1", "start": "2027-01-18T08:00:00"}]}""", 400)]
    [InlineData("""{"items": [{"itemId": "i1", "start": "2027-01-18T09:17:00+01:00"}]}""", 422)]
    [InlineData("""{"items": [{"itemId": "i1", "start": "2020-01-20T08:00:00+01:00"}]}""", 422)]
    public async Task B14_a_move_to_a_blank_or_impossible_time_changes_nothing(string move, int status)
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var berlin = await host.As("sme.berlin");
        var held = await berlin.Hold(Ours);
        Assert.Equal(status, (await berlin.Post($"/bookings/{held.Id()}/reschedule", move)).Status);
        Assert.True(JsonNode.DeepEquals(
            held["items"], (await berlin.Booking(held.Id()))["items"]), "the booking was moved");
        Assert.False(await berlin.IsListed(Ours));
    }

    [Theory]
    [InlineData("-PT4H")]
    [InlineData("PT0S")]
    [InlineData("")]
    [InlineData("4 hours")]
    public async Task B14_a_duration_that_is_no_length_is_refused(string duration)
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var answer = await (await host.As("sme.berlin")).Quote(Ours with { Duration = duration });
        Assert.True(answer.Status is 400 or 422, answer.Text);
        Assert.Equal("application/problem+json", answer.Type);
    }

    [Fact]
    public async Task M7_moving_a_booking_that_is_paid_asks_for_no_payment_again_whatever_the_prices_are_by_then()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (berlin, manager) = (await host.As("sme.berlin"), await host.As("manager.biopmed-imaging"));
        var booking = await berlin.Confirm(await berlin.Hold(Ours));
        object Eur(decimal amount) => new { amount, currency = "EUR" };
        decimal[] partnerPrices = [1380m, 900m, 2500m];
        for (var day = 0; day < partnerPrices.Length; day++)
        {
            (await manager.Put("/platforms/biopmed-imaging/services/mri-half-day/prices", new
            {
                home = Eur(1100),
                partner = Eur(partnerPrices[day]),
                external = Eur(3000),
                academic = Eur(900),
            })).Expect(200);
            var moved = (await berlin.Post($"/bookings/{booking.Id()}/reschedule", new
            {
                items = new[] { new { itemId = "i1", start = $"2027-01-{20 + day}T08:00:00+01:00" } },
            })).Expect(200);
            Assert.Equal("confirmed", moved.Status());
            Assert.True(JsonNode.DeepEquals(booking["payment"], moved["payment"]), moved["payment"]!.ToJsonString());
            Assert.True(JsonNode.DeepEquals(booking["quote"], moved["quote"]), "the sealed price changed");
            Assert.Equal(1090.13m, (await berlin.Voucher()).Amount("reserved"));
        }
        await host.AdvanceTo(Instant.FromUtc(2027, 1, 22, 12, 0));
        var delivered = (await manager.Post($"/bookings/{booking.Id()}/delivery", new { })).Expect(200);
        Assert.Equal(363.37m, delivered["final"]!.Amount("accountPays"));
    }
}
