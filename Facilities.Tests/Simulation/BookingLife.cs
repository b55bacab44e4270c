using System.Collections.Immutable;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Programmes;
using Facilities.Grains.Runtime;
using NodaTime;

namespace Facilities.Tests.Simulation;

/// <summary>What people of all sides do with one booking that is held.</summary>
internal sealed partial class BookingLife(
    SimulatedRun run, Client client, Actor sme, BookingState held, ImmutableArray<Wish> wishes,
    ImmutableArray<Wish> contested)
{
    private readonly BookingId _id = held.Id!.Value;
    private readonly List<(RescheduleBooking Command, ImmutableArray<Wish> To)> _answered = [];
    private int _moves;
    private ImmutableArray<ItemId> _kept = [];

    private StreamName Stream => StreamName.Of("booking", _id.Value);

    private Random Lots => client.Lots;

    private bool NeedsApproval => wishes.Any(w => w.Offer.NeedsApproval);

    private IEnumerable<string> Platforms => wishes.Select(w => w.Offer.Platform).Distinct();

    public async Task Live()
    {
        if (Lots.Next(10) == 0)
        {
            run.Coverage.Count("client: walked away from a hold");
            return;
        }
        if (Lots.Next(12) == 0) await Stranger();
        if (!await Gates()) return;
        await Task.WhenAll(Advances().Append(Use()).ToArray());
        await Repayments(1);
        if (Lots.Next(2) == 0) await Repayments(2);
    }

    /// <summary>Changes it, cancels it or has it delivered.</summary>
    private async Task Use()
    {
        if (Platforms.Count() > 1 && Lots.Next(2) == 0)
            for (var tries = 0; tries < 3; tries++) await Move();
        if (wishes.Length > 1 && Lots.Next(2) == 0)
        {
            await Drops();
            return;
        }
        switch (Lots.Next(10))
        {
            case 0:
                await Task.WhenAll(Cancel(sme, "cancel"), Cancel(AManager, "drop"));
                return;
            case 1 or 2:
                await client.Pause();
                await Cancel(Lots.Next(4) == 0 ? AManager : sme, "cancel");
                return;
            case 3 or 4 or 5:
                await Move();
                if (Lots.Next(3) == 0) await Task.WhenAll(Move(), Move());
                foreach (var (command, to) in _answered.ToArray()) await Repeat(command, to);
                break;
            case 6:
                await Task.WhenAll(Resize(), Lots.Next(3) == 0 ? Resize() : Task.CompletedTask);
                if (Lots.Next(3) == 0) await Resize();
                if (Lots.Next(2) == 0) await Split();
                break;
            case 7:
                await Split();
                break;
        }
        await Delivery();
    }

    private Actor AManager => Marketplace.Manager(Platforms.First());

    /// <summary>Every side passes its gate, in order or at once, in time or at the very deadline.</summary>
    private async Task<bool> Gates()
    {
        if (NeedsApproval)
        {
            await client.Pause();
            if (!await Approve()) return false;
        }
        else if (Lots.Next(6) == 0) await Tell(new ExtendHold(Step("extend"), sme), (grain, c) => grain.Extend(c));
        if (Lots.Next(8) == 0) await Move();
        if (Lots.Next(4) == 0) await AtTheDeadline();
        else if (Lots.Next(3) == 0) await client.Pause();
        var moving = Lots.Next(8) == 0 ? MoveMeanwhile() : Task.CompletedTask;
        var signers = Platforms.Where(p => !Marketplace.SignedInAdvance(p)).Select(Marketplace.Manager).Append(sme);
        var outcomes = await Task.WhenAll(signers.Select(Sign).ToArray());
        if (!outcomes.All(o => o == Outcome.Accepted)) return false;
        if (Lots.Next(15) == 0) return false;
        if (Lots.Next(4) == 0) await AtTheDeadline();
        var racing = Lots.Next(12) == 0 ? Cancel(sme, "regret") : null;
        var paid = await Tell(
            new AgreePayment(Step("pay"), sme, PaymentMethod.Invoice), (grain, c) => grain.AgreePayment(c));
        if (racing is not null) await racing;
        await moving;
        return paid == Outcome.Accepted;
    }

    private async Task<bool> Approve()
    {
        var manager = Marketplace.Manager(wishes.First(w => w.Offer.NeedsApproval).Offer.Platform);
        Task<Outcome> Decide(bool approve) => Tell(
            new ApproveBooking(Step(approve ? "approve" : "reject"), manager, approve, ""), (g, c) => g.Approve(c));
        switch (Lots.Next(10))
        {
            case 0:
                await Decide(false);
                return false;
            case 1:
                run.Coverage.Count("client: approved and rejected at once");
                return (await Task.WhenAll(Decide(true), Decide(false)))[0] == Outcome.Accepted;
            case 2:
                // Nobody decides.
                return false;
            default:
                return await Decide(true) == Outcome.Accepted;
        }
    }

    private async Task<Outcome> Sign(Actor by)
    {
        var command = new SignContract(Step($"sign-{by.Person}"), by, held.ContentHash, by.Name);
        var outcome = await Tell(command, (grain, c) => grain.Sign(c));
        if (outcome == Outcome.Accepted && Lots.Next(10) == 0)
        {
            var other = command with { Name = "Somebody Else" };
            await client.Misuse(Stream, other, incarnation => Send(incarnation, other, (grain, c) => grain.Sign(c)));
        }
        return outcome;
    }

    /// <summary>Waits until the deadline by the clock of some process, to the microsecond.</summary>
    private async Task AtTheDeadline()
    {
        if (await client.View(_id, sme) is not { HeldUntil: { } until }) return;
        run.Coverage.Count("client: acted at the very deadline");
        var skew = run.Processes[Lots.Next(run.Processes.Count)].Clock.Skew;
        var near = Lots.Next(4) switch
        {
            0 => Duration.FromMilliseconds(-Lots.Next(60)),
            1 => Duration.FromMilliseconds(Lots.Next(60)),
            _ => Duration.FromNanoseconds(1000 * (Lots.Next(3) - 1)),
        };
        await run.Clock.Until(until - skew + near);
    }

    private async Task Move()
    {
        // One item, or all of them at once, at whatever platforms they are.
        ImmutableArray<Wish> items =
            wishes.Length > 1 && Lots.Next(3) > 0 ? wishes : [wishes[Lots.Next(wishes.Length)]];
        ImmutableArray<Wish> to = [.. items.Select(item =>
        {
            var others = contested.Where(w => w.Offer == item.Offer).ToArray();
            return item with { Start = others[Lots.Next(others.Length)].Start };
        })];
        var isOne = items.DistinctBy(i => i.Offer.Platform).Count() == 1;
        var by = isOne && (NeedsApproval || Lots.Next(3) == 0) ? Marketplace.Manager(items[0].Offer.Platform) : sme;
        var command = new RescheduleBooking(
            Step($"move-{_moves++}"), by, [.. to.Select(wish => new ItemStart(wish.Item, wish.Start))]);
        var outcome = await Tell(command, (grain, c) => grain.Reschedule(c), to);
        if (outcome != Outcome.Unknown && Lots.Next(2) == 0) _answered.Add((command, to));
    }

    /// <summary>A program that lost its answers asks again for each of them, whatever has happened since.</summary>
    private async Task Repeat(RescheduleBooking command, ImmutableArray<Wish> to)
    {
        await client.Pause();
        run.Coverage.Count("client: repeated what was answered long ago");
        await Tell(command, (grain, c) => grain.Reschedule(c), to);
    }

    private Task MoveMeanwhile()
    {
        run.Coverage.Count("client: moved while a gate was passed");
        return Move();
    }

    private Task<Outcome> Cancel(Actor by, string step) =>
        Tell(new CancelBooking(Step(step), by, ""), (grain, c) => grain.Cancel(c));

    private async Task Stranger()
    {
        var stranger = Marketplace.Sme(Marketplace.Accounts.First(a => $"p-{a}" != sme.Person.Value));
        var outcome = await Cancel(stranger, "stranger");
        if (outcome == Outcome.Accepted) run.Find($"A stranger cancelled {_id}.");
    }

    private async Task Delivery()
    {
        if (await client.View(_id, sme) is not { Status: BookingStatus.Confirmed } booking) return;
        _kept = [.. booking.Items.Select(i => i.Id)];
        if (Lots.Next(4) == 0) await Arrive(booking);
        if (Lots.Next(4) == 0) await Release(booking);
        await run.Clock.Until(booking.Start + Duration.FromMilliseconds(Lots.Next(-2_000, 2_000_000)));
        if (Lots.Next(7) == 0)
        {
            await Tell(new RecordNoShow(Step("absent"), AManager, ""), (grain, c) => grain.NoShow(c));
            return;
        }
        if (Lots.Next(8) == 0) return;
        await Deliver("deliver");
        switch (Lots.Next(6))
        {
            case 0:
                run.Coverage.Count("client: left a delivery unanswered");
                return;
            case 1:
                await Accept("object", false);
                await Deliver("deliver-again");
                break;
        }
        await client.Pause();
        if (await Accept("accept", true) != Outcome.Accepted) return;
        await Task.WhenAll(Claims().Concat(Invoices()).Concat(Credits()).ToArray());
        if (Lots.Next(2) == 0) await Task.WhenAll(Credits().ToArray());
    }

    private Task<Outcome> Deliver(string step)
    {
        var hourly = wishes.Where(w => w.Duration.Days == 0 && _kept.Contains(w.Item) && Lots.Next(3) == 0)
            .Select(w => new ItemUsage(w.Item, Length.OfHours(1), w.Quantity, null));
        return Tell(new DeliverBooking(Step(step), AManager, [.. hourly]), (grain, c) => grain.Deliver(c));
    }

    private Task<Outcome> Accept(string step, bool accepted) =>
        Tell(new AcceptDelivery(Step(step), sme, accepted, ""), (grain, c) => grain.Accept(c));

    private IEnumerable<Task> Invoices() => Platforms.Select(async platform =>
    {
        await client.Pause();
        await Tell(
            new RecordInvoicePaid(Step($"money-{platform}"), Marketplace.Manager(platform),
                IssueInvoice.InvoiceOf(new PlatformId(platform), _id)),
            (grain, c) => grain.RecordInvoicePaid(c));
    });

    private CommandId Step(string step) => new($"{_id}-{step}");

    private Task<Outcome> Tell<TCommand>(
        TCommand command, Func<IBookingGrain, TCommand, Task<Reply<BookingRefusal>>> send,
        params ImmutableArray<Wish> to) where TCommand : Command =>
        client.Tell(Stream, command, incarnation => Send(incarnation, command, send), to);

    private async Task<Answered> Send<TCommand>(
        Incarnation incarnation, TCommand command, Func<IBookingGrain, TCommand, Task<Reply<BookingRefusal>>> send) =>
        Answered.From(await send(incarnation.Grains.GetGrain<IBookingGrain>(_id.Value), command));
}
