using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Tests.Models;

/// <summary>A wallet as a list of what was done to it, from which every figure is added up anew.</summary>
internal sealed class WalletModel
{
    private readonly List<Entry> _journal = [];
    private readonly Dictionary<string, (long Face, LocalDate LastDay)> _vouchers = [];

    private sealed record Entry(string What, string Booking, (string Voucher, long Minor)[] Parts, Instant At);

    public bool IsRegistered { get; private set; }

    public IEnumerable<string> Vouchers => _vouchers.Keys;

    /// <summary>Bookings that hold something, with whether they are firm.</summary>
    public Dictionary<string, bool> Holds => Bookings().Where(IsOpen).ToDictionary(b => b, b =>
        _journal.FindLastIndex(e => e.Booking == b && e.What == "firm")
            > _journal.FindLastIndex(e => e.Booking == b && e.What == "reserve"));

    public long Reserved(string voucher) => Bookings().Where(IsOpen)
        .Sum(b => _journal.FindLast(e => e.Booking == b && e.What == "reserve")!.Parts
            .Where(p => p.Voucher == voucher).Sum(p => p.Minor));

    public long Redeemed(string voucher) => Sum("redeem", voucher) - Lapsed(voucher);

    /// <summary>What a programme took back.</summary>
    public long Lapsed(string voucher) => Sum("back", voucher);

    public long Available(string voucher) =>
        _vouchers[voucher].Face - Reserved(voucher) - Redeemed(voucher) - Lapsed(voucher);

    public string Register()
    {
        if (IsRegistered) return "nothing";
        IsRegistered = true;
        return "done";
    }

    public string Receive(string voucher, long face, LocalDate lastDay) =>
        !IsRegistered ? "AccountUnknown" : _vouchers.TryAdd(voucher, (face, lastDay)) ? "done" : "nothing";

    public string Reserve(bool isSystem, string booking, (string Voucher, long Minor)[] parts, Instant now)
    {
        if (!IsRegistered) return "AccountUnknown";
        if (!isSystem) return "NotAllowed";
        if (IsBarred(booking)) return "BookingEnded";
        if (IsOpen(booking)) return "nothing";
        if (Holds.Values.Count(isFirm => !isFirm) >= 40) return "TooManyHolds";
        foreach (var (voucher, minor) in parts)
        {
            if (!_vouchers.TryGetValue(voucher, out var award)) return "VoucherUnknown";
            // Berlin is an hour before Greenwich in winter, and the days of this model are in winter.
            if ((now + Duration.FromHours(1)).InUtc().Date > award.LastDay) return "VoucherExpired";
            if (Available(voucher) < minor) return "VoucherTooSmall";
        }
        return Done("reserve", booking, parts, now);
    }

    public string Firm(bool isSystem, string booking, Instant now) =>
        !isSystem ? "NotAllowed"
        : Holds.TryGetValue(booking, out var isFirm) && !isFirm ? Done("firm", booking, [], now)
        : "nothing";

    public string Release(bool isSystem, string booking, Instant now) =>
        !isSystem ? "NotAllowed" : IsBarred(booking) ? "nothing" : Done("release", booking, [], now);

    public string Redeem(bool isSystem, string booking, (string Voucher, long Minor)[] parts, Instant now)
    {
        if (!isSystem) return "NotAllowed";
        if (!IsOpen(booking)) return "nothing";
        var reserved = _journal.FindLast(e => e.Booking == booking && e.What == "reserve")!.Parts;
        return parts.All(p => reserved.Any(r => r.Voucher == p.Voucher && r.Minor >= p.Minor))
            ? Done("redeem", booking, parts, now)
            : "throws";
    }

    public string Return(bool isSystem, string voucher, string claim, long minor, Instant now) =>
        !isSystem ? "NotAllowed"
        : !_vouchers.ContainsKey(voucher) ? "VoucherUnknown"
        : _journal.Exists(e => e.What == "back" && e.Booking == claim) ? "nothing"
        : Redeemed(voucher) < minor ? "throws"
        : Done("back", claim, [(voucher, minor)], now);

    private long Sum(string what, string voucher) => _journal.Where(e => e.What == what)
        .Sum(e => e.Parts.Where(p => p.Voucher == voucher).Sum(p => p.Minor));

    /// <summary>Released, and since then no release came later than the two days that a bar lasts.</summary>
    private bool IsBarred(string booking) =>
        _journal.FindLast(e => e.What == "release" && e.Booking == booking) is { } released
        && !_journal.Exists(e => e.What == "release" && e.At > released.At + Duration.FromDays(2));

    private bool IsOpen(string booking) =>
        _journal.FindLast(e => e.Booking == booking) is { What: "reserve" or "firm" };

    private IEnumerable<string> Bookings() => _journal.Select(e => e.Booking).Distinct();

    private string Done(string what, string booking, (string Voucher, long Minor)[] parts, Instant now)
    {
        _journal.Add(new(what, booking, parts, now));
        return "done";
    }
}
