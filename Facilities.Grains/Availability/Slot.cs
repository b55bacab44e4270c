using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Availability;

/// <summary>A time at which a service may start and is free.</summary>
/// <param name="Start">The start.</param>
/// <param name="End">The end.</param>
/// <param name="Free">How many such bookings still fit at this time: the least over the resources it uses.</param>
public sealed record Slot(Instant Start, Instant End, int Free);

/// <summary>A use of one unit: the booking itself and the buffers around it.</summary>
/// <remarks>The default value lies empty at the Unix epoch and enters no calendar. There is no order.</remarks>
/// <param name="BlockedFrom">
/// Start less the buffer before; no other booking of the unit may lie after this and before the end.
/// </param>
/// <param name="Start">The start of the booking.</param>
/// <param name="End">The end of the booking.</param>
/// <param name="BlockedUntil">End and the buffer after.</param>
public readonly record struct Busy(Instant BlockedFrom, Instant Start, Instant End, Instant BlockedUntil)
{
    /// <summary>A booking and the buffers that its service asks for.</summary>
    public static Busy Around(TimeRange booking, BufferRule buffer, DateTimeZone zone) => new(
        buffer.Before.Before(booking.Start, zone), booking.Start, booking.End, buffer.After.After(booking.End, zone));

    /// <summary>
    /// Whether both cannot stand on one unit: their bookings overlap, or a buffer of one reaches into the booking of
    /// the other. Buffers may overlap each other, so the gap between two bookings is at least the larger of the buffer
    /// after the first and the buffer before the second.
    /// </summary>
    public bool ConflictsWith(Busy other) => !Precedes(other) && !other.Precedes(this);

    private bool Precedes(Busy later) => BlockedUntil <= later.Start && End <= later.BlockedFrom;

    /// <inheritdoc/>
    public override string ToString() => $"{Start}/{End} within {BlockedFrom}/{BlockedUntil}";
}

/// <summary>The units that a booking got of one resource.</summary>
/// <param name="Resource">Which resource.</param>
/// <param name="Units">Numbers of the units, from 0.</param>
public sealed record UnitsUsed(ResourceId Resource, ImmutableArray<int> Units)
{
    /// <summary>The part of the booking in which they are used; null where throughout.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Busy? Part { get; init; }
}

/// <summary>Whose place in the calendar it is: one item of one booking.</summary>
/// <param name="Booking">The booking.</param>
/// <param name="Item">The item of it.</param>
public readonly record struct SlotOwner(BookingId Booking, ItemId Item);

/// <summary>
/// What one item of a booking takes from a platform's calendar; the entry of each unit that it uses throughout.
/// </summary>
/// <param name="Owner">Whose it is.</param>
/// <param name="Units">The units of each resource.</param>
/// <param name="Busy">The time, with its buffers.</param>
public sealed record Placement(SlotOwner Owner, ImmutableArray<UnitsUsed> Units, Busy Busy) : UnitEntry(Busy, Owner);
