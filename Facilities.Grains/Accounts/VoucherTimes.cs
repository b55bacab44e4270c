using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Accounts;

/// <summary>When time asks something of a voucher, in the programme's zone.</summary>
public static class VoucherTimes
{
    /// <summary>Days before the last one on which the SME is reminded.</summary>
    public static readonly ImmutableArray<int> Reminders = [60, 30, 7];

    /// <summary>What is next and when; null where nothing is: it ended, or nothing of it is left.</summary>
    public static (Instant At, int Days)? Next(Voucher voucher)
    {
        if (voucher.End is not null || voucher.Redeemed + voucher.Lapsed == voucher.FaceValue) return null;
        foreach (var days in Reminders)
            if (IsToCome(voucher, days)) return (Start(voucher, days), days);
        return (voucher.EndOfLastDay, 0);
    }

    /// <summary>The nearest reminder that is due at an instant.</summary>
    public static int DueBy(Voucher voucher, Instant now) =>
        Reminders.Last(days => IsToCome(voucher, days) && Start(voucher, days) <= now);

    /// <summary>The next instant at which the wallet is to be woken; null where none is.</summary>
    public static Instant? Next(AccountState account)
    {
        Instant? first = null;
        foreach (var id in account.Watched)
            if (account.Vouchers.TryGetValue(id, out var voucher) && Next(voucher) is { } due
                && !(first <= due.At))
                first = due.At;
        return first;
    }

    /// <summary>
    /// Whether the next instant can be another one than before: what is reserved and released, which is most of what
    /// happens, moves none.
    /// </summary>
    public static bool MayDiffer(AccountState before, AccountState after) =>
        !ReferenceEquals(before.Watched, after.Watched)
        || after.Watched.Any(id => after.Vouchers.GetValueOrDefault(id) is var voucher
            && before.Vouchers.GetValueOrDefault(id) is var old && !ReferenceEquals(voucher, old)
            && (voucher is null || old is null || voucher with { Reserved = old.Reserved } != old));

    /// <summary>Nobody is reminded of what was awarded with less time than that.</summary>
    private static bool IsToCome(Voucher voucher, int days) =>
        !(voucher.Reminded <= days) && Start(voucher, days) > voucher.AwardedAt;

    private static Instant Start(Voucher voucher, int days) =>
        voucher.ExpiresOn.PlusDays(-days).AtStartOfDayInZone(voucher.Zone).ToInstant();
}
