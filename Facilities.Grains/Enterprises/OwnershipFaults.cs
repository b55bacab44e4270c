using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Enterprises;

public sealed partial record Ownership
{
    /// <summary>Years of accounts of one enterprise in a declaration: a class changes after two.</summary>
    public const int PeriodsMax = 10;

    /// <summary>What is wrong with it, each fault with where it is; empty where nothing.</summary>
    public ImmutableArray<Fault> Faults()
    {
        var faults = ImmutableArray.CreateBuilder<Fault>();
        if (Enterprises.Length > Limits.DeclaredEnterprises || Holdings.Length > Limits.DeclaredHoldings)
            return [
                new("/enterprises", $"Declare at most {Limits.DeclaredEnterprises} enterprises and persons and "
                    + $"{Limits.DeclaredHoldings} holdings; those farthest away can be summed up."),
            ];
        var known = Enterprises.Select(e => e.Id).ToHashSet();
        if (known.Count < Enterprises.Length) faults.Add(new("/enterprises", "Name each enterprise once."));
        if (!known.Contains(Subject)) faults.Add(new("/subject", $"{Subject} is not among the enterprises."));
        foreach (var (enterprise, index) in Enterprises.Select((enterprise, index) => (enterprise, index)))
        {
            if (string.IsNullOrWhiteSpace(enterprise.Name) || enterprise.Name.Length > Limits.DeclaredName)
                faults.Add(new(
                    $"/enterprises/{index}/name", $"Give its name, with at most {Limits.DeclaredName} characters."));
            faults.AddRange(FaultsOf(enterprise.Periods, $"/enterprises/{index}/periods"));
        }
        faults.AddRange(HoldingFaults(known));
        return faults.ToImmutable();
    }

    /// <summary>
    /// The same with what stands in the way of a signature on a day: accounts that are missing, too old, or not
    /// approved yet.
    /// </summary>
    public ImmutableArray<Fault> Faults(LocalDate today)
    {
        var faults = Faults().ToBuilder();
        foreach (var (enterprise, index) in Enterprises.Select((enterprise, index) => (enterprise, index)))
            foreach (var (period, year) in enterprise.Periods.Select((period, year) => (period, year)))
            {
                var pointer = $"/enterprises/{index}/periods/{year}";
                if (period.ApprovedOn > today)
                    faults.Add(new($"{pointer}/approvedOn", "Accounts count from the day they were approved."));
                if (!period.IsEstimate && period.ApprovedOn <= period.EndsOn)
                    faults.Add(new(
                        $"{pointer}/approvedOn", "A year's accounts are approved after its last day. For a new "
                            + "enterprise without approved accounts, mark them as an estimate."));
            }
        if (faults.Count > 0) return faults.ToImmutable();
        var (own, place) = (Of(Subject), $"/enterprises/{Enterprises.IndexOf(Of(Subject))}");
        if (own.Kind != EnterpriseKind.Company) faults.Add(new($"{place}/kind", "You declare for a company."));
        if (own.Periods.IsEmpty)
            faults.Add(new(
                $"{place}/periods", "Give the last approved accounts, or an estimate if the enterprise is new."));
        else if (own.Periods.Max(p => p.EndsOn).PlusMonths(Limits.AccountsMonths) < today)
            faults.Add(new(
                $"{place}/periods", "The last accounts ended more than "
                    + $"{Words.Count(Limits.AccountsMonths, "month")} ago: give newer ones."));
        if (faults.Count > 0) return faults.ToImmutable();
        foreach (var counted in SizeAssessment.Of(this, today).Contributions)
            if (Of(counted.Enterprise) is { Periods.IsEmpty: true, Kind: not EnterpriseKind.PublicBody } without)
                faults.Add(new(
                    $"/enterprises/{Enterprises.IndexOf(without)}/periods",
                    $"{without.Name} counts ({Percent(counted.Percent)}), so give its last approved accounts."));
        return faults.ToImmutable();
    }

    private static IEnumerable<Fault> FaultsOf(ImmutableArray<AccountPeriod> periods, string pointer)
    {
        if (periods.Length > PeriodsMax)
            yield return new(pointer, $"Give at most {PeriodsMax} years.");
        if (periods.Select(p => p.EndsOn).Distinct().Count() < periods.Length)
            yield return new(pointer, "Give each year once.");
        for (var year = 0; year < periods.Length; year++)
        {
            var period = periods[year];
            if (period.Staff is < 0 or > Limits.DeclaredStaff || period.Turnover.IsNegative
                || period.BalanceSheet.IsNegative || period.PerEuro <= 0)
                yield return new($"{pointer}/{year}", "Staff, money and the rate to the euro are not negative.");
            if (period.Turnover.Currency != period.BalanceSheet.Currency)
                yield return new($"{pointer}/{year}/balanceSheet", "Accounts are in one currency.");
            if (period.Turnover.Currency == Currency.Eur && period.PerEuro != 1)
                yield return new($"{pointer}/{year}/perEuro", "A euro is one euro.");
            if (period.Turnover.Currency != Currency.Eur && period.PerEuro == 1)
                yield return new(
                    $"{pointer}/{year}/perEuro",
                    $"Give the average of the year: how many {period.Turnover.Currency} one euro was.");
        }
    }

    private IEnumerable<Fault> HoldingFaults(HashSet<EnterpriseId> known)
    {
        for (var index = 0; index < Holdings.Length; index++)
        {
            var holding = Holdings[index];
            foreach (var (id, side) in new[] { (holding.Owner, "owner"), (holding.Owned, "owned") })
                if (!known.Contains(id))
                    yield return new($"/holdings/{index}/{side}", $"{id} is not among the enterprises.");
            if (holding.Owner == holding.Owned)
                yield return new($"/holdings/{index}", "An enterprise does not hold itself.");
            if (known.Contains(holding.Owned) && Of(holding.Owned).Kind == EnterpriseKind.Person)
                yield return new($"/holdings/{index}/owned", "Nobody holds a person.");
            if (holding is { Share: 0, Control: Control.None })
                yield return new($"/holdings/{index}", "Say how much is held, or what gives control without it.");
            if (Holdings.Take(index).Any(h => h.Owner == holding.Owner && h.Owned == holding.Owned))
                yield return new($"/holdings/{index}", "This holding is declared above; declare it once.");
        }
        foreach (var owned in Holdings.GroupBy(h => h.Owned).Where(
            g => g.Sum(h => h.Capital.Value) > 100 || g.Sum(h => h.Votes.Value) > 100))
        {
            var name = known.Contains(owned.Key) ? Of(owned.Key).Name : owned.Key.Value;
            yield return new("/holdings", $"More than the whole of {name} is held.");
        }
    }

    private static string Percent(decimal percent) => new Percentage(percent).ToString();
}
