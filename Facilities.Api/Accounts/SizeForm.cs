using System.Collections.Immutable;
using System.Globalization;
using Facilities.Grains.Accounts;
using Facilities.Grains.Enterprises;
using Facilities.Grains.Kernel;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Api.Accounts;

public sealed record TypedEnterprise(string Id, string Name, string Kind, string Market)
{
    public EnterpriseKind KindOf => Enum.TryParse<EnterpriseKind>(Kind, out var kind) ? kind : EnterpriseKind.Company;
}

public sealed record TypedHolding(string Owner, string Owned, string Capital, string Votes, string Control);

public sealed record TypedPeriod(
    string Of, string EndsOn, string ApprovedOn, string Staff, string Turnover, string Balance, string Currency,
    string Rate, bool IsEstimate);

/// <summary>What somebody typed about the size of their company, kept as typed until it is signed.</summary>
public sealed record SizeForm(
    ImmutableArray<TypedEnterprise> Enterprises, ImmutableArray<TypedHolding> Holdings,
    ImmutableArray<TypedPeriod> Periods)
{
    public static SizeForm Of(Ownership ownership) => new(
        [
            .. ownership.Enterprises.OrderBy(e => e.Id == ownership.Subject ? 0 : 1).Select(
                e => new TypedEnterprise(e.Id.Value, e.Name, e.Kind.ToString(), e.Market ?? "")),
        ],
        [
            .. ownership.Holdings.Select(h => new TypedHolding(
                h.Owner.Value, h.Owned.Value, Text(h.Capital.Value), Text(h.Votes.Value), h.Control.ToString())),
        ],
        [
            .. ownership.Enterprises.SelectMany(e => e.Periods.Select(p => new TypedPeriod(
                e.Id.Value, Words.IsoDay(p.EndsOn), Words.IsoDay(p.ApprovedOn), Text(p.Staff), Text(p.Turnover.Amount),
                Text(p.BalanceSheet.Amount), p.Turnover.Currency.Code, p.PerEuro == 1 ? "" : Text(p.PerEuro),
                p.IsEstimate))),
        ]);

    public static SizeForm Read(IFormCollection form)
    {
        return new(
            [.. Rows("id", Limits.DeclaredEnterprises).Select(i =>
                new TypedEnterprise(At("id", i), At("name", i), At("kind", i), At("market", i)))],
            [.. Rows("owner", Limits.DeclaredHoldings).Select(i => new TypedHolding(
                At("owner", i), At("owned", i), At("capital", i), At("votes", i), At("control", i)))],
            [.. Rows("of", Limits.DeclaredEnterprises * Ownership.PeriodsMax).Select(i => new TypedPeriod(
                At("of", i), At("ends", i), At("approved", i), At("staff", i), At("turnover", i), At("balance", i),
                At("currency", i), At("rate", i), form.ContainsKey(Name("estimate", i))))]);

        IEnumerable<int> Rows(string part, int max) =>
            Enumerable.Range(0, max + 1).TakeWhile(i => form.ContainsKey(Name(part, i)));
        string At(string part, int index) => form[Name(part, index)].ToString().Trim();
    }

    public static string Name(string part, int index) => string.Create(CultureInfo.InvariantCulture, $"{part}-{index}");

    /// <summary>The form after a step such as <c>add-holding</c> or <c>drop-period-1</c>.</summary>
    public SizeForm After(string step)
    {
        var own = Enterprises[0].Id;
        switch (step.Split('-'))
        {
            case ["add", "enterprise"]:
                var number = Enumerable.Range(1, int.MaxValue).First(n => Enterprises.All(e => e.Id != $"other-{n}"));
                return this with { Enterprises = Enterprises.Add(new($"other-{number}", "", "Company", "")) };
            case ["add", "holding"]:
                return this with { Holdings = Holdings.Add(new(Enterprises[^1].Id, own, "", "", "None")) };
            case ["add", "period"]:
                return this with { Periods = Periods.Add(new(own, "", "", "", "", "", "EUR", "", false)) };
            case ["drop", "enterprise", var index] when Row(index, Enterprises.Length) is > 0 and var row:
                var gone = Enterprises[row].Id;
                return new(
                    Enterprises.RemoveAt(row), [.. Holdings.Where(h => h.Owner != gone && h.Owned != gone)],
                    [.. Periods.Where(p => p.Of != gone)]);
            case ["drop", "holding", var index] when Row(index, Holdings.Length) is >= 0 and var row:
                return this with { Holdings = Holdings.RemoveAt(row) };
            case ["drop", "period", var index] when Row(index, Periods.Length) is >= 0 and var row:
                return this with { Periods = Periods.RemoveAt(row) };
            default:
                return this;
        }
    }

    /// <summary>The body that a program would send, or every fault of the form at once.</summary>
    public (DeclarationBody? Body, ImmutableArray<Fault> Faults) Body(string name, string textHash)
    {
        var faults = ImmutableArray.CreateBuilder<Fault>();
        var reading = new SizeFormReading(faults);
        var enterprises = Enterprises.Select((e, index) => new Enterprise(
            new(Id.IsValid(e.Id) ? e.Id : "none"), e.Name, e.KindOf, e.Market.Length == 0 ? null : e.Market,
            [
                .. Periods.Select((period, row) => (period, row)).Where(p => p.period.Of == e.Id)
                    .Select(p => reading.Period(p.period, $"/periods/{p.row}")),
            ])).ToImmutableArray();
        var holdings = Holdings.Select((h, row) => reading.Holding(h, $"/holdings/{row}")).ToImmutableArray();
        return faults.Count > 0
            ? (null, faults.ToImmutable())
            : (new(enterprises, holdings, name, textHash), []);
    }

    /// <summary>Where a fault of the body stands in the form: accounts are rows of their own there.</summary>
    public string RowOf(string pointer)
    {
        if (pointer.Split('/') is not ["", "enterprises", var at, "periods", .. var rest]
            || Row(at, Enterprises.Length) is not (>= 0 and var enterprise)) return pointer;
        if (rest is not [var year, ..]) return $"/enterprises/{enterprise}";
        var rows = Periods.Select((p, row) => (p.Of, row)).Where(p => p.Of == Enterprises[enterprise].Id).ToArray();
        return Row(year, rows.Length) is >= 0 and var index
            ? string.Join('/', [$"/periods/{rows[index].row}", .. rest[1..]]) : pointer;
    }

    private static int Row(string text, int length) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var row) && row < length ? row : -1;

    private static string Text(decimal number) => number.ToString("0.######", CultureInfo.InvariantCulture);
}
