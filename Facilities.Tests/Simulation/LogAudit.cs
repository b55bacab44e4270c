using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Applications;
using Facilities.Grains.Banking;
using Facilities.Grains.Bookings;
using Facilities.Grains.Claims;
using Facilities.Grains.Clusters;
using Facilities.Grains.Credits;
using Facilities.Grains.Debts;
using Facilities.Grains.Funding;
using Facilities.Grains.Instalments;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Programmes;
using Facilities.Grains.Runtime;
using Facilities.Grains.Services;
using Facilities.Grains.Undertakings;
using NodaTime;

namespace Facilities.Tests.Simulation;

/// <summary>
/// Reads the whole log once, in the order of commits, keeps the auditor's facts of every stream, and holds each event
/// against what always holds, across streams.
/// </summary>
internal sealed partial class LogAudit(SimulatedRun run)
{
    private readonly Dictionary<(StreamName, CommandId), Commit> _byCommand = [];
    private string _now = "";

    public Histories<BookingFacts> Bookings { get; } = new(_ => BookingFacts.None);

    public Histories<CalendarFacts> Calendars { get; } = new(id => new CalendarFacts(id, [], [], 0));

    public Histories<WalletFacts> Wallets { get; } = new(_ => WalletFacts.Empty);

    public Histories<BudgetFacts> Budgets { get; } = new(_ => BudgetFacts.Empty);

    public DeclaredFacts Declared { get; } = new();

    public Histories<ShareFacts> Shares { get; } = new(_ => ShareFacts.Empty);

    /// <summary>The events of each commit, read.</summary>
    public Dictionary<Commit, object[]> Events { get; } = [];

    public Commit? Of(StreamName stream, CommandId command) => _byCommand.GetValueOrDefault((stream, command));

    public LogAudit Read()
    {
        var versions = new Dictionary<StreamName, (long Version, Instant At)>();
        foreach (var commit in run.Database.Commits)
        {
            _now = $"{commit.Append.Stream} by {commit.Append.Command}";
            if (!_byCommand.TryAdd((commit.Append.Stream, commit.Append.Command), commit))
                Wrong("one command is in the log twice");
            Events[commit] = [.. commit.Events.Select(e => EventNames.Read(e.Event))];
            foreach (var (stored, happened) in commit.Events.Zip(Events[commit]))
            {
                var last = versions.GetValueOrDefault(stored.Stream);
                if (stored.Version != last.Version + 1) Wrong($"version {stored.Version} follows {last.Version}");
                if (last.Version > 0 && stored.At < last.At) Wrong($"{stored.At} follows {last.At}");
                versions[stored.Stream] = (stored.Version, stored.At);
                Take(stored, happened, commit.Committed);
            }
        }
        return this;
    }

    private void Take(StoredEvent stored, object happened, Instant committed)
    {
        var key = stored.Stream.Key;
        switch (happened)
        {
            case BookingEvent e:
                var facts = Bookings[key].Last.After(e, stored.At, Wrong);
                Bookings[key].Add(committed, facts);
                if (e is BookingRequested { Quote: var quote }) Converts(key, quote);
                if (e is BookingHeld) HoldsAll(key, facts, committed);
                if (e is BookingConfirmed) HoldsAll(key, facts, committed);
                if (e is BookingMoved or LengthChanged or TimeReleased or SlotSplit or MoveRefused
                    or ItemsDropped)
                    HasSlots(key, facts, committed);
                if (e is PlacesHeld)
                    foreach (var place in facts.Coming) Must(Calendars[place.Offer.Platform].Last.Taken
                        .Any(t => t.Booking == key && t.Wish == place && t.IsAside), $"{place.Start} is not held");
                run.Coverage.Count($"event: {e.GetType().Name}");
                break;
            case PlatformEvent e:
                Calendars[key].Add(committed, Platform(key, Calendars[key].Last, e));
                break;
            case AccountEvent e:
                Declared.Take(key, e);
                Wallets[key].Add(committed, Account(Wallets[key].Last, e));
                break;
            case ProgrammeEvent e:
                Budgets[key].Add(committed, Programme(Budgets[key].Last, e));
                break;
            case UndertakingEvent e:
                Declared.Take(key, e);
                break;
            case ClusterEvent e:
                Shares[key].Add(committed, Cluster(Shares[key].Last, e));
                break;
        }
    }

    private CalendarFacts Platform(string platform, CalendarFacts facts, PlatformEvent happened)
    {
        switch (happened)
        {
            case SlotsHeld e:
                return facts.Take(e.Booking.Value, e.Slots, s => Wanted(e.Booking, platform, s), Wrong);
            case SlotsMoved e:
                Must(facts.Has(e.Booking.Value), $"{e.Booking} has nothing to move");
                return facts.Take(e.Booking.Value, e.Slots, s => Coming(e.Booking, platform, s), Wrong);
            case SlotsSetAside e:
                Must(facts.Has(e.Booking.Value), $"{e.Booking} has nothing to move");
                return facts.Take(e.Booking.Value, e.Slots, s => Coming(e.Booking, platform, s), Wrong, aside: true);
            case MoveBarred e:
                return facts.GiveUp(e.Booking.Value);
            case SlotsDropped e:
                Must(!e.Items.IsEmpty && e.Items.All(Bookings[e.Booking.Value].Last.Going.Contains),
                    $"{e.Booking} gave up no such slot");
                return facts.Drop(e.Booking.Value, e.Items);
            case SlotsFirmed e:
                Must(facts.Has(e.Booking.Value), $"{e.Booking} has no slot to make firm");
                Must(Bookings[e.Booking.Value].Last.WasConfirmed, $"{e.Booking} is not confirmed");
                return facts with { Firm = facts.Firm.Add(e.Booking.Value) };
            case SlotsReleased e:
                Must(Bookings[e.Booking.Value].Last.HasEnded, $"slots are released though {e.Booking} has not ended");
                return facts.Release(e.Booking.Value);
            case InvoiceIssued e:
                var stage = Bookings[e.Booking.Value].Last.Stage;
                Must(stage is Stage.Accepted or Stage.Cancelled or Stage.NoShow, $"{e.Booking} is invoiced at {stage}");
                Must(e.Invoice.Number.EndsWith($"{facts.Invoices + 1:000000}", StringComparison.Ordinal),
                    $"invoice {e.Invoice.Number} follows {facts.Invoices}");
                return facts with { Invoices = facts.Invoices + 1 };
            default:
                return facts;
        }
    }

    private WalletFacts Account(WalletFacts facts, AccountEvent happened)
    {
        switch (happened)
        {
            case VoucherReceived e:
                Must(!facts.Purses.ContainsKey(e.Voucher.Value), $"{e.Voucher} came twice");
                return facts with
                {
                    Purses = facts.Purses.SetItem(e.Voucher.Value, new(e.FaceValue.Minor, 0, 0)
                    {
                        Over = e.ExpiresOn.PlusDays(1).AtStartOfDayInZone(
                            DateTimeZoneProviders.Tzdb[e.Programme.TimeZone]).ToInstant(),
                    }),
                };
            case VoucherEnded e:
                run.Coverage.Count($"event: VoucherEnded {e.How}");
                return facts.End(e.Voucher.Value, Wrong);
            case VouchersReserved e:
                return facts.Reserve(e.Booking.Value, Parts(e.Parts), Wrong);
            case VouchersFirmed e:
                Must(Bookings[e.Booking.Value].Last.WasConfirmed, $"{e.Booking} is not confirmed");
                return facts with { Firm = facts.Firm.Add(e.Booking.Value) };
            case VouchersReleased e:
                Must(Bookings[e.Booking.Value].Last.HasEnded, $"vouchers released though {e.Booking} has not ended");
                return facts.Release(e.Booking.Value, Wrong);
            case VouchersRedeemed e:
                Must(Bookings[e.Booking.Value].Last.Stage == Stage.Accepted, $"{e.Booking} redeems unaccepted");
                foreach (var (voucher, amount) in Parts(e.Advanced ?? []))
                    Must(facts.Drawn.GetValueOrDefault((e.Booking.Value, voucher)) >= amount,
                        $"{e.Booking} redeems {amount} of {voucher} that it did not draw");
                return facts.Redeem(e.Booking.Value, Parts(e.Parts), Wrong);
            case AdvanceDrawn e:
                Must(Bookings[e.Booking.Value].Last.WasConfirmed, $"{e.Booking} is not confirmed");
                Must(e.Parts.All(p => p.Amount.Minor == InAdvance(e.Booking.Value, p.Voucher.Value)),
                    $"{e.Booking} draws another amount than its programme pays in advance");
                return facts.Draw(e.Booking.Value, Parts(e.Parts), Wrong);
            case AdvanceReturned e:
                Must(Claim($"a-{e.Booking}-{e.Voucher}")?.Freed.Contains(new(e.Number, e.Amount.Minor, false)) == true,
                    $"{e.Amount} of {e.Voucher} come back of {e.Booking}, which its programme does not know");
                return facts.GiveBack(e.Booking.Value, e.Voucher.Value, e.Amount.Minor, Wrong);
            case RedemptionCredited e:
                Must(IsDueBack(e), $"{e.Amount} of {e.Voucher} are credited, which its programme does not have");
                return facts.Credit(e.Voucher.Value, e.Amount.Minor, Wrong);
            case VoucherLapsed e:
                return facts.Lapse(e.Voucher.Value, e.Amount.Minor, Wrong);
            case RedemptionReturned e:
                Must(WasLost(e.Claim.Value, e.Amount.Minor), $"{e.Claim} was not rejected");
                return facts.Return(e.Voucher.Value, e.Amount.Minor, Wrong);
            default:
                return facts;
        }
    }

    private ShareFacts Cluster(ShareFacts facts, ClusterEvent happened) => happened switch
    {
        CoFinancingBudgetSet e => facts with { Budget = e.Budget.Minor },
        CoFinancingReserved e => facts.Reserve(e.Booking.Value, e.Amount.Minor, Wrong),
        CoFinancingReleased e => Give(facts, e.Booking.Value),
        CoFinancingOwed e => facts.Owe(e.Booking.Value, e.Amount.Minor, Wrong),
        CoFinancingCredited e => facts.Credit($"{e.Booking}/{e.Number}", e.Amount.Minor, Wrong),
        _ => facts,
    };

    private ShareFacts Give(ShareFacts facts, string booking)
    {
        Must(Bookings[booking].Last.HasEnded, $"co-financing is released though {booking} has not ended");
        return facts with { Reserved = facts.Reserved.Remove(booking) };
    }

    /// <summary>All or nothing: at the moment it is held or confirmed, a booking has every part.</summary>
    private void HoldsAll(string booking, BookingFacts facts, Instant at)
    {
        HasSlots(booking, facts, at);
        Must(Wallets[facts.Account].Last.Reservations.TryGetValue(booking, out var parts),
            $"at {at} {booking} is held without a place in the wallet");
        var quoted = facts.Request!.Quote.Funding;
        Must(parts.IsDefault || parts.ToHashSet().SetEquals(quoted.Where(f => f.Kind == FundingKind.Voucher)
            .Select(f => (f.Id, f.OfVoucher.Minor))), $"{booking} reserved other voucher amounts than quoted");
        Must(Shares.All.Sum(s => s.Value.Last.Reserved.GetValueOrDefault(booking))
            == quoted.Where(f => f.Kind == FundingKind.CoFinancing).Sum(f => f.Amount.Minor),
            $"{booking} reserved another co-financing than quoted");
    }

    /// <summary>It has each slot where it says that it lies, and no other.</summary>
    private void HasSlots(string booking, BookingFacts facts, Instant at)
    {
        foreach (var place in facts.Places)
            Must(Calendars[place.Offer.Platform].Last.Taken.Count(t => t.Booking == booking && t.Wish == place) == 1,
                $"at {at} {booking} is held without {place.Offer.Service} from {place.Start}");
        var count = Calendars.All.Sum(c => c.Value.Last.Taken.Count(t => t.Booking == booking));
        Must(count == facts.Places.Length, $"at {at} {booking} has {count} slots");
    }

    private Wish? Wanted(BookingId booking, string platform, HeldSlot slot) => Bookings[booking.Value].Last.Places
        .FirstOrDefault(p => p.Item == slot.Item && p.Offer.Platform == platform
            && p.Offer.Service == slot.Service.Value);

    /// <summary>Where the present change puts a slot.</summary>
    private Wish? Coming(BookingId booking, string platform, HeldSlot slot) => Bookings[booking.Value].Last.Coming
        .FirstOrDefault(p => p.Item == slot.Item && p.Offer.Platform == platform
            && p.Offer.Service == slot.Service.Value);

    private static ImmutableArray<(string, long)> Parts(ImmutableArray<VoucherPart> parts) =>
        [.. parts.Select(p => (p.Voucher.Value, p.Amount.Minor))];

    private void Must(bool holds, string otherwise)
    {
        if (!holds) Wrong(otherwise);
    }

    private void Wrong(string what) => run.Find($"Log, {_now}: {what}");
}
