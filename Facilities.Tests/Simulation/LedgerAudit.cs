namespace Facilities.Tests.Simulation;

/// <summary>Judges the ledgers at the end: they add up, and each account holds what the auditor's facts say.</summary>
internal sealed class LedgerAudit
{
    private readonly SimulatedRun _run;
    private readonly LogAudit _log;
    private readonly SortedDictionary<(string Owner, string Account), long> _balances = [];

    public LedgerAudit(SimulatedRun run, LogAudit log)
    {
        (_run, _log) = (run, log);
        foreach (var row in run.Database.Rows("postings"))
        {
            var cells = row.Columns!.Value.ToDictionary(c => c.Key, c => c.Value);
            var (owner, amount) = ((string)cells["owner"]!, (long)cells["amount"]!);
            Add((owner, (string)cells["debit"]!), -amount);
            Add((owner, (string)cells["credit"]!), amount);
        }
    }

    public void Judge()
    {
        foreach (var ((owner, account), balance) in _balances)
            Must(account == "grant" || owner == "cluster/genopole" || balance >= 0, $"{owner} {account} is {balance}");
        foreach (var (id, history) in _log.Budgets.All) Programme($"programme/{id}", history.Last);
        foreach (var (id, history) in _log.Shares.All)
        {
            Is($"cluster/{id}", "reserved", history.Last.Reserved.Values.Sum());
            Is($"cluster/{id}", "owed", history.Last.Owed);
        }
    }

    private void Programme(string owner, BudgetFacts facts)
    {
        var purses = _log.Wallets.All.SelectMany(w => w.Value.Last.Purses)
            .Where(p => facts.HandedTo.ContainsKey(p.Key)).ToDictionary(p => p.Key, p => p.Value);
        var claims = facts.Claims.Values.Where(c => !c.IsAdvance).ToArray();
        var advances = facts.Claims.Values.Where(c => c.IsAdvance).ToArray();
        var paid = advances.Where(a => a.State == "paid").ToArray();
        Is(owner, "free", facts.Budget - facts.Awarded);
        Is(owner, "awarded", purses.Values.Sum(p => p.Left));
        Is(owner, "reserved", purses.Values.Sum(p => p.Reserved));
        Is(owner, "redeemed", advances.Where(a => a.State == "lapsed").Sum(a => Waiting(facts, a))
            + claims.SelectMany(c => c.Debts).Where(d => d.IsOpen).Sum(d => d.Repaid));
        Is(owner, "advance", advances.Where(a => a.State is "open" or "queried" or "approved").Sum(a => a.Amount));
        Is(owner, "advanced", paid.Sum(a => a.Amount - a.Used - a.Debts.Sum(d => d.Amount)));
        Is(owner, "claimed", claims.Where(c => c.IsUndecided).Sum(c => c.Amount));
        Is(owner, "approved", claims.Where(c => c.State == "approved").Sum(c => c.Amount));
        Is(owner, "paid", claims.Where(c => c.State == "paid").Sum(c => c.Amount) + paid.Sum(a => a.Used));
        Is(owner, "owed", facts.Claims.Values.SelectMany(c => c.Debts).Sum(d => d.Open));
        Is(owner, "returned", 0);
        Must(_balances.Where(b => b.Key.Owner == owner && b.Key.Account != "grant").Sum(b => b.Value) == facts.Budget,
            $"{owner} does not add up");
        var lost = claims.Where(c => c.State == "rejected").Sum(c => c.Amount)
            + facts.Claims.Values.SelectMany(c => c.Debts).Sum(d => d.ForGood);
        Must(facts.Returned.Values.Sum() == lost + purses.Values.Sum(p => p.Lapsed),
            $"{owner} got {facts.Returned.Values.Sum()} back");
        foreach (var (voucher, purse) in purses) Voucher(facts, voucher, purse);
        foreach (var advance in advances) Advance(facts, advance);
    }

    /// <summary>An award is left, reserved, used, returned and lapsed; what is used is claimed or waits.</summary>
    private void Voucher(BudgetFacts facts, string voucher, Purse purse)
    {
        Must(facts.AwardedOf(voucher) == purse.Left + purse.Reserved + purse.Redeemed + purse.Returned + purse.Lapsed,
            $"{voucher} is not what was awarded: {purse}");
        var used = facts.Claims.Values.Where(c => c.Voucher == voucher).Sum(c => (c.IsAdvance, c.State) switch
        {
            (false, "rejected") => 0,
            // What is owed for a credit comes to the voucher once it is whole.
            (false, _) => c.Amount + c.Debts.Where(d => d.IsOpen).Sum(d => d.Amount),
            (true, "paid") => c.Amount - c.Repaid,
            (true, "lapsed") => Waiting(facts, c),
            _ => c.Amount,
        });
        Must(purse.Redeemed == used, $"{purse.Redeemed} of {voucher} are used, and {used} are claimed or wait");
    }

    /// <summary>What was paid in advance is earned or owed once the booking is over, and never both.</summary>
    private void Advance(BudgetFacts facts, ClaimFact advance)
    {
        var (claim, booking) = (facts.ClaimOf(advance), _log.Bookings[advance.Booking].Last);
        var name = $"the advance of {advance.Booking} on {advance.Voucher}";
        var due = advance.Debts.Sum(d => d.Amount);
        var earned = claim is { State: "approved" or "paid", Advanced: { } counted } ? counted : 0;
        Must(advance.State == "paid" || (advance.Used == 0 && due == 0 && advance.PaidOut == 0),
            $"{name} was not paid, and {advance.Used} are earned, {due} owed");
        if (advance.State != "paid") return;
        Must(advance.PaidOut == advance.Amount, $"{name} was paid with {advance.PaidOut}");
        Must(advance.Used == earned, $"of {name} {advance.Used} are earned where the claim counts {earned}");
        var isOver = booking.HasEnded || claim is { IsUndecided: false }
            || (claim is null && booking.Stage is Stage.Accepted or Stage.Settled);
        Must(due == (isOver || advance.IsOver ? advance.Amount - earned : 0),
            $"{due} of {name} over {advance.Amount} are owed where {earned} are earned ({claim?.State})");
    }

    /// <summary>What a voucher still keeps of an advance that was not paid: the delivery will claim it.</summary>
    private static long Waiting(BudgetFacts facts, ClaimFact advance) => advance.Amount
        - advance.Freed.Sum(f => f.Amount)
        - (facts.ClaimOf(advance) is { Advanced: null } claim
            ? Math.Min(advance.Amount, claim.Opened) : 0);

    private void Is(string owner, string account, long expected) => Must(
        _balances.GetValueOrDefault((owner, account)) == expected,
        $"{owner} {account} is {_balances.GetValueOrDefault((owner, account))} and not {expected}");

    private void Add((string, string) account, long amount) =>
        _balances[account] = _balances.GetValueOrDefault(account) + amount;

    private void Must(bool holds, string otherwise)
    {
        if (!holds) _run.Find($"At the end, {otherwise}.");
    }
}
