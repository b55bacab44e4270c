using System.Collections.Immutable;
using Facilities.Grains.Credits;
using Facilities.Grains.Debts;
using Facilities.Grains.Instalments;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;

namespace Facilities.Tests.Simulation;

/// <summary>What is owed back to a programme, in its minor units and, where these are others, in the order's.</summary>
internal sealed record DebtFact(int Number, long Amount, long? OfOrder, string Reference)
{
    public long Repaid { get; init; }

    public long RepaidOfOrder { get; init; }

    public long ForGood { get; init; }

    public bool IsLifted { get; init; }

    public bool IsOpen => !IsLifted && Repaid < Amount;

    public long Open => IsOpen ? Amount - Repaid : 0;

    public long OpenTransfer => !IsOpen ? 0 : OfOrder - RepaidOfOrder ?? Open;
}

/// <summary>What an advance gives back to its voucher, or takes out of it.</summary>
internal sealed record FreedFact(int Number, long Amount, bool ForGood);

/// <summary>A claim, or an advance, in the auditor's words and in minor units of its programme.</summary>
/// <param name="State">open, queried, approved, rejected, paid, credited or lapsed.</param>
/// <param name="Amount">What it asks for now.</param>
internal sealed record ClaimFact(string State, long Amount, string Booking, string Voucher, bool IsAdvance)
{
    /// <summary>What it asked for before any credit, in advance and with the claim.</summary>
    public long Opened { get; init; }

    /// <summary>What came in advance of it; null where it does not count on an advance.</summary>
    public long? Advanced { get; init; }

    public bool HasAccount { get; init; }

    public bool WasProven { get; init; }

    /// <summary>Of an advance: that its booking claims nothing of it.</summary>
    public bool IsOver { get; init; }

    /// <summary>Of an advance: what the delivery earned of it.</summary>
    public long Used { get; init; }

    /// <summary>What was transferred for it in all.</summary>
    public long PaidOut { get; init; }

    public ImmutableArray<FreedFact> Freed { get; init; } = [];

    public ImmutableArray<DebtFact> Debts { get; init; } = [];

    public ImmutableArray<ClaimCredited> Credits { get; init; } = [];

    public bool IsUndecided => State is "open" or "queried";

    public long Repaid => Debts.Sum(d => d.Repaid);

    public DebtFact? DebtOf(int number) => Debts.FirstOrDefault(d => d.Number == number);

    public ClaimFact WithDebt(int number, Func<DebtFact, DebtFact> change) =>
        this with { Debts = [.. Debts.Select(d => d.Number == number ? change(d) : d)] };
}

internal sealed partial record BudgetFacts
{
    /// <summary>Hundredths of what is reserved that are paid in advance; zero where nothing is.</summary>
    public decimal AdvancePercent { get; init; }

    /// <summary>Entries of bank statements that were taken in.</summary>
    public ImmutableHashSet<string> Entries { get; init; } = [];

    public bool PaysAccount => AdvancePercent > 0;

    /// <summary>The advance that was opened for the booking and voucher of a claim.</summary>
    public ClaimFact? AdvanceOf(ClaimFact claim) => Claims.GetValueOrDefault($"a-{claim.Booking}-{claim.Voucher}");

    /// <summary>The claim for the delivery of the booking of an advance.</summary>
    public ClaimFact? ClaimOf(ClaimFact advance) => Claims.GetValueOrDefault($"c-{advance.Booking}-{advance.Voucher}");

    public BudgetFacts Instalment(InstalmentEvent happened, Action<bool, string> must)
    {
        switch (happened)
        {
            case AdvanceOpened { Claim: var claim }:
                must(!Claims.ContainsKey(claim.Id.Value), $"{claim.Id} was opened twice");
                return this with { Claims = Claims.Add(claim.Id.Value, Opened(claim)) };
            case AdvanceClosed e:
                return Change(e.Claim, c =>
                {
                    must(c.IsAdvance && c.State is "open" or "queried" or "approved", $"{e.Claim} is {c.State}");
                    return c with { State = "lapsed" };
                });
            case AdvanceOver e:
                return Change(e.Claim, c =>
                {
                    must(!c.IsOver, $"{e.Claim} is over twice");
                    return c with { IsOver = true };
                });
            case AdvanceUsed e:
                return Change(e.Claim, c =>
                {
                    must(c.State == "paid" && c.Used == 0, $"{e.Claim} is earned though it is {c.State}");
                    must(ClaimOf(c) is { State: "approved" } rest && rest.Advanced == e.Amount.Minor,
                        $"{e.Claim} is earned by {e.Amount}, which no delivery was approved with");
                    return c with { Used = e.Amount.Minor };
                });
            case AdvanceUnearned e:
                return Change(e.Claim, c =>
                {
                    must(c.Used >= e.Amount.Minor, $"of {e.Claim} {e.Amount} was not earned");
                    return c with { Used = c.Used - e.Amount.Minor };
                });
            case AdvanceFreed e:
                return Change(e.Claim, c =>
                {
                    must(e.Number == c.Freed.Length + 1, $"{e.Claim} frees {e.Number} after {c.Freed.Length}");
                    must(c.Freed.Sum(f => f.Amount) + e.Amount.Minor <= c.Amount, $"{e.Claim} frees more than it drew");
                    return c with { Freed = c.Freed.Add(new(e.Number, e.Amount.Minor, e.ForGood)) };
                });
            case AdvanceGivenBack e:
                return Change(e.Claim, c => c);
            default:
                throw new InvalidOperationException($"The auditor does not know {happened.GetType().Name}.");
        }
    }

    /// <summary>A credit takes of the claim first and only then of what came in advance.</summary>
    public BudgetFacts Credit(CreditEvent happened, Action<bool, string> must) => happened is not ClaimCredited e
        ? this
        : Change(e.Claim, c =>
        {
            var (less, was) = (e.Amount.Minor, c.State);
            var credited = c with { Credits = c.Credits.Add(e) };
            must(c.Credits.All(other => other.Number != e.Number), $"{e.Claim} is credited twice by {e.Number}");
            must((was == "rejected") == (e.Effect == CreditEffect.None), $"{e.Claim} is {was}, so {e.Effect} is wrong");
            if (was == "rejected") return credited;
            must(less <= c.Amount + (c.Advanced ?? 0), $"{e.Claim} is credited by more than it asks for");
            var (ofClaim, ofAdvance) = (Math.Min(less, c.Amount), Math.Max(less - c.Amount, 0));
            must(e.OfClaim.Minor == ofClaim && (e.OfAdvance?.Minor ?? 0) == ofAdvance,
                $"{e.Claim} is credited by {e.OfClaim} and {e.OfAdvance} of the advance");
            must((e.RepayBy is not null) == (was == "paid" && ofClaim > 0),
                $"{e.Claim} is {was}: {e.RepayBy} is wrong");
            credited = credited with
            {
                Amount = c.Amount - ofClaim,
                Advanced = c.Advanced - ofAdvance,
                Debts = e.RepayBy is null ? c.Debts : c.Debts.Add(new(
                    e.Number, ofClaim, PaysAccount ? null : e.OfOrder?.Minor, Debt.ReferenceOf(e.Claim, e.Number))),
            };
            return credited.Amount == 0 && credited.Advanced is null or 0 && was is "open" or "queried" or "approved"
                ? credited with { State = "credited" }
                : credited;
        });

    public BudgetFacts Owing(DebtEvent happened, Action<bool, string> must)
    {
        switch (happened)
        {
            case DebtArose e:
                return Change(e.Claim, c =>
                {
                    must(c.IsAdvance && c.State == "paid", $"{e.Claim} is {c.State}: nobody paid what it owes");
                    must(c.DebtOf(e.Number) is null, $"{e.Claim} owes {e.Number} twice");
                    must(c.Used + c.Debts.Sum(d => d.Amount) + e.Amount.Minor <= c.Amount,
                        $"{e.Claim} owes {e.Amount}, which is more than was advanced and not earned");
                    return c with { Debts = c.Debts.Add(new(e.Number, e.Amount.Minor, null, e.Reference)) };
                });
            case DebtRepaid e:
                return Change(e.Claim, c =>
                {
                    must(c.DebtOf(e.Number) is { IsOpen: true } debt && debt.Open >= e.Amount!.Value.Minor
                        && e.Amount.Value.Minor > 0, $"{e.Amount} comes back of {e.Claim} and is not owed");
                    var next = c.WithDebt(e.Number, d => d with
                    {
                        Repaid = d.Repaid + e.Amount!.Value.Minor,
                        RepaidOfOrder = d.RepaidOfOrder + (e.OfOrder?.Minor ?? 0),
                        ForGood = d.ForGood + (e.ForGood ? e.Amount.Value.Minor : 0),
                    });
                    var after = next.DebtOf(e.Number)!;
                    must(after.OfOrder is not { } whole || (after.RepaidOfOrder == whole) == !after.IsOpen,
                        $"{e.Claim} got {after.RepaidOfOrder} of {after.OfOrder} and {after.Repaid} of {after.Amount}");
                    return next;
                });
            case DebtLifted e:
                return Change(e.Claim, c =>
                {
                    must(c.DebtOf(e.Number) is { IsOpen: true }, $"{e.Claim} owes nothing of {e.Number}");
                    return c.WithDebt(e.Number, d => d with { IsLifted = true });
                });
            default:
                throw new InvalidOperationException($"The auditor does not know {happened.GetType().Name}.");
        }
    }

    /// <summary>What is transferred for a claim or an advance that was approved.</summary>
    public BudgetFacts Paid(ClaimId claim, Action<string> wrong) => Claim(claim.Value, "approved", "paid", wrong)
        .Change(claim, c => c with { PaidOut = c.PaidOut + c.Amount });

    public BudgetFacts Change(ClaimId claim, Func<ClaimFact, ClaimFact> change) => this with
    {
        Claims = Claims.SetItem(claim.Value, change(Claims[claim.Value])),
    };

    public static ClaimFact Opened(Claim claim) => new(
        "open", claim.Amount.Minor, claim.Booking.Value, claim.Voucher.Value, claim.Advance is not null)
    {
        Opened = claim.Amount.Minor + (claim.Advanced?.Minor ?? 0),
        Advanced = claim.Advanced?.Minor,
    };
}
