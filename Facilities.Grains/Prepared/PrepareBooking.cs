using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Bookings;

/// <summary>
/// Holds a booking on behalf of an SME, without vouchers: those are the SME's own. Its people read, sign and agree the
/// payment; nobody else can for them.
/// </summary>
/// <param name="Id">The command.</param>
/// <param name="By">A manager of the facility where everything lies, or staff of the SME's cluster.</param>
/// <param name="Booking">The booking to be.</param>
/// <param name="Basis">The quote and what it rests on.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="Offers">Standing offers of its platforms.</param>
public sealed record PrepareBooking(
    CommandId Id, Actor By, BookingId Booking, QuoteBasis Basis, string Purpose,
    ImmutableArray<StandingOffer> Offers) : Command(Id, By);

/// <summary>The account does not want what was prepared for it, or whoever prepared it takes it back.</summary>
public sealed record DeclineBooking(CommandId Id, Actor By) : Command(Id, By);

/// <summary>Who prepared a booking for an SME.</summary>
/// <param name="Kind">A facility or a cluster.</param>
/// <param name="OrganisationId">Its id.</param>
/// <param name="OrganisationName">Its name.</param>
/// <param name="Name">The person who did it.</param>
public sealed record Preparer(OrganisationKind Kind, string OrganisationId, string OrganisationName, string Name);

public static partial class BookingDecisions
{
    /// <summary>Decides <see cref="PrepareBooking"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, PrepareBooking command, Instant now)
    {
        var quote = command.Basis.Quote;
        if (booking.Status != BookingStatus.None) return Decision<BookingEvent, BookingRefusal>.Nothing;
        if (PreparerOf(command.By, quote.Items.Select(i => i.Platform), command.Basis.Account) is not { } preparer)
            return No(
                BookingRefusal.NotAllowed,
                "Only a manager of the facility where everything lies, or the company's own cluster, prepares a "
                    + "booking for it.");
        if (quote.Funding.Any(f => f.Kind == FundingKind.Voucher))
            return No(
                BookingRefusal.NotAllowed,
                "Vouchers are the company's own: only its people spend them. Prepare the booking without.",
                "/vouchers");
        if (!QuoteSeal.IsIntact(quote))
            return No(BookingRefusal.SealBroken, "The seal does not fit the quote. Ask for a new one.");
        if (quote.ValidUntil <= now)
            return No(BookingRefusal.QuoteExpired, "The price is no longer honoured. Ask for a new quote.");

        // From here on it must succeed.
        return (BookingEvent[])
        [
            new BookingRequested(
                command.Booking, quote, command.Basis.Account, command.Basis.Platforms, command.Basis.Agreements,
                command.Basis.Vouchers, command.Offers, command.Purpose,
                ContractOf(command.Booking, command.Basis, command.Purpose).ContentHash, command.By.Name),
            new BookingPrepared(preparer),
        ];
    }

    /// <summary>Decides <see cref="DeclineBooking"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, DeclineBooking command, Instant now)
    {
        if (Hidden(booking, command) is { } unknown) return unknown;
        var isAccount = command.By.Has(
            OrganisationKind.Sme, booking.Account!.Id.Value, Role.Owner, Role.Booker, Role.Signatory);
        if (booking.PreparedBy is not { } preparer || (!isAccount && !command.By.Has(
            preparer.Kind, preparer.OrganisationId, Role.Manager, Role.ClusterManager)))
            return No(
                BookingRefusal.NotAllowed,
                "Only what somebody prepared for a company is declined, by its people, or taken back by who did.");
        if (Late(booking, now) is { } late) return late;
        if (Moving(booking) is { } moving) return moving;
        if (!booking.IsBeforeConfirmation) return Done(booking, "answer");

        // From here on it must succeed: nothing is agreed, so there is no fee.
        return new BookingCancelled(
            CancellationOf(booking, command.By, now), !isAccount, command.By.Name,
            isAccount ? "declined" : "taken back");
    }

    /// <summary>For whom a person prepares bookings of an account at platforms; null where they may not.</summary>
    public static Preparer? PreparerOf(Actor by, IEnumerable<PlatformId> platforms, AccountProfile account)
    {
        var all = platforms.Distinct().ToArray();
        var (kind, id, role) = all.Length == 1 && by.Has(OrganisationKind.Facility, all[0].Value, Role.Manager)
            ? (OrganisationKind.Facility, all[0].Value, Role.Manager)
            : (OrganisationKind.Cluster, account.Cluster.Value, Role.ClusterManager);
        return by.Has(kind, id, role)
            ? new Preparer(
                kind, id, by.Memberships.First(m => m.Kind == kind && m.OrganisationId == id).OrganisationName, by.Name)
            : null;
    }
}

/// <summary>Prices what is prepared for an SME, and holds it.</summary>
public sealed class PrepareDesk(Orleans.IGrainFactory grains, QuoteDesk quotes)
{
    /// <summary>The booking, held for the SME to read; or why not.</summary>
    /// <param name="id">Derived from the request, so that a repeat finds the same booking.</param>
    /// <param name="by">Who prepares it.</param>
    /// <param name="account">For whom.</param>
    /// <param name="asked">What and when.</param>
    /// <param name="purpose">What it is for.</param>
    public async Task<Answer<BookingState>> Prepare(
        BookingId id, Actor by, AccountId account, ImmutableArray<AskedItem> asked, string purpose)
    {
        var grain = grains.GetGrain<IBookingGrain>(id.Value);
        if (await grain.IsAsked() && await grain.View(by) is { } known) return known;
        if (purpose.Length > Limits.TextLength)
            return Refusal.Of(
                "invalidRequest", "The purpose is too long.",
                new Fault("/purpose", $"Write at most {Limits.TextLength} characters."));
        var priced = await quotes.Prepare(new QuoteId($"q{id}"), by, account, asked);
        if (priced.Refusal is { } no) return no;
        var offers = ImmutableArray.CreateBuilder<StandingOffer>();
        foreach (var platform in priced.Value!.Platforms)
            if ((await grains.GetGrain<IPlatformGrain>(platform.Id.Value).View())?.Offer is { } offer)
                offers.Add(offer);
        var reply = await grain.Prepare(new PrepareBooking(
            new CommandId($"prepare-{id}"), by, id, priced.Value, purpose, offers.ToImmutable()));
        return reply.Refusal is { } refusal ? Refusal.Of(refusal) : (await grain.View(by))!;
    }
}
