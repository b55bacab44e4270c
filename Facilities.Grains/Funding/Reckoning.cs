using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;

namespace Facilities.Grains.Funding;

/// <summary>One funding plan while it is being made: what is still unpaid of each item.</summary>
internal sealed class Reckoning
{
    private readonly FundingRequest request;
    private readonly List<FundingShare> shares = [];
    private readonly List<FundingAllocation> allocations = [];

    /// <summary>Net less co-financing, by item: the same base for each voucher.</summary>
    private readonly Dictionary<ItemId, Money> remaining;
    private readonly Dictionary<ItemId, Money> unpaid;

    public List<string> Notes { get; } = [];

    public Reckoning(FundingRequest request)
    {
        if (request.Items.IsDefaultOrEmpty) throw new InvalidOperationException("An order has at least one item.");
        this.request = request;
        remaining = request.Items.ToDictionary(i => i.Id, i => i.Net);
        unpaid = new Dictionary<ItemId, Money>(remaining);
    }

    public void Add(CoFinancing.Group group, ImmutableArray<FundingShare> parts)
    {
        shares.AddRange(parts.Where(p => p.Amount.IsPositive));
        foreach (var allocation in CoFinancing.Allocations(group, parts))
        {
            Take(allocation);
            remaining[allocation.Item] -= allocation.Amount;
        }
    }

    /// <summary>Draws min(share, cap per order, what the voucher can give, what is still unpaid).</summary>
    public void Add(Voucher voucher, Money most, string mostIs)
    {
        var programme = voucher.Programme;
        var eligible = request.Items.Where(i => FundingPlan.Covers(voucher, i)).ToList();
        var basis = Money.Sum(eligible.Select(i => remaining[i.Id]), request.Currency);
        var open = Money.Sum(eligible.Select(i => unpaid[i.Id]), request.Currency);
        var share = programme.Rate.Of(basis);

        var (amount, limit) = (share, "");
        if (programme.CapPerOrder is { } cap && cap < amount)
            (amount, limit) = (cap, $", limited to {Words.Money(cap)} an order");
        if (most < amount) (amount, limit) = (most, $", limited to the {Words.Money(most)} {mostIs}");
        if (open < amount) (amount, limit) = (open, $", limited to the {Words.Money(open)} still unpaid");
        if (!amount.IsPositive)
        {
            Notes.Add($"Not used: voucher {voucher.Id} ({programme.Name}), for nothing of the eligible items is left "
                + "to pay.");
            return;
        }

        var reason = $"{programme.Rate} of {BasisInWords(eligible, basis)}, rounded half up to the cent{limit}.";
        shares.Add(new FundingShare(
            FundingKind.Voucher, voucher.Id.Value, programme.Name, amount, reason, programme.Id.Value));
        var parts = ProRata.Split(amount, [.. eligible.Select(i => unpaid[i.Id])]);
        for (var i = 0; i < parts.Length; i++)
            Take(new FundingAllocation(
                FundingKind.Voucher, voucher.Id.Value, programme.Id.Value, eligible[i].Id, parts[i]));
    }

    public FundingOutcome Done()
    {
        var net = Money.Sum(request.Items.Select(i => i.Net), request.Currency);
        var paid = Money.Sum(shares.Select(s => s.Amount), request.Currency);
        if (paid > net) throw new InvalidOperationException($"Public money of {paid} exceeds the net price of {net}.");
        if (paid != Money.Sum(allocations.Select(a => a.Amount), request.Currency))
            throw new InvalidOperationException("The allocations do not add up to the shares.");
        return new FundingOutcome([.. shares], [.. allocations], [.. Notes], []);
    }

    private void Take(FundingAllocation allocation)
    {
        if (allocation.Amount.IsZero) return;
        unpaid[allocation.Item] -= allocation.Amount;
        if (allocation.Amount.IsNegative || unpaid[allocation.Item].IsNegative)
            throw new InvalidOperationException($"{allocation.Item} would be paid more than once.");
        allocations.Add(allocation);
    }

    private string BasisInWords(List<FundingItem> eligible, Money basis)
    {
        var net = Money.Sum(eligible.Select(i => i.Net), request.Currency);
        var what = basis == net
            ? $"the net price of {Words.Money(basis)}"
            : $"the {Words.Money(basis)} that remain after co-financing";
        return eligible.Count == request.Items.Length
            ? what
            : $"{what}, counting the {Words.Count(eligible.Count, "item")} of {request.Items.Length} that it accepts";
    }
}
