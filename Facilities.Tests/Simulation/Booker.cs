using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Bookings;
using Facilities.Grains.Funding;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using Facilities.Grains.Runtime;
using Facilities.Grains.Services;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Tests.Simulation;

/// <summary>
/// A person of an SME who books what others want too, and takes each booking some way along its life; what the other
/// sides do with that booking is told in <see cref="BookingLife"/>.
/// </summary>
internal sealed class Booker(SimulatedRun run, Client client, int number, ImmutableArray<Wish> contested)
{
    private readonly string _account = Marketplace.Accounts[number % Marketplace.Accounts.Length];

    private Actor Me => Marketplace.Sme(_account);

    public async Task Act()
    {
        for (var round = 0; round < 3; round++)
        {
            if (round > 0 || client.Lots.Next(3) == 0) await client.Pause();
            await Book(new BookingId($"b{number}-{round}"));
        }
    }

    private async Task Book(BookingId id)
    {
        var wishes = Choose();
        if (await Quote(id, wishes) is not { } basis) return;
        if (client.Lots.Next(3) == 0) await client.Pause();
        var command = new RequestBooking(new($"request-{id}"), Me, id, basis, null, "A trial", []);
        BookingState? held = null;
        var outcome = await client.Tell(StreamName.Of("booking", id.Value), command, async incarnation =>
        {
            var answer = await incarnation.Bookings.Book(id, Me, basis.Quote.Id, basis.Quote.Seal, "A trial");
            held = answer.Value ?? held;
            return Answered.From(answer);
        }, wishes);
        if (outcome == Outcome.Accepted && held is not null)
            await new BookingLife(run, client, Me, held, wishes, contested).Live();
    }

    private async Task<QuoteBasis?> Quote(BookingId id, ImmutableArray<Wish> wishes)
    {
        var asked = run.Clock.Now;
        var answer = await client.Read(async incarnation =>
        {
            asked = run.Clock.Now;
            return await incarnation.Quotes.Make(new QuoteId($"q-{id}"), Me, new AccountId(_account),
                [.. wishes.Select(Asked)],
                client.Lots.Next(4) == 0 ? new VoucherChoice.None() : new VoucherChoice.Auto());
        });
        if (answer is null) return null;
        run.Quoted.Add(new Quoted(wishes, asked, run.Clock.Now, answer.Refusal?.Name));
        run.Coverage.Count($"quote: {answer.Refusal?.Name ?? "sealed"}");
        return answer.Value;
    }

    private static AskedItem Asked(Wish wish) => new(
        new PlatformId(wish.Offer.Platform), new ServiceId(wish.Offer.Service),
        OffsetDateTimePattern.ExtendedIso.Format(
            wish.Start.InZone(DateTimeZoneProviders.Tzdb[wish.Offer.Zone]).ToOffsetDateTime()),
        wish.Duration, wish.Quantity);

    /// <summary>One item, or two at several platforms.</summary>
    private ImmutableArray<Wish> Choose()
    {
        var first = contested[client.Lots.Next(contested.Length)];
        if (client.Lots.Next(3) != 0) return [first];
        var others = contested.Where(w => w.Offer != first.Offer).ToArray();
        return [first, others[client.Lots.Next(others.Length)] with { Item = new ItemId("i2") }];
    }
}
