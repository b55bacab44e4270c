using System.Collections.Immutable;
using System.Globalization;
using Facilities.Grains.Accounts;
using Facilities.Grains.Bookings;
using Facilities.Grains.Funding;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Runtime;
using Facilities.Silo.Bench;
using NodaTime;

namespace Facilities.Silo.BenchGrowth;

/// <summary>
/// Gives a marketplace of so many platforms so many bookings: each is quoted, held, signed, paid by invoice and
/// confirmed by the rules, most in the past and a fifth ahead. Events are appended in bulk, a day of a platform at
/// once.
/// </summary>
internal sealed class Growth(IEventStore store, IQuoteBook quotes, LocalDate today)
{
    /// <summary>As far ahead as the bookings lie; later days are free for what is measured.</summary>
    public const int DaysAhead = 30;

    private const int PerDay = 60, NoticeDays = 7, PlatformsAtOnce = 24;

    private static readonly Instant Beginning = Instant.FromUtc(2001, 1, 1, 0, 0);
    private static readonly Actor Manager = new(new("bench-manager"), "Bench Manager", []);

    public static string PlatformOf(int number) => string.Create(CultureInfo.InvariantCulture, $"grow-{number}");

    public static string CompanyOf(long number) => string.Create(CultureInfo.InvariantCulture, $"company-{number}");

    /// <summary>Who books for a company.</summary>
    public static Actor BookerOf(string company) => new(new("bench-booker"), "Bench Booker",
        [new(company, "Bench GmbH", OrganisationKind.Sme, [Role.Owner, Role.Booker, Role.Signatory, Role.Finance])]);

    /// <summary>All of it.</summary>
    public async Task Write(int platforms, int bookings)
    {
        foreach (var some in Enumerable.Range(0, platforms).Chunk(PlatformsAtOnce))
            await Task.WhenAll(some.Select(number => Task.Run(() => Platform(
                number, bookings * (long)number / platforms, bookings * (number + 1L) / platforms))));
    }

    // The n-th booking of all is this platform's from the first to before the last.
    private async Task Platform(int number, long first, long last)
    {
        var id = PlatformOf(number);
        var platform = new BulkStream<PlatformState, PlatformEvent>(
            store, StreamName.Of("platform", id), PlatformState.Nobody, PlatformState.Evolve,
            (before, after, events, _) => PlatformRows.EffectsOf(before, after, events),
            state => state.Bookings.Count + state.Barred.Count + state.Invoiced.Count);
        platform.Tell(s => PlatformDecisions.Decide(s, BenchPlatform.Register(id), Beginning), Beginning);
        var signatory = Manager with
        {
            Memberships = [new(id, "Microscopy", OrganisationKind.Facility, [Role.Signatory])],
        };
        platform.Tell(s => PlatformDecisions.Decide(
            s, new SignStandingOffer(new("offer"), signatory, Manager.Name), Beginning), Beginning);
        await platform.Flush();

        // A fifth lies ahead, as far as there is room; a day at most is begun on each side.
        var ahead = Math.Min((last - first) / 5, DaysAhead * PerDay);
        var day = today.PlusDays(-(int)((last - first - ahead + PerDay - 1) / PerDay));
        for (var next = first; next < last;)
        {
            var until = Math.Min(last, next + PerDay);
            // Nothing starts today: what is over and what is ahead are kept apart by it.
            if (day == today) day = day.PlusDays(1);
            if (day < today) until = Math.Min(until, last - ahead);
            await Day(platform, id, day, next, until);
            (next, day) = (until, day.PlusDays(1));
        }
    }

    // A company books a day of the platform, a week before it or today.
    private async Task Day(
        BulkStream<PlatformState, PlatformEvent> platform, string id, LocalDate day, long first, long last)
    {
        var company = CompanyOf(first);
        var account = new BulkStream<AccountState, AccountEvent>(
            store, StreamName.Of("account", company), AccountState.Nobody, AccountState.Evolve,
            AccountRows.EffectsOf, state => state.Reservations.Count + state.Barred.Count);
        var notice = day.PlusDays(-NoticeDays);
        var at = (notice < today ? notice : today).AtMidnight().InZoneLeniently(BenchPlatform.Zone).ToInstant();
        account.Tell(s => AccountDecisions.Decide(s, new RegisterAccount(
            new("register"), Actor.System, BenchPlatform.Customer with { Id = new(company) }), at), at);
        var writing = new List<Task>();
        for (var number = first; number < last; number++)
        {
            var (booking, start) = (
                new BookingId(string.Create(CultureInfo.InvariantCulture, $"b-{number}")),
                BenchPlatform.PlaceOf(day, (int)(number - first)));
            var basis = BasisOf(platform.State, company, booking, start, at);
            writing.Add(quotes.Keep(basis));
            platform.Tell(s => PlatformDecisions.Decide(s, BenchPlatform.Hold(booking.Value, start), at), at);
            account.Tell(s => AccountDecisions.Decide(
                s, new ReserveVouchers(new("reserve"), Actor.System, booking, []), at), at);
            writing.Add(Confirm(basis, booking, BookerOf(company), platform.State.Offer!, at));
            platform.Tell(s => PlatformDecisions.Decide(s, BenchPlatform.Firm(booking.Value), at), at);
            account.Tell(s => AccountDecisions.Decide(s, new FirmVouchers(new("firm"), Actor.System, booking), at), at);
        }
        await Task.WhenAll([.. writing, platform.Flush(), account.Flush()]);
    }

    private static QuoteBasis BasisOf(
        PlatformState platform, string company, BookingId booking, Instant start, Instant at)
    {
        var account = BenchPlatform.Customer with { Id = new(company) };
        var quote = Quotes.Price(new(
            new($"q-{booking}"), account,
            [new(new("item"), platform.Profile!, BenchPlatform.Microscope, start, BenchPlatform.Hour, 1, [])], [], [],
            new VoucherChoice.None(), at)).Quote!;
        return new(quote, account, [platform.Profile!], [], []);
    }

    private Task Confirm(QuoteBasis basis, BookingId id, Actor by, StandingOffer offer, Instant at)
    {
        var booking = new BulkStream<BookingState, BookingEvent>(
            store, StreamName.Of("booking", id.Value), BookingState.Nobody, BookingEvolution.Evolve, BookingRows.Of,
            _ => 0);
        Tell(s => BookingDecisions.Decide(
            s, new RequestBooking(new("request"), by, id, basis, basis.Quote.Seal, "Bench", [offer]), at));
        Tell(s => BookingDecisions.Decide(s, new RecordHeld(new("held"), Actor.System), at));
        Tell(s => BookingDecisions.Decide(s, new SignContract(new("sign"), by, s.ContentHash, by.Name), at));
        Tell(s => BookingDecisions.Decide(s, new AgreePayment(new("pay"), by, PaymentMethod.Invoice), at));
        Tell(s => BookingDecisions.Decide(
            s, new RecordPartsFollowed(new("firm"), Actor.System, PendingWork.Firming), at));
        return booking.State.Status == BookingStatus.Confirmed
            ? booking.Flush()
            : throw new InvalidOperationException($"{id} is {booking.State.Status}.");

        void Tell(Func<BookingState, Decision<BookingEvent, BookingRefusal>> decide) => booking.Tell(decide, at);
    }
}
