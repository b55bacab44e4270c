using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Availability;

/// <summary>A time at which a service may start and is free.</summary>
/// <param name="Start">The start.</param>
/// <param name="End">The end.</param>
/// <param name="Free">How many such bookings still fit at this time: the least over the resources it uses.</param>
public sealed record Slot(Instant Start, Instant End, int Free);

/// <summary>A use of one unit: the booking itself and the buffers around it.</summary>
/// <param name="BlockedFrom">Start less the buffer before; no other booking of the unit may lie after this and before the end.</param>
/// <param name="Start">The start of the booking.</param>
/// <param name="End">The end of the booking.</param>
/// <param name="BlockedUntil">End and the buffer after.</param>
public readonly record struct Busy(Instant BlockedFrom, Instant Start, Instant End, Instant BlockedUntil);

/// <summary>The units that a booking got of one resource.</summary>
/// <param name="Resource">Which resource.</param>
/// <param name="Units">Numbers of the units, from 0.</param>
public sealed record UnitsUsed(ResourceId Resource, ImmutableArray<int> Units);
