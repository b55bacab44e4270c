using System.Collections.Immutable;
using Facilities.Grains.Clusters;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Series;
using Facilities.Grains.Services;
using NodaTime;
using Orleans;

namespace Facilities.Grains.Bookings;

/// <summary>Turns a quote into a booking: everything is held, or nothing.</summary>
public sealed class BookingDesk(IGrainFactory grains, IQuoteBook book, IClock clock)
{
    /// <summary>The booking, held; or why not, with alternatives where the slot is taken.</summary>
    /// <param name="id">Derived from the request, so that a repeat finds the same booking.</param>
    /// <param name="by">Who books.</param>
    /// <param name="quoteId">The quote.</param>
    /// <param name="seal">The seal that the person saw, where they sent it.</param>
    /// <param name="purpose">What it is for.</param>
    public async Task<Answer<BookingState>> Book(BookingId id, Actor by, QuoteId quoteId, string? seal, string purpose)
    {
        if (await book.Find(quoteId) is not { } basis || !by.BelongsTo(OrganisationKind.Sme, basis.Quote.Account.Value))
            return Refusal.Of(
                "quoteUnknown", $"There is no quote {quoteId} among yours.",
                new Fault("/quoteId", "Ask for a quote first."));
        if (purpose.Length > Limits.TextLength)
            return Refusal.Of(
                "invalidRequest", "The purpose is too long.",
                new Fault("/purpose", $"Write at most {Limits.TextLength} characters."));
        var grain = grains.GetGrain<IBookingGrain>(id.Value);
        if (await Early(id, basis, by, seal) is { } early && !await grain.IsAsked()) return early;

        var offers = ImmutableArray.CreateBuilder<StandingOffer>();
        foreach (var platform in basis.Platforms)
            if ((await grains.GetGrain<IPlatformGrain>(platform.Id.Value).View())?.Offer is { } offer)
                offers.Add(offer);
        var reply = await grain.Request(new RequestBooking(
            new CommandId($"request-{id}"), by, id, basis, seal, purpose, offers.ToImmutable()));
        if (reply.Refusal is { } refusal) return await Explain(basis, refusal);
        return (await grain.View(by))!;
    }

    /// <summary>What a move of a booking's items answers.</summary>
    public async Task<Answer<BookingState>> Reschedule(
        CommandId id, Actor by, BookingId bookingId, ImmutableArray<ItemStart> items)
    {
        var grain = grains.GetGrain<IBookingGrain>(bookingId.Value);
        var reply = await grain.Reschedule(new RescheduleBooking(id, by, items));
        var booking = await grain.View(by);
        if (reply.Refusal is not { } refusal) return booking!;
        var index = items.ToList().FindIndex(m => m.Item.Value == refusal.Pointer);
        if (booking is null || index < 0) return Refusal.Of(refusal);
        if (refusal.Code != BookingRefusal.SlotTaken)
            return Refusal.Of(refusal) with { Faults = [new Fault($"/items/{index}/start", refusal.Reason)] };
        var item = booking.Agreed!.Items.First(i => i.Id == items[index].Item);
        var wanted = new WantedSlot(item.Id, item.Service, items[index].Start, item.Duration, item.Quantity);
        refusal = refusal with { Reason = await BusyWords.Of(grains, by, item.Platform, wanted) ?? refusal.Reason };
        return Refusal.Of(refusal) with
        {
            Faults = [new Fault($"/items/{index}/start", refusal.Reason)],
            Alternatives = await OrderReader.Alternatives(grains, booking.PlatformOf(item.Platform), wanted),
        };
    }

    /// <summary>
    /// What a move of one date of a series, of all that follow it or of all answers: all of them move, or none.
    /// </summary>
    public async Task<Answer<BookingState>> Reschedule(CommandId id, Actor by, BookingId bookingId, SeriesMove move)
    {
        if (await grains.GetGrain<IBookingGrain>(bookingId.Value).View(by) is not { } booking)
            return Refusal.Of("bookingUnknown", "There is no such booking among yours.");
        var (starts, refusal) = SeriesMoves.Starts(booking, move, clock.GetCurrentInstant());
        if (refusal is not null) return refusal;
        var answer = await Reschedule(id, by, bookingId, starts);
        return answer.Refusal is { Faults: [var fault] } no
            ? no with { Faults = [new Fault("/series/start", fault.Message)] }
            : answer;
    }

    /// <summary>
    /// Cheap reasons to refuse before anything is written: most losers of a contested slot end here. What passes is
    /// decided again by the grains. Another try of the same booking may be under way: what that holds is its own, and
    /// what becomes of it is for the booking to say.
    /// </summary>
    private async Task<Refusal?> Early(BookingId id, QuoteBasis basis, Actor by, string? seal)
    {
        if (basis.Quote.ValidUntil <= clock.GetCurrentInstant() || (seal is not null && seal != basis.Quote.Seal)
            || !by.Has(OrganisationKind.Sme, basis.Quote.Account.Value, Role.Owner, Role.Booker)) return null;
        if (await AgreementEnded(basis) is { } ended) return ended;
        foreach (var platform in basis.Platforms)
        {
            var wanted = BookingParts.Wanted(basis.Quote, platform.Id);
            var customer = new Customer(basis.Account.Id, basis.Account.Qualifications);
            if (await grains.GetGrain<IPlatformGrain>(platform.Id.Value).WouldRefuse(wanted, id, customer)
                is not { } refusal) continue;
            return await Explain(basis, new Refused<BookingRefusal>(
                BookingParts.Of(refusal).Refusal, refusal.Reason, refusal.Pointer));
        }
        return null;
    }

    private async Task<Refusal?> AgreementEnded(QuoteBasis basis)
    {
        foreach (var agreement in basis.Agreements)
        {
            var now = (await grains.GetGrain<IClusterGrain>(agreement.First.Value).Agreements())
                .FirstOrDefault(a => a.Id == agreement.Id);
            var today = clock.GetCurrentInstant().InUtc().Date;
            if (agreement.IsInForceOn(basis.Quote.At.InUtc().Date) && (now is null || !now.IsInForceOn(today)))
                return Refusal.Of(
                    "agreementEnded",
                    $"The agreement {agreement.Id} is no longer in force, so its price no longer applies. "
                    + "Ask for a new quote.");
        }
        return null;
    }

    private async Task<Refusal> Explain(QuoteBasis basis, Refused<BookingRefusal> refused)
    {
        var refusal = Refusal.Of(refused);
        var index = basis.Quote.Items.ToList().FindIndex(i => i.Id.Value == refused.Pointer);
        if (index < 0) return refusal;
        var item = basis.Quote.Items[index];
        var faults = ImmutableArray.Create(new Fault($"/items/{index}/start", refused.Reason));
        return refused.Code != BookingRefusal.SlotTaken ? refusal with { Faults = faults } : refusal with
        {
            Faults = faults,
            Alternatives = await OrderReader.Alternatives(grains, basis.Platforms.First(p => p.Id == item.Platform),
                new WantedSlot(item.Id, item.Service, item.Start, item.Duration, item.Quantity)),
        };
    }
}
