using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Applications;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Undertakings;
using NodaTime;

namespace Facilities.Tests.Simulation;

/// <summary>What companies declared of other aid, and what the registers of undertakings took over.</summary>
internal sealed class DeclaredFacts
{
    private readonly SortedDictionary<string, ImmutableArray<AidEntry>> _declared = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ImmutableArray<AidEntry>> _registered = new(StringComparer.Ordinal);

    public void Take(string account, AccountEvent happened)
    {
        if (happened is OtherAidDeclared e)
            _declared[account] = EarlierAid.EntriesOf(new(account), e.Declaration.Entries);
    }

    public void Take(string register, UndertakingEvent happened)
    {
        if (happened is AidDeclared e) _registered[$"{register} {e.Beneficiary}"] = e.Entries;
    }

    /// <summary>Every register shows what was declared last, and nothing else.</summary>
    public IEnumerable<string> Faults()
    {
        foreach (var (account, declared) in _declared)
            foreach (var country in new[] { "DE", "FR" })
                if (!declared.Where(e => e.Country == country).Select(e => e.Id).Order(StringComparer.Ordinal)
                    .SequenceEqual(_registered.GetValueOrDefault($"{country}/{account} {account}", [])
                        .Select(e => e.Id).Order(StringComparer.Ordinal)))
                    yield return $"the register of {country} has other aid of {account} than it declared";
    }
}

internal sealed partial record BudgetFacts
{
    /// <summary>Applications: how far each has come, and whose it is.</summary>
    public ImmutableDictionary<string, (string State, string Account)> Applications { get; init; } =
        ImmutableDictionary<string, (string, string)>.Empty;

    public bool HasStanding(string account) =>
        Applications.Values.Any(a => a.Account == account && a.State == "submitted");

    public BudgetFacts Application(ApplicationEvent happened, Action<string> wrong)
    {
        switch (happened)
        {
            case ApplicationSubmitted { Application: var asked }:
                if (Applications.ContainsKey(asked.Id.Value)) wrong($"{asked.Id} came twice");
                if (HasStanding(asked.Account.Value)) wrong($"{asked.Account} has an application that waits");
                return Put(asked.Id, "submitted", asked.Account.Value);
            case ApplicationApproved e:
                return Become(e.Application, "awarded", wrong);
            case ApplicationRejected e:
                return Become(e.Application, "rejected", wrong);
            case ApplicationWithdrawn e:
                return Become(e.Application, "withdrawn", wrong);
            default:
                return this;
        }
    }

    private BudgetFacts Become(ApplicationKey id, string state, Action<string> wrong)
    {
        var (before, account) = Applications.GetValueOrDefault(id.Value);
        if (before != "submitted") wrong($"{id} becomes {state} but is {before ?? "unknown"}");
        return Put(id, state, account);
    }

    private BudgetFacts Put(ApplicationKey id, string state, string account) =>
        this with { Applications = Applications.SetItem(id.Value, (state, account)) };
}

/// <summary>Whether refusals of what companies and funders do beside bookings are explained.</summary>
internal static class FunderRefusals
{
    public static bool Explains(BudgetFacts facts, Call call)
    {
        string? StateOf(ApplicationKey id) => facts.Applications.GetValueOrDefault(id.Value).State;
        return (call.Refusal, call.Command) switch
        {
            ("applicationPending", Apply c) => facts.HasStanding(c.Account.Value),
            ("applicationDecided", DecideApplication c) => StateOf(c.Application) is not (null or "submitted"),
            ("applicationDecided", WithdrawApplication c) => StateOf(c.Application) is not (null or "submitted"),
            ("budgetExceeded", DecideApplication { Award: true }) => facts.Budget - facts.Awarded
                < Marketplace.FundOf(call.Stream.Key).Of(90_000).Minor,
            _ => false,
        };
    }

    public static bool Explains(WalletFacts facts, Call call, Instant early, Instant late) =>
        (call.Refusal, call.Command) switch
        {
            ("voucherEnded", EndVoucher c) =>
                facts.Purses.TryGetValue(c.Voucher.Value, out var purse) && purse.HasEnded,
            // A text of another day than that of the process.
            ("invalidDeclaration", DeclareOtherAid c) => new[] { early, late }.Any(
                at => !c.Id.Value.EndsWith($"{at.InUtc().Date:yyyyMMdd}", StringComparison.Ordinal)),
            _ => false,
        };
}
