using System.Text.Json;
using Facilities.Grains.Accounts;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Runtime;

namespace Facilities.Tests.Simulation;

/// <summary>
/// Judges what is left when everything has come to rest: nothing is held for ever, every part fits its booking, ledgers
/// add up, and what a process remembers is what its log says.
/// </summary>
internal sealed class EndAudit(SimulatedRun run, LogAudit log)
{
    /// <summary>Asks a process that is still warm for all that it knows.</summary>
    public static async Task Look(SimulatedRun run)
    {
        var grains = run.Processes[0].Current!.Grains;
        foreach (var stream in run.Database.Commits.Select(c => c.Append.Stream).Distinct())
        {
            if (stream.Kind == "booking")
                run.LastViews[stream.Value] =
                    Text(await grains.GetGrain<IBookingGrain>(stream.Key).View(Actor.System));
            else if (stream.Kind == "account")
                run.LastViews[stream.Value] = Text(await grains.GetGrain<IAccountGrain>(stream.Key).View());
        }
    }

    public void Judge()
    {
        foreach (var (id, history) in log.Bookings.All) Booking(id, history.Last);
        foreach (var (id, history) in log.Calendars.All)
            foreach (var taken in history.Last.Taken)
                Must(log.Bookings[taken.Booking].Last.IsLive && !taken.IsAside,
                    $"{id} keeps a slot for {taken.Booking}");
        foreach (var (id, history) in log.Budgets.All)
            foreach (var (voucher, account) in history.Last.HandedTo)
                Must(log.Wallets[account].Last.Purses.ContainsKey(voucher), $"{account} never got {voucher} of {id}");
        foreach (var (id, history) in log.Budgets.All)
            foreach (var (voucher, amount) in history.Last.Returned)
            {
                var purse = log.Wallets[history.Last.HandedTo[voucher]].Last.Purses[voucher];
                Must(purse.Returned + purse.Lapsed == amount, $"{voucher} gave {purse} back, {id} got {amount}");
            }
        foreach (var (id, history) in log.Wallets.All)
            foreach (var (voucher, purse) in history.Last.Purses)
            {
                Must(!purse.HasEnded || purse.Left == 0, $"{purse.Left} of {voucher} did not go back from {id}");
                Must(purse.HasEnded || purse.Redeemed == purse.Face || purse.Over > run.Clock.Now,
                    $"{voucher} of {id} goes on after its last day");
            }
        foreach (var fault in log.Declared.Faults()) Must(false, fault);
        // None where the run broke off, which is a finding by itself.
        if (run.LastViews.Count > 0) Views();
    }

    private void Booking(string id, BookingFacts facts)
    {
        if (facts.IsLive && facts.Places.Any(p => Marketplace.ClockChanges.Any(c => p.Start < c && c < p.End)))
            run.Coverage.Count("ending: a night on which the clocks change was booked");
        Must(facts.Stage is not (Stage.Holding or Stage.Open), $"{id} is {facts.Stage} for ever");
        Must(!facts.IsPending && !facts.IsMoving, $"the parts of {id} never followed");
        if (facts.Request is null) return;
        run.Coverage.Count($"ending: booking {facts.Stage}");
        var wallet = log.Wallets[facts.Account].Last;
        var isReserved = facts.Stage is Stage.Confirmed or Stage.Delivered;
        Must(wallet.Reservations.ContainsKey(id) == isReserved, $"the wallet of {id} ({facts.Stage}) does not fit");
        Must(!isReserved || wallet.Firm.Contains(id), $"the vouchers of {id} ({facts.Stage}) are not firm");
        foreach (var place in facts.Places)
        {
            var calendar = log.Calendars[place.Offer.Platform].Last;
            Must(calendar.Taken.Count(t => t.Booking == id && t.Wish == place) == (facts.IsLive ? 1 : 0),
                $"the slot of {id} ({facts.Stage}) at {place.Offer.Platform} does not fit");
            Must(calendar.Firm.Contains(id) == facts.IsLive, $"the slot of {id} ({facts.Stage}) is firm or not");
        }
        foreach (var (cluster, history) in log.Shares.All)
            Must(isReserved || !history.Last.Reserved.ContainsKey(id), $"{cluster} still reserves for {id}");
    }

    /// <summary>A process that lived through it all remembers what a replay of the log makes.</summary>
    private void Views()
    {
        foreach (var stream in log.Events.GroupBy(e => e.Key.Append.Stream))
        {
            var events = stream.SelectMany(e => e.Value, (e, happened) => (Event: happened, e.Key.Append.At));
            try
            {
                Must(Replayed(stream.Key, events) is not { } replayed || replayed == run.LastViews[stream.Key.Value],
                    $"{stream.Key} is remembered as other than its log");
            }
            catch (Exception fault) when (fault is InvalidOperationException or ArgumentException)
            {
                run.Find($"The log of {stream.Key} cannot be replayed: {fault.Message}");
            }
        }
    }

    private static string? Replayed(
        StreamName stream, IEnumerable<(object Event, NodaTime.Instant At)> events)
    {
        switch (stream.Kind)
        {
            case "booking":
                var booking = events.Aggregate(BookingState.Nobody, (state, e) =>
                    BookingEvolution.Evolve(state, (BookingEvent)e.Event, e.At));
                return Text(booking.IsVisible ? booking : null);
            case "account":
                var account = events.Aggregate(AccountState.Nobody, (state, e) =>
                    AccountState.Evolve(state, (AccountEvent)e.Event, e.At));
                return Text(new AccountView(account.Profile!, [.. account.Vouchers.Values])
                {
                    Declared = account.Declared,
                });
            case "platform":
                // Throws where a unit is given twice.
                _ = events.Aggregate(PlatformState.Nobody, (state, e) =>
                    PlatformState.Evolve(state, (PlatformEvent)e.Event, e.At));
                return null;
            default:
                return null;
        }
    }

    private static string Text<T>(T value) => JsonSerializer.Serialize(value, Json.Options);

    private void Must(bool holds, string otherwise)
    {
        if (!holds) run.Find($"At the end, {otherwise}.");
    }
}
