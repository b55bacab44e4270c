using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;

namespace Facilities.Grains.Availability;

/// <summary>When a booking uses a resource: throughout, or at its beginning and its end.</summary>
public static class ResourceUse
{
    /// <summary>The uses of a resource within a booking, in order; one, or two that lie apart.</summary>
    /// <param name="part">How it is used; null where throughout.</param>
    /// <param name="booking">The booking with its buffers.</param>
    public static ImmutableArray<Busy> Of(PartialUse? part, Busy booking)
    {
        if (part is null) return [booking];
        var first = booking.Start + (part.First ?? Length.Zero).Elapsed;
        var last = booking.End - (part.Last ?? Length.Zero).Elapsed;
        if (first >= last) return [booking];
        var (begin, end) = (
            new Busy(booking.BlockedFrom, booking.Start, first, first),
            new Busy(last, last, booking.End, booking.BlockedUntil));
        return (first > booking.Start, last < booking.End) switch
        {
            (true, true) => [begin, end],
            (true, false) => [begin],
            (false, true) => [end],
            _ => throw new InvalidOperationException($"{part.Resource} is used at no time."),
        };
    }

    /// <summary>The uses of a resource by a service within a booking.</summary>
    public static ImmutableArray<Busy> Of(Service service, ResourceId resource, Busy booking) =>
        Of(service.Rules?.PartialUseOf(resource), booking);

    /// <summary>
    /// The same units after a slot was ended early: what would lie after the new end is given up, and nothing grows.
    /// </summary>
    public static ImmutableArray<UnitsUsed> Trimmed(ImmutableArray<UnitsUsed> units, Busy shorter) =>
    [
        .. from used in units
            where used.Part is not { } part || part.Start < shorter.End
            select used.Part is { } cut && cut.End > shorter.End
                ? used with
                {
                    Part = cut with
                    {
                        End = shorter.End,
                        BlockedUntil = NodaTime.Instant.Min(cut.BlockedUntil, shorter.BlockedUntil),
                    },
                }
                : used,
    ];
}
