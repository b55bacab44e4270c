using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Programmes;
using Facilities.Grains.Runtime;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Tests.Simulation;

/// <summary>Everybody who does something in a run.</summary>
internal static class Clients
{
    private const int Bookers = 8;

    public static async Task Act(SimulatedRun run, Template template)
    {
        var wishes = Contested(run, template);
        var bookers = Enumerable.Range(0, Bookers).Select(number => run.Scheduler.Start(() => new Booker(
            run, new Client(run, new Random(run.Seed * 100 + number)), number, wishes).Act()));
        var funders = Marketplace.Programmes.Select((programme, number) => run.Scheduler.Start(() =>
            Award(run, new Client(run, new Random(run.Seed * 100 + 50 + number)), programme)));
        await Task.WhenAll([.. bookers, .. funders, .. Funders.All(run)]);
    }

    /// <summary>What a service is listed with, in the days that the run will see.</summary>
    public static async Task<IEnumerable<Wish>> Listed(Incarnation incarnation, Offer offer, Instant from)
    {
        var today = from.InZone(DateTimeZoneProviders.Tzdb[offer.Zone]).Date;
        var answer = await incarnation.Grains.GetGrain<IPlatformGrain>(offer.Platform).FreeSlots(
            new SlotsAsked(new ServiceId(offer.Service), null, 1, today, today.PlusDays(5)));
        return answer.Slots.Select(slot => new Wish(offer, new ItemId("i1"), slot.Start, answer.Duration, 1));
    }

    /// <summary>A few starts of each service, near to each other, for many clients.</summary>
    private static ImmutableArray<Wish> Contested(SimulatedRun run, Template template)
    {
        var chosen = ImmutableArray.CreateBuilder<Wish>();
        foreach (var offer in Marketplace.Offers)
        {
            var listed = template.Listed.Where(w => w.Offer == offer).ToArray();
            var first = run.Lots.Next(Math.Max(1, listed.Length * 3 / 5));
            for (var picks = 0; picks < 4; picks++)
            {
                var wish = listed[Math.Min(listed.Length - 1, first + run.Lots.Next(5))];
                var longer = run.Lots.Next(3) == 0 && offer.Service is "run" or "suite";
                chosen.Add(wish with
                {
                    Quantity = offer.PerQuantity ? run.Lots.Next(1, 4) : 1,
                    Duration = longer
                        ? new Length(wish.Duration.Days * 2, wish.Duration.Minutes * 2)
                        : wish.Duration,
                });
            }
        }
        return chosen.ToImmutable();
    }

    /// <summary>A funder awards vouchers until its budget is used up, and a bit beyond.</summary>
    private static async Task Award(SimulatedRun run, Client client, Fund fund)
    {
        var (programme, stream) = (fund.Id, StreamName.Of("programme", fund.Id));
        var awards = Enumerable.Range(0, 5).Select(async number =>
        {
            await client.Pause();
            var command = new AwardVoucher(
                new($"award-{programme}-{number}"), Marketplace.Officer(programme),
                new(Marketplace.Accounts[client.Lots.Next(Marketplace.Accounts.Length)]),
                fund.Of(client.Lots.Next(20_000, (int)(fund.Budget / fund.PerCent / 3))), "");
            var outcome = await client.Tell(stream, command, Send(command));
            if (outcome != Outcome.Accepted || client.Lots.Next(4) != 0) return;
            var other = command with { Amount = command.Amount + fund.Of(100) };
            await client.Misuse(stream, other, Send(other));
        });
        await Task.WhenAll(awards.ToArray());

        Func<Incarnation, Task<Answered>> Send(AwardVoucher command) => async incarnation =>
            Answered.From(await incarnation.Grains.GetGrain<IProgrammeGrain>(programme).Award(command));
    }
}
