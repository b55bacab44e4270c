using System.Collections.Immutable;
using System.Text.Json;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Grains.Accounts;

/// <summary>What lists and reports see of an account.</summary>
public static class AccountRows
{
    /// <summary>What leaves the grain with its events.</summary>
    public static Effects EffectsOf(
        AccountState before, AccountState after, ImmutableArray<Placed<AccountEvent>> events, Instant at) =>
        new([.. Of(before, after), .. WalletPostings.Of(before, events, at)], DueOf(before, after, at), []);

    /// <summary>The rows of what changed.</summary>
    public static ImmutableArray<RowWrite> Of(AccountState before, AccountState after)
    {
        var rows = ImmutableArray.CreateBuilder<RowWrite>();
        if (!ReferenceEquals(before.Profile, after.Profile) && after.Profile is { } profile)
            rows.Add(Row.Of("accounts", profile.Id.Value, ("cluster_id", profile.Cluster.Value),
                ("country", profile.Country), ("body", JsonSerializer.Serialize(profile, Json.Options))));
        foreach (var (key, voucher) in after.Vouchers)
            if (!before.Vouchers.TryGetValue(key, out var old) || !ReferenceEquals(old, voucher))
                rows.Add(Row.Of("vouchers", key, ("account_id", after.Profile!.Id.Value),
                    ("programme_id", voucher.Programme.Id.Value), ("status", voucher.Status()),
                    ("expires_on", LocalDatePattern.Iso.Format(voucher.ExpiresOn)),
                    ("body", JsonSerializer.Serialize(voucher, Json.Remembering))));
        return rows.ToImmutable();
    }

    /// <summary>
    /// Wakes the account as long as a register or a programme has still to be told something, and when time asks
    /// something of a voucher.
    /// </summary>
    public static ImmutableArray<DueWrite> DueOf(AccountState before, AccountState after, Instant at)
    {
        var due = ImmutableArray.CreateBuilder<DueWrite>();
        if (after.IsOpen) due.Add(new DueWrite("resume", at + Limits.Resume));
        else if (before.IsOpen) due.Add(new DueWrite("resume", null));
        if (VoucherTimes.MayDiffer(before, after)
            && VoucherTimes.Next(after) is var next && next != VoucherTimes.Next(before))
            due.Add(new DueWrite("voucher", next));
        return due.ToImmutable();
    }

    /// <summary>
    /// The state of a voucher in one word, by its amounts; whether it expired depends on the day it is asked.
    /// </summary>
    public static string Status(this Voucher voucher) =>
        voucher.End is { } end ? Refusal.NameOf(end.How)
        : voucher.Redeemed.IsPositive && voucher.Redeemed + voucher.Lapsed == voucher.FaceValue ? "redeemed"
        : voucher.Lapsed == voucher.FaceValue ? "returned"
        : voucher.Redeemed.IsPositive ? "partiallyRedeemed"
        : "active";
}
