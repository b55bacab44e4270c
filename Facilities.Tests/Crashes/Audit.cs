using System.Text.Json.Nodes;
using Dapper;
using Facilities.Grains.Services;
using Facilities.Tests.TestKit;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Tests.Crashes;

/// <summary>Holds what people were told against what is there when all is over.</summary>
internal sealed class Audit(Marketplace market, Register register, Random random, Action<string> say)
{
    private const int RepeatsMax = 150;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly Duration Week = Duration.FromDays(7);

    // Units of what is booked here; what else these services use has more.
    private static readonly Dictionary<string, int> Units = new()
    {
        ["mri-half-day"] = 1,
        ["crystal-screen"] = 1,
        ["sorting"] = 1,
        ["bench-day"] = 3,
    };

    public async Task Run()
    {
        await RepeatedKeysAnswerTheSame();
        say((await market.Command("demo", "--advance", "P8D")).Said.Trim());
        await EveryProcessFollowsTheClock();
        await NothingIsHeld();
        var live = await EveryAcknowledgedBookingIsThereOnce();
        NothingIsOverItsUnits(live);
        await VouchersHoldWhatLiveBookingsReserved(live);
        await WhatIsFreeCanBeBookedAgain(live);
        var (code, said) = await market.Command("verify");
        say(said.Trim());
        if (code != 0) register.Fault(said);
    }

    private async Task RepeatedKeysAnswerTheSame()
    {
        foreach (var told in register.Answers.OrderBy(_ => random.Next()).Take(RepeatsMax).GroupBy(t => t.Login))
        {
            var client = await market.As(told.Key);
            foreach (var first in told)
            {
                var again = await client.Post(first.Path, first.Body, first.Key);
                if (again.Status != first.Status || again.Text != first.Text)
                    register.Fault($"{first.Path} {first.Key}: {first.Status} {first.Text}\nis now {again}");
            }
        }
    }

    /// <summary>Else a session of one process would have ended long ago for another.</summary>
    private async Task EveryProcessFollowsTheClock()
    {
        foreach (var replica in market.Replicas)
        {
            var until = SystemClock.Instance.GetCurrentInstant() + Duration.FromTimeSpan(Patience);
            while (await Marketplace.SessionEnd(replica) - SystemClock.Instance.GetCurrentInstant() < Week)
            {
                Assert.True(SystemClock.Instance.GetCurrentInstant() < until, "A process does not follow the clock.");
                await Task.Delay(200);
            }
        }
    }

    private async Task NothingIsHeld()
    {
        await using var dialect = market.Storage.Open();
        var until = SystemClock.Instance.GetCurrentInstant() + Duration.FromTimeSpan(Patience);
        while (true)
        {
            var held = (await dialect.Read(connection => connection.QueryAsync<string>("""
                select body from bookings where status in ('held', 'awaitingApproval', 'awaitingSignature',
                'awaitingPayment') union all select stream || ' ' || name from due where name = 'resume'
                """))).ToArray();
            if (held.Length == 0) return;
            if (SystemClock.Instance.GetCurrentInstant() > until)
            {
                register.Fault($"{held.Length} are held or interrupted for ever, such as {held[0]}");
                return;
            }
            await Task.Delay(200);
        }
    }

    private async Task<JsonNode[]> EveryAcknowledgedBookingIsThereOnce()
    {
        var known = register.Bookings;
        var found = new Dictionary<string, JsonNode>();
        foreach (var account in Trial.Accounts)
        {
            var client = await market.As(account.Login);
            for (string? cursor = ""; cursor is not null;)
            {
                var page = (await client.Get($"/bookings?accountId={account.Id}&limit=200"
                    + (cursor == "" ? "" : $"&cursor={Uri.EscapeDataString(cursor)}"))).Expect(200);
                foreach (var booking in page["items"]!.AsArray())
                    if (!found.TryAdd(booking!.Id(), booking!)) register.Fault($"{booking!.Id()} is listed twice.");
                cursor = page["nextCursor"]?.GetValue<string>();
            }
        }
        foreach (var id in found.Keys.Except(known.Keys))
            register.Fault($"Nobody was told of {id}: {found[id]["history"] ?? found[id].Text("status")}");
        foreach (var (id, told) in known)
        {
            var expected = told.Status is "held" or "awaitingPayment" ? "expired" : told.Status;
            if (!found.TryGetValue(id, out var booking)) register.Fault($"{id}, which was {told.Status}, is gone.");
            else if (booking.Status() != expected)
                register.Fault($"{id} was {told.Status} and is {booking.Status()}, not {expected}.");
        }
        say($"{known.Count} bookings acknowledged: "
            + string.Join(", ", found.Values.CountBy(b => b.Status()).Select(c => $"{c.Value} {c.Key}")));
        return [.. found.Values.Where(b => b.Status() == "confirmed")];
    }

    /// <summary>With arithmetic of its own, by counting who is there at each start.</summary>
    private void NothingIsOverItsUnits(JsonNode[] live)
    {
        foreach (var service in live.SelectMany(b => b["items"]!.AsArray()).GroupBy(i => i!.Text("serviceId")))
        {
            var uses = service.Select(i => (From: At(i!, "start"), To: At(i!, "end"))).ToArray();
            foreach (var (from, _) in uses)
            {
                var together = uses.Count(u => u.From <= from && from < u.To);
                if (together > Units[service.Key]) register.Fault($"{together} have {service.Key} at {from}.");
            }
        }
    }

    private async Task VouchersHoldWhatLiveBookingsReserved(JsonNode[] live)
    {
        foreach (var account in Trial.Accounts)
        {
            var promised = live.Where(b => b.Text("accountId") == account.Id)
                .SelectMany(b => b["quote"]!["funding"]!.AsArray()).Where(f => f!.Text("kind") == "voucher")
                .GroupBy(f => f!.Text("id")).ToDictionary(f => f.Key, f => f.Sum(v => v!.Amount("amount")));
            var client = await market.As(account.Login);
            var vouchers = (await client.Get($"/accounts/{account.Id}/vouchers")).Expect(200)["items"]!.AsArray();
            foreach (var voucher in vouchers)
            {
                var (reserved, expected) =
                    (voucher!.Amount("reserved"), promised.GetValueOrDefault(voucher!.Text("voucherId")));
                if (reserved != expected)
                    register.Fault($"{account.Id}: {reserved} is reserved, but live bookings hold {expected}.");
            }
        }
    }

    private async Task WhatIsFreeCanBeBookedAgain(JsonNode[] live)
    {
        var ended = register.Bookings.Values.Where(b => b.Status != "confirmed")
            .SelectMany(b => b.Booking["items"]!.AsArray()).OrderBy(_ => random.Next()).Take(10);
        var client = await market.As(Trial.Accounts[0].Login);
        foreach (var item in ended)
        {
            var length = At(item!, "end") - At(item!, "start");
            var wish = new Wish(
                item!.Text("platformId"), item!.Text("serviceId"), item!.Text("start"), $"PT{length.TotalHours:0}H");
            var others = live.SelectMany(b => b["items"]!.AsArray()).Where(i => i!.Text("serviceId") == wish.Service);
            if (Units[wish.Service] == 1 && !others.Any(i => Touches(i!, item!)) && !await client.IsListed(wish))
                register.Fault($"Nobody has {wish}, and yet it is not free.");
        }
    }

    /// <summary>Within an hour, which is more than any buffer here.</summary>
    private static bool Touches(JsonNode one, JsonNode other) =>
        At(one, "start") < At(other, "end") + Duration.FromHours(1)
        && At(other, "start") < At(one, "end") + Duration.FromHours(1);

    internal static Instant At(JsonNode item, string member) =>
        OffsetDateTimePattern.ExtendedIso.Parse(item.Text(member)).Value.ToInstant();
}
