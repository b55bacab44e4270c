using System.Collections.Immutable;
using Facilities.Grains.Kernel;

namespace Facilities.Grains.Bookings;

public partial interface IBookingGrain
{
    /// <summary>See <see cref="HandOverBooking"/>.</summary>
    Task<Reply<BookingRefusal>> HandOver(HandOverBooking command);
    /// <summary>See <see cref="SplitItem"/>; both parts have their places when this accepts.</summary>
    Task<Reply<BookingRefusal>> Split(SplitItem command);
    /// <summary>See <see cref="PrepareBooking"/>; everything is held when this accepts, and nothing when it
    /// refuses.</summary>
    Task<Reply<BookingRefusal>> Prepare(PrepareBooking command);
    /// <summary>See <see cref="DeclineBooking"/>; everything is free when this accepts.</summary>
    Task<Reply<BookingRefusal>> Decline(DeclineBooking command);
}

public sealed partial class BookingGrain
{
    /// <inheritdoc/>
    public Task<Reply<BookingRefusal>> HandOver(HandOverBooking command) => Tell(command, BookingDecisions.Decide);

    /// <inheritdoc/>
    public async Task<Reply<BookingRefusal>> Split(SplitItem command)
    {
        var reply = await Then(Tell(command, BookingDecisions.Decide));
        return reply.Accepted && Durable.RefusedSplits?.LastOrDefault(r => r.IsOf(command)) is { } refused
            ? new(new Refused<BookingRefusal>(
                Enum.Parse<BookingRefusal>(refused.Refusal), refused.Reason, PointerOf(command.Item)))
            : reply;
    }

    /// <inheritdoc/>
    public async Task<Reply<BookingRefusal>> Prepare(PrepareBooking command) =>
        Held(await Then(Tell(command, BookingDecisions.Decide)));

    /// <inheritdoc/>
    public Task<Reply<BookingRefusal>> Decline(DeclineBooking command) => Then(Tell(command, BookingDecisions.Decide));

    /// <summary>Accepted, where everything is held; else what could not be.</summary>
    private Reply<BookingRefusal> Held(Reply<BookingRefusal> reply) =>
        reply.Accepted && Durable.Refusal is { } refusal && !Durable.IsVisible
            ? new(new Refused<BookingRefusal>(
                Enum.Parse<BookingRefusal>(refusal), Durable.Reason!, PointerOf(Durable.RefusedItem)))
            : reply;
}
