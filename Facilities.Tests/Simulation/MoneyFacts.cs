using System.Collections.Immutable;
using Facilities.Grains.Payments;

namespace Facilities.Tests.Simulation;

/// <summary>A voucher in cents.</summary>
internal sealed record Purse(long Face, long Reserved, long Redeemed)
{
    public long Returned { get; init; }

    public long Lapsed { get; init; }

    /// <summary>Whether nothing of it can be reserved any more.</summary>
    public bool HasEnded { get; init; }

    /// <summary>The first instant after its last day.</summary>
    public NodaTime.Instant Over { get; init; } = NodaTime.Instant.MaxValue;

    public long Left => Face - Reserved - Redeemed;
}

/// <summary>The auditor's own wallet of one account.</summary>
internal sealed record WalletFacts(
    ImmutableDictionary<string, Purse> Purses,
    ImmutableDictionary<string, ImmutableArray<(string Voucher, long Amount)>> Reservations,
    ImmutableHashSet<string> Firm)
{
    public static readonly WalletFacts Empty = new(
        ImmutableDictionary<string, Purse>.Empty,
        ImmutableDictionary<string, ImmutableArray<(string, long)>>.Empty, []);

    public WalletFacts Reserve(
        string booking, ImmutableArray<(string Voucher, long Amount)> parts, Action<string> wrong)
    {
        if (Reservations.ContainsKey(booking)) wrong($"{booking} reserved twice");
        foreach (var (voucher, _) in parts.Where(p => Purses.TryGetValue(p.Voucher, out var purse) && purse.HasEnded))
            wrong($"{booking} reserves of {voucher}, which has ended");
        return Change(parts, 1, 0, wrong) with { Reservations = Reservations.SetItem(booking, parts) };
    }

    public WalletFacts Release(string booking, Action<string> wrong) =>
        !Reservations.TryGetValue(booking, out var parts) ? this : Change(parts, -1, 0, wrong) with
        {
            Reservations = Reservations.Remove(booking),
            Firm = Firm.Remove(booking),
        };

    public WalletFacts Redeem(string booking, ImmutableArray<(string Voucher, long Amount)> parts, Action<string> wrong)
    {
        var reserved = Reservations.GetValueOrDefault(booking, []);
        foreach (var (voucher, amount) in parts)
            // What was drawn in advance is not reserved any more.
            if (reserved.Where(r => r.Voucher == voucher).Sum(r => r.Amount) < amount)
                wrong($"{booking} redeems more of {voucher} than it reserved");
        return Release(booking, wrong).Change(parts, 0, 1, wrong);
    }

    /// <summary>What bookings drew of vouchers in advance and did not give back, by both.</summary>
    public ImmutableDictionary<(string Booking, string Voucher), long> Drawn { get; init; } =
        ImmutableDictionary<(string, string), long>.Empty;

    /// <summary>A part of what a booking reserved is used before anything is delivered.</summary>
    public WalletFacts Draw(string booking, ImmutableArray<(string Voucher, long Amount)> parts, Action<string> wrong)
    {
        var reserved = Reservations.GetValueOrDefault(booking, []);
        foreach (var (voucher, amount) in parts)
            if (Drawn.ContainsKey((booking, voucher))
                || reserved.Where(r => r.Voucher == voucher).Sum(r => r.Amount) < amount)
                wrong($"{booking} draws more of {voucher} than it reserved");
        return Change(parts, -1, 1, wrong) with
        {
            Drawn = Drawn.SetItems(parts.Select(p => KeyValuePair.Create((booking, p.Voucher), p.Amount))),
            Reservations = Reservations.SetItem(booking, [.. reserved.Select(r =>
                (r.Voucher, r.Amount - parts.Where(p => p.Voucher == r.Voucher).Sum(p => p.Amount)))]),
        };
    }

    /// <summary>What was drawn in advance is not needed: it can be reserved again.</summary>
    public WalletFacts GiveBack(string booking, string voucher, long amount, Action<string> wrong)
    {
        var drawn = Drawn.GetValueOrDefault((booking, voucher));
        if (drawn < amount) wrong($"{booking} gives {amount} of {voucher} back and had drawn {drawn}");
        return Change([(voucher, amount)], 0, -1, wrong) with
        {
            Drawn = Drawn.SetItem((booking, voucher), drawn - amount),
        };
    }

    /// <summary>What a delivery had used was credited.</summary>
    public WalletFacts Credit(string voucher, long amount, Action<string> wrong) =>
        Change([(voucher, amount)], 0, -1, wrong);

    /// <summary>A programme took back what was redeemed for a claim that it rejected.</summary>
    public WalletFacts Return(string voucher, long amount, Action<string> wrong)
    {
        var next = Change([(voucher, amount)], 0, -1, wrong);
        var purse = next.Purses[voucher];
        return next with
        {
            Purses = next.Purses.SetItem(voucher, purse with
            {
                Face = purse.Face - amount,
                Returned = purse.Returned + amount,
            }),
        };
    }

    /// <summary>What nobody can use any more of a voucher that ended.</summary>
    public WalletFacts Lapse(string voucher, long amount, Action<string> wrong)
    {
        var purse = Purses[voucher];
        if (purse.Left < amount) wrong($"{amount} of {voucher} lapse where {purse.Left} is left");
        return this with
        {
            Purses = Purses.SetItem(
                voucher, purse with { Face = purse.Face - amount, Lapsed = purse.Lapsed + amount }),
        };
    }

    /// <summary>It expired, was revoked or given back.</summary>
    public WalletFacts End(string voucher, Action<string> wrong)
    {
        var purse = Purses[voucher];
        if (purse.HasEnded) wrong($"{voucher} ended twice");
        return this with { Purses = Purses.SetItem(voucher, purse with { HasEnded = true }) };
    }

    private WalletFacts Change(
        ImmutableArray<(string Voucher, long Amount)> parts, int reserved, int redeemed, Action<string> wrong)
    {
        var purses = Purses;
        foreach (var (voucher, amount) in parts)
        {
            if (!purses.TryGetValue(voucher, out var purse))
            {
                wrong($"there is no voucher {voucher}");
                continue;
            }
            purse = purse with
            {
                Reserved = purse.Reserved + reserved * amount,
                Redeemed = purse.Redeemed + redeemed * amount,
            };
            if (purse.Left < 0 || purse.Reserved < 0 || purse.Redeemed < 0)
                wrong($"{voucher} is worth {purse.Face}, with {purse.Reserved} reserved, {purse.Redeemed} redeemed");
            purses = purses.SetItem(voucher, purse);
        }
        return this with { Purses = purses };
    }
}

/// <summary>The auditor's own account of one programme, in cents.</summary>
internal sealed partial record BudgetFacts(
    long Budget, long Awarded, ImmutableDictionary<string, string> HandedTo,
    ImmutableDictionary<string, ClaimFact> Claims)
{
    public static readonly BudgetFacts Empty = new(
        0, 0, ImmutableDictionary<string, string>.Empty, ImmutableDictionary<string, ClaimFact>.Empty);

    public BudgetFacts Award(string voucher, string account, long amount, Action<string> wrong)
    {
        if (HandedTo.ContainsKey(voucher)) wrong($"{voucher} was awarded twice");
        if (Awarded + amount > Budget) wrong($"{Awarded} and {amount} are more than the budget of {Budget}");
        return this with
        {
            Awarded = Awarded + amount,
            HandedTo = HandedTo.SetItem(voucher, account),
            Amounts = Amounts.SetItem(voucher, amount),
        };
    }

    /// <summary>What each voucher was awarded with.</summary>
    public ImmutableDictionary<string, long> Amounts { get; init; } = ImmutableDictionary<string, long>.Empty;

    public long AwardedOf(string voucher) => Amounts[voucher];

    /// <summary>What came back, for the voucher of each.</summary>
    public ImmutableDictionary<string, long> Returned { get; init; } = ImmutableDictionary<string, long>.Empty;

    public BudgetFacts Return(string voucher, long amount, Action<string> wrong)
    {
        if (!HandedTo.ContainsKey(voucher)) wrong($"{voucher} comes back and was never awarded");
        return this with
        {
            Awarded = Awarded - amount,
            Returned = Returned.SetItem(voucher, Returned.GetValueOrDefault(voucher) + amount),
        };
    }

    public BudgetFacts Claim(string claim, string from, string to, Action<string> wrong)
    {
        if (!Claims.TryGetValue(claim, out var standing) || standing.State != from)
            wrong($"{claim} becomes {to} but is {standing?.State ?? "unknown"}");
        return this with { Claims = Claims.SetItem(claim, standing! with { State = to }) };
    }
}

/// <summary>The auditor's own account of what a cluster sets aside for co-financing, in cents.</summary>
internal sealed record ShareFacts(long? Budget, ImmutableDictionary<string, long> Reserved, long Owed)
{
    public static readonly ShareFacts Empty = new(null, ImmutableDictionary<string, long>.Empty, 0);

    public long? Left => Budget - Reserved.Values.Sum() - Owed;

    public ShareFacts Reserve(string booking, long amount, Action<string> wrong)
    {
        if (Reserved.ContainsKey(booking)) wrong($"{booking} reserved twice");
        var next = this with { Reserved = Reserved.SetItem(booking, amount) };
        if (next.Left < 0) wrong($"{booking} takes {amount} where {Left} is left");
        return next;
    }

    /// <summary>Facilities credited what was owed, each credit once.</summary>
    public ShareFacts Credit(string credit, long amount, Action<string> wrong)
    {
        if (Credited.Contains(credit) || Owed < amount) wrong($"{amount} of {Owed} are credited by {credit}");
        return this with { Owed = Owed - amount, Credited = Credited.Add(credit) };
    }

    public ImmutableHashSet<string> Credited { get; init; } = [];

    public ShareFacts Owe(string booking, long amount, Action<string> wrong)
    {
        if (Reserved.GetValueOrDefault(booking) < amount) wrong($"{booking} owes more than it reserved");
        return this with { Reserved = Reserved.Remove(booking), Owed = Owed + amount };
    }
}
