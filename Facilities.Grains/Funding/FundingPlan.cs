using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using Facilities.Grains.Programmes;

namespace Facilities.Grains.Funding;

/// <summary>
/// Who pays part of an order. Co-financing first, then vouchers, nearest expiry first; the SME's part is always the
/// remainder, and public money never exceeds the net price, of the whole and of each item.
/// </summary>
public static class FundingPlan
{
    /// <summary>The funding of a quote.</summary>
    public static FundingOutcome Make(FundingRequest request)
    {
        var refusals = Refusals(request);
        if (refusals.Length > 0) return new FundingOutcome([], [], [], refusals);

        var work = new Reckoning(request);
        var unfunded = new List<Refused<FundingRefusal>>();
        foreach (var group in CoFinancing.Groups(request, a => a.IsInForceOn(request.Day)))
        {
            if (group.Agreement.CoFinancing!.CapPerBooking.Currency != request.Currency)
                work.Notes.Add($"Co-financing by the agreement {group.Agreement.Id} does not apply: its cap is in "
                    + $"{group.Agreement.CoFinancing.CapPerBooking.Currency}, the order in {request.Currency}.");
            else work.Add(group, [.. CoFinancing.Shares(request, group)]);
        }
        foreach (var voucher in Chosen(request))
        {
            if (Unfit(request, voucher) is { } unfit)
            {
                work.Notes.Add($"Not used: {unfit.Reason}");
                continue;
            }
            var rates = OrderRates.Of(request, voucher)!;
            var why = work.NotBeside(voucher) ?? work.Add(
                voucher, rates.AtMost(voucher.Available), $"left on the voucher{rates.Beside(voucher.Available)}",
                rates);
            if (why is not null)
                unfunded.Add(new(
                    FundingRefusal.CostNotFunded, $"{NameOf(voucher)} does not pay: {why}.", At(request, voucher)));
        }
        if (request.Choice is VoucherChoice.Named && unfunded.Count > 0)
            return new FundingOutcome([], [], [], [.. unfunded]);
        work.Notes.AddRange(unfunded.Select(refused => $"Not used: {refused.Reason}"));
        return work.Done();
    }

    /// <summary>
    /// The funding of what was delivered, or of what is left after a credit: reckoned anew on the actual prices by the
    /// terms of the quote, no share above what was reserved. The request names the same account, agreements and
    /// vouchers; that an agreement or a voucher has ended meanwhile changes nothing.
    /// </summary>
    public static FundingOutcome Settle(FundingRequest request, ImmutableArray<FundingShare> reserved)
    {
        var work = new Reckoning(request);
        var agreements = reserved.Where(s => s.Kind == FundingKind.CoFinancing).Select(s => s.Id).ToHashSet();
        foreach (var group in CoFinancing.Groups(request, a => agreements.Contains(a.Id.Value)))
            work.Add(group, [.. CoFinancing.Shares(request, group).Select(share => share with
            {
                Name = reserved.FirstOrDefault(r => r.Id == share.Id && r.Payer == share.Payer)?.Name ?? share.Name,
                Amount = Money.Min(share.Amount, ReservedOf(reserved, share, request.Currency)),
            })]);
        foreach (var share in reserved.Where(s => s.Kind == FundingKind.Voucher))
        {
            var voucher = request.Vouchers.Single(v => v.Id.Value == share.Id);
            var rates = OrderRates.Sealed(request.Currency, voucher, share.Charged);
            if (work.Add(voucher, share.Amount, "reserved", rates) is { } why)
                work.Notes.Add($"Not used: {NameOf(voucher)} does not pay what was delivered: {why}.");
        }
        return work.Done();
    }

    private static Money ReservedOf(ImmutableArray<FundingShare> reserved, FundingShare share, Currency currency) =>
        Money.Sum(reserved.Where(r => r.Id == share.Id && r.Payer == share.Payer).Select(r => r.Amount), currency);

    private static ImmutableArray<Refused<FundingRefusal>> Refusals(FundingRequest request)
    {
        if (request.Choice is not VoucherChoice.Named named) return [];
        return [.. named.Vouchers.Select((id, index) =>
        {
            var refused = request.Vouchers.FirstOrDefault(v => v.Id == id) is { } voucher
                ? Unfit(request, voucher)
                : new Refused<FundingRefusal>(FundingRefusal.VoucherUnknown,
                    $"{request.Account.Name} has no voucher {id}. Name one of its own, or write \"auto\".");
            return refused is null ? null : refused with { Pointer = $"/vouchers/{index}" };
        }).OfType<Refused<FundingRefusal>>()];
    }

    private static IEnumerable<Voucher> Chosen(FundingRequest request) => request.Vouchers
        .Where(v => request.Choice switch
        {
            VoucherChoice.Auto => true,
            VoucherChoice.Named named => named.Vouchers.Contains(v.Id),
            _ => false,
        })
        .OrderBy(v => v.ExpiresOn).ThenBy(v => v.Id.Value, StringComparer.Ordinal);

    private static Refused<FundingRefusal>? Unfit(FundingRequest request, Voucher voucher)
    {
        var name = NameOf(voucher);
        if (OrderRates.Of(request, voucher) is null) return OrderRates.Refusal(request, voucher, name);
        if (!voucher.IsValidAt(request.Now))
            return new(FundingRefusal.VoucherExpired, voucher.End is { How: not VoucherEnd.Expired } ended
                ? $"{name} was {(ended.How == VoucherEnd.Revoked ? "revoked" : "given back")}: {ended.Reason}"
                : $"{name} expired on {Words.Day(voucher.ExpiresOn)}.");
        if (!request.Items.Any(i => Covers(voucher, i)))
            return new(FundingRefusal.VoucherNotAccepted,
                $"{name} is not accepted for any item: {WhyNot(request, voucher)}.");
        if (request.Items.Where(i => Covers(voucher, i)).Select(i => i.Ends).Max() is { } ends
            && InsideValidity.Refusal(voucher, ends) is { } late)
            return new(FundingRefusal.OutsideValidity, $"{name} does not pay: {late}.");
        if (SectorRule.Of(voucher.Programme, request.Account.Nace, request.Account.Further ?? []) is
            { Passed: false } sector)
            return new(FundingRefusal.ActivityNotFunded, $"{name} does not pay: {sector.Reason} {sector.Remedy}");
        if (!voucher.Available.IsPositive)
            return new(FundingRefusal.VoucherUsedUp,
                $"{name} has nothing left of {Words.Money(voucher.FaceValue)}; cancelled bookings return what they "
                    + "reserved.");
        return null;
    }

    private static string WhyNot(FundingRequest request, Voucher voucher) =>
        request.Items.Any(i => voucher.Programme.Accepts(i.Platform, i.Cluster, i.Nuts))
            ? voucher.Programme.Categories.IsEmpty
                ? $"it does not pay for {Words.List(voucher.Programme.EffectiveRules.CategoriesExclude)}"
                : $"it pays for {Words.List(voucher.Programme.Categories)} alone"
            : $"the platforms' regions ({Words.List([.. request.Items.Select(i => i.Nuts).Distinct()])}) lie outside "
                + "its scope";

    internal static bool Covers(Voucher voucher, FundingItem item) =>
        voucher.Programme.Accepts(item.Platform, item.Cluster, item.Nuts) && voucher.Programme.Funds(item.Category);

    private static string? At(FundingRequest request, Voucher voucher) =>
        request.Choice is VoucherChoice.Named named ? $"/vouchers/{named.Vouchers.IndexOf(voucher.Id)}" : null;

    private static string NameOf(Voucher voucher) => $"voucher {voucher.Id} ({voucher.Programme.Name})";
}
