using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using Facilities.Grains.Programmes;

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
    private readonly Dictionary<ItemId, Money> unpaidVat;
    private readonly List<Voucher> used = [];

    public List<string> Notes { get; } = [];

    public Reckoning(FundingRequest request)
    {
        if (request.Items.IsDefaultOrEmpty) throw new InvalidOperationException("An order has at least one item.");
        this.request = request;
        remaining = request.Items.ToDictionary(i => i.Id, i => i.Net);
        unpaid = new Dictionary<ItemId, Money>(remaining);
        unpaidVat = request.Items.ToDictionary(i => i.Id, i => i.Vat);
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

    /// <summary>Why a voucher may not pay beside what pays already; null where it may.</summary>
    public string? NotBeside(Voucher voucher)
    {
        var other = used.FirstOrDefault(v => v.Programme.EffectiveRules.Stacking != Stacking.WithAny);
        if (other is not null) return $"{other.Programme.Name} pays beside no other voucher";
        return voucher.Programme.EffectiveRules.Stacking switch
        {
            Stacking.Alone when shares.Count > 0 => "it pays beside no other public money",
            Stacking.WithCoFinancing when used.Count > 0 => "it pays beside no other voucher",
            _ => null,
        };
    }

    /// <summary>
    /// Draws min(share, cap per order, what the voucher can give, what is still unpaid); why not, where the programme
    /// does not fund such a cost. All of it is reckoned in the currency of the order.
    /// </summary>
    public string? Add(Voucher voucher, Money most, string mostIs, OrderRates rates)
    {
        var programme = voucher.Programme;
        var eligible = request.Items.Where(i => FundingPlan.Covers(voucher, i)).ToList();
        var basis = Money.Sum(eligible.Select(i => remaining[i.Id]), request.Currency);
        var vat = FundsVat(programme)
            ? Money.Sum(eligible.Select(i => i.Vat), request.Currency)
            : Money.Zero(request.Currency);
        var share = VoucherShare.Of(programme, basis, vat, rates);
        if (share.Refusal is { } refusal) return refusal;
        var open = Money.Sum(eligible.Select(i => Open(i, programme)), request.Currency);

        var (amount, limit) = (share.Amount, "");
        if (programme.CapPerOrder is { } cap && rates.AtMost(cap) is var bound && bound < amount)
            (amount, limit) = (bound, $", limited to {Words.Money(bound)}{rates.Beside(cap)} an order");
        if (most < amount) (amount, limit) = (most, $", limited to the {Words.Money(most)} {mostIs}");
        if (open < amount) (amount, limit) = (open, $", limited to the {Words.Money(open)} still unpaid");
        // A share that is less than a cent of the voucher would cost it nothing.
        if (!amount.IsPositive || !rates.InProgramme(amount).IsPositive)
        {
            Notes.Add($"Not used: voucher {voucher.Id} ({programme.Name}), for nothing of the eligible items is left "
                + "to pay.");
            return null;
        }

        var rounding = VoucherShare.RoundingInWords(programme.EffectiveRules.Rounding);
        var withVat = vat.IsPositive ? $" and {Words.Money(vat)} VAT" : "";
        var toAccount = programme.PaymentMode.PaysAccount();
        var charged = rates.Charge(amount);
        var reason = $"{share.Rule} of {BasisInWords(eligible, basis)}{withVat}, {rounding}{limit}."
            + (charged is null ? "" : $" {charged.Rates.InWords(amount, charged.Amount)}.")
            + (!toAccount ? "" : programme.Instalments is { } instalments
                ? $" {request.Account.Name} pays it to the provider; the funder pays {instalments.Advance} of it in "
                    + "advance and the rest after the claim."
                : $" {request.Account.Name} pays it to the provider, and the funder pays it back.");
        shares.Add(new FundingShare(
            FundingKind.Voucher, voucher.Id.Value, programme.Name, amount, reason, programme.Id.Value)
        {
            ToAccount = toAccount,
            Charged = charged,
        });
        var parts = ProRata.Split(amount, [.. eligible.Select(i => Open(i, programme))]);
        for (var i = 0; i < parts.Length; i++)
            Take(new FundingAllocation(
                FundingKind.Voucher, voucher.Id.Value, programme.Id.Value, eligible[i].Id, parts[i]),
                FundsVat(programme));
        used.Add(voucher);
        return null;
    }

    public FundingOutcome Done()
    {
        var net = Money.Sum(request.Items.Select(i => i.Net), request.Currency);
        var paid = Money.Sum(shares.Select(s => s.Amount), request.Currency);
        var vat = Money.Sum(request.Items.Select(i => i.Vat - unpaidVat[i.Id]), request.Currency);
        if (paid > net + vat)
            throw new InvalidOperationException(
                $"Public money of {paid} exceeds the net price of {net} and {vat} VAT.");
        if (paid != Money.Sum(allocations.Select(a => a.Amount), request.Currency))
            throw new InvalidOperationException("The allocations do not add up to the shares.");
        return new FundingOutcome([.. shares], [.. allocations], [.. Notes], []);
    }

    private void Take(FundingAllocation allocation, bool fundsVat = false)
    {
        if (allocation.Amount.IsZero) return;
        var ofNet = fundsVat ? Money.Min(allocation.Amount, unpaid[allocation.Item]) : allocation.Amount;
        unpaid[allocation.Item] -= ofNet;
        unpaidVat[allocation.Item] -= allocation.Amount - ofNet;
        if (allocation.Amount.IsNegative || unpaid[allocation.Item].IsNegative || unpaidVat[allocation.Item].IsNegative)
            throw new InvalidOperationException($"{allocation.Item} would be paid more than once.");
        allocations.Add(allocation);
    }

    private bool FundsVat(ProgrammeTerms programme) => programme.VatFundable switch
    {
        VatFundable.Always => true,
        VatFundable.IfNotDeductible => request.Account.BearsVat,
        _ => false,
    };

    private Money Open(FundingItem item, ProgrammeTerms programme) =>
        FundsVat(programme) ? unpaid[item.Id] + unpaidVat[item.Id] : unpaid[item.Id];

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
