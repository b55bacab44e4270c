using Facilities.Grains.Availability;
using Facilities.Grains.Platforms;
using NodaTime;

namespace Facilities.Silo.Verification;

/// <summary>
/// Who claims which unit when, kept in the plainest way: every claim is compared with every other one of its unit. The
/// calendar that decides bookings has no part in it, so that a fault there shows here.
/// </summary>
internal sealed class UnitClaims
{
    internal sealed record Claim(
        string Booking, string Item, Instant Start, Instant End, Duration Before, Duration After);

    private readonly Dictionary<(string Resource, int Unit), List<Claim>> byUnit = [];

    /// <summary>The claim of a slot on units, with its buffers.</summary>
    public static Claim Of(string booking, HeldSlot slot, UnitsUsed used)
    {
        var busy = used.Part ?? slot.Busy;
        return new(
            booking, slot.Item.Value, busy.Start, busy.End, busy.Start - busy.BlockedFrom,
            busy.BlockedUntil - busy.End);
    }

    /// <summary>Takes a unit; answers the claims it conflicts with.</summary>
    public IReadOnlyList<Claim> Take(string resource, int unit, Claim claim)
    {
        if (!byUnit.TryGetValue((resource, unit), out var claims)) byUnit[(resource, unit)] = claims = [];
        var conflicts = claims.Where(c => Conflict(c, claim)).ToArray();
        claims.Add(claim);
        return conflicts;
    }

    public void GiveBack(string booking, Func<string, bool> which)
    {
        foreach (var claims in byUnit.Values) claims.RemoveAll(c => c.Booking == booking && which(c.Item));
    }

    /// <summary>Forgets claims that no slot from now on can touch: nothing is held in the past.</summary>
    public void Forget(Instant now)
    {
        foreach (var claims in byUnit.Values) claims.RemoveAll(c => c.End + c.After + LongestBuffer < now);
    }

    private static readonly Duration LongestBuffer = Duration.FromDays(31);

    /// <summary>
    /// Two bookings of one unit lie apart by the larger of the buffer after the first and the one before the second.
    /// </summary>
    private static bool Conflict(Claim one, Claim other)
    {
        var (first, second) = one.Start <= other.Start ? (one, other) : (other, one);
        var gap = second.Start - first.End;
        return gap < Duration.Zero || gap < first.After || gap < second.Before;
    }
}
