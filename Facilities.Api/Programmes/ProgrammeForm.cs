using System.Collections.Immutable;
using System.Globalization;
using Facilities.Grains.Instalments;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Api.Programmes;

/// <summary>
/// What a funder typed as the terms of a programme, kept as typed until it is saved. A field is named by where its
/// value stands in the API's body: <c>/rules/costMin</c> is <c>rules-costMin</c>.
/// </summary>
public sealed record ProgrammeForm(ImmutableDictionary<string, string> Typed)
{
    public const int BracketRows = 4;

    private const int YearRowsMax = 12;

    public string this[string pointer] => Typed.GetValueOrDefault(Name(pointer), "");

    /// <summary>Rows of years that are shown: those with something in them, and two more.</summary>
    public int YearRows => Math.Min(
        YearRowsMax,
        Enumerable.Range(0, YearRowsMax).LastOrDefault(row => this[$"/years/{row}/year"].Length > 0, -1) + 3);

    public bool Has(string pointer, string word) => this[pointer].Split(',').Contains(word);

    public static string Name(string pointer) => pointer[1..].Replace('/', '-');

    public static ProgrammeForm Read(IFormCollection form) =>
        new(form.ToImmutableDictionary(field => field.Key, field => field.Value.ToString().Trim()));

    /// <summary>An empty form with what most programmes choose.</summary>
    public static ProgrammeForm New(string funder, int year) => new(new Dictionary<string, string>
    {
        ["funder"] = funder,
        ["country"] = "DE",
        ["timeZone"] = "Europe/Berlin",
        ["currency"] = "EUR",
        ["legalBasis"] = "EU 2023/2831",
        ["rate"] = "75",
        ["sizes"] = "micro,small,medium",
        ["validityMonths"] = "12",
        ["claimDays"] = "90",
        ["years-0-year"] = Text(year),
    }.ToImmutableDictionary());

    public static ProgrammeForm Of(ProgrammeTerms terms)
    {
        var (typed, rules) = (ImmutableDictionary.CreateBuilder<string, string>(), terms.EffectiveRules);
        void Put(string pointer, string? text) => typed[Name(pointer)] = text ?? "";
        void List(string pointer, IEnumerable<string> list) => Put(pointer, string.Join(", ", list));
        void Money(string pointer, Money? money) => Put(pointer, money is { } m ? Text(m.Amount) : null);
        Put("/name", terms.Name);
        Put("/funder", terms.Funder);
        Put("/country", terms.Country);
        Put("/timeZone", terms.TimeZone);
        Put("/currency", terms.Budget.Currency.Code);
        Money("/budget", terms.Budget);
        foreach (var (year, row) in (terms.Years ?? []).Select((year, row) => (year, row)))
        {
            Put($"/years/{row}/year", Text(year.Year));
            Money($"/years/{row}/amount", year.Amount);
        }
        Put("/legalBasis", terms.LegalBasis);
        Put("/basisValidity/from", terms.BasisValidity?.From is { } from ? Words.IsoDay(from) : null);
        Put("/basisValidity/until", terms.BasisValidity?.Until is { } until ? Words.IsoDay(until) : null);
        Put("/rate", Text(terms.Rate.Value));
        Money("/capPerVoucher", terms.CapPerVoucher);
        Money("/capPerOrder", terms.CapPerOrder);
        Put("/sizes", string.Join(',', terms.Sizes));
        List("/regionsInclude", terms.RegionsInclude);
        List("/categories", terms.Categories);
        Put("/providerScope/any", terms.ProviderScope.Any ? "true" : "");
        List("/providerScope/includeRegions", terms.ProviderScope.IncludeRegions);
        List("/providerScope/excludeRegions", terms.ProviderScope.ExcludeRegions);
        Put("/validityMonths", Text(terms.ValidityMonths));
        Put("/claimDays", Text(terms.ClaimDays));
        Put("/paymentMode", terms.PaymentMode.ToString());
        Put("/instalments/advance", terms.Instalments is { } i ? Text(i.Advance.Value) : null);
        Put("/instalments/paidWithinDays", terms.Instalments is { } paid ? Text(paid.PaidWithinDays) : null);
        Put("/instalments/repaidWithinDays", terms.Instalments is { } back ? Text(back.RepaidWithinDays) : null);
        Put("/vatFundable", terms.VatFundable.ToString());
        foreach (var (bracket, row) in rules.Brackets.Select((bracket, row) => (bracket, row)))
        {
            Money($"/rules/brackets/{row}/from", bracket.From);
            Money($"/rules/brackets/{row}/below", bracket.Below);
            Put($"/rules/brackets/{row}/rate", Text(bracket.Rate.Value));
        }
        Money("/rules/costMin", rules.CostMin);
        Money("/rules/ownContribution", rules.OwnContribution);
        Put("/rules/rounding", rules.Rounding.ToString());
        Put("/rules/stacking", rules.Stacking.ToString());
        Put("/rules/otherCurrencies", rules.OtherCurrencies.ToString());
        Put("/rules/aboveSupportCeiling", rules.AboveSupportCeiling.ToString());
        List("/rules/regionsExclude", rules.RegionsExclude);
        Put("/rules/location", rules.Location.ToString());
        Put("/rules/regionTestedAt", rules.RegionTestedAt.ToString());
        List("/rules/naceExclude", rules.NaceExclude);
        List("/rules/categoriesExclude", rules.CategoriesExclude);
        List("/rules/platforms", rules.Platforms.Select(p => p.Value));
        List("/rules/clusters", rules.Clusters.Select(c => c.Value));
        List("/rules/countries", rules.Countries);
        Put("/rules/start", rules.Start.ToString());
        Put("/rules/inside", rules.Inside.ToString());
        Put("/rules/perGroupAndYear", rules.PerGroupAndYear is { } perYear ? Text(perYear) : null);
        Put("/rules/perGroup", rules.PerGroup is { } all ? Text(all) : null);
        Put("/rules/validUntil", rules.ValidUntil is { } last ? Words.IsoDay(last) : null);
        return new(typed.ToImmutable());
    }

    /// <summary>What the API would be sent, or every fault of the form at once, by field.</summary>
    public (ProgrammeBody? Body, ImmutableArray<Fault> Faults) Body() => new ProgrammeReading(this).Body();

    private static string Text(decimal number) => number.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Reads a form into the API's body; what cannot be read is a fault at its field.</summary>
internal sealed class ProgrammeReading(ProgrammeForm form)
{
    private readonly ImmutableArray<Fault>.Builder faults = ImmutableArray.CreateBuilder<Fault>();

    public (ProgrammeBody? Body, ImmutableArray<Fault> Faults) Body()
    {
        var currency = Currency("/currency");
        var body = new ProgrammeBody(
            form["/name"], form["/funder"], form["/country"].ToUpperInvariant(), form["/timeZone"],
            Money("/budget", currency) ?? Required("/budget", currency), form["/legalBasis"],
            new Percentage(Number("/rate") ?? 0),
            Money("/capPerVoucher", currency) ?? Required("/capPerVoucher", currency),
            new ScopeBody(
                form["/providerScope/any"] == "true", List("/providerScope/includeRegions"),
                List("/providerScope/excludeRegions")),
            Whole("/validityMonths") ?? 0, Whole("/claimDays") ?? 0, Money("/capPerOrder", currency),
            List("/sizes"), List("/regionsInclude"), List("/categories"),
            Choice<PaymentMode>("/paymentMode"), Choice<VatFundable>("/vatFundable"), Years(currency),
            new BasisValidity(Day("/basisValidity/from"), Day("/basisValidity/until")), Rules(currency),
            Instalments());
        if (faults.Count == 0) faults.AddRange(ProgrammeFaults.Of(body.AsTerms(new ProgrammeId("new"))));
        return faults.Count == 0 ? (body, []) : (null, faults.ToImmutable());
    }

    /// <summary>Read whatever the mode is, so that what does not fit to it is said.</summary>
    private InstalmentTerms? Instalments() =>
        new[] { "/instalments/advance", "/instalments/paidWithinDays", "/instalments/repaidWithinDays" }
            .All(pointer => form[pointer].Length == 0) ? null
        : new InstalmentTerms(
            new Percentage(Number("/instalments/advance") ?? 0), Whole("/instalments/paidWithinDays") ?? 0,
            Whole("/instalments/repaidWithinDays") ?? 30);

    private RulesBody Rules(Currency currency) => new(
        Brackets(currency), Money("/rules/costMin", currency), Money("/rules/ownContribution", currency),
        Choice<Rounding>("/rules/rounding"), Choice<Stacking>("/rules/stacking"), List("/rules/regionsExclude"),
        Choice<LocationTest>("/rules/location"), Choice<TestTime>("/rules/regionTestedAt"), List("/rules/naceExclude"),
        List("/rules/categoriesExclude"),
        [.. Ids("/rules/platforms").Select(id => new PlatformId(id))],
        [.. Ids("/rules/clusters").Select(id => new ClusterId(id))], List("/rules/countries"),
        Choice<StartRule>("/rules/start"), Choice<UseInside>("/rules/inside"), Whole("/rules/perGroupAndYear"),
        Whole("/rules/perGroup"), Day("/rules/validUntil"), Choice<OtherCurrencies>("/rules/otherCurrencies"),
        Choice<AboveSupportCeiling>("/rules/aboveSupportCeiling"));

    private ImmutableArray<BudgetYear>? Years(Currency currency)
    {
        var years = ImmutableArray.CreateBuilder<BudgetYear>();
        for (var row = 0; row < form.YearRows; row++)
        {
            // A year without an amount is a row that nobody filled.
            if (form[$"/years/{row}/amount"].Length == 0) continue;
            years.Add(new BudgetYear(
                Whole($"/years/{row}/year") ?? 0, Money($"/years/{row}/amount", currency)
                    ?? Grains.Kernel.Money.Zero(currency)));
        }
        return years.Count == 0 ? null : years.ToImmutable();
    }

    private ImmutableArray<RateBracket> Brackets(Currency currency) =>
    [
        .. from row in Enumerable.Range(0, ProgrammeForm.BracketRows)
           where form[$"/rules/brackets/{row}/below"].Length > 0
           select new RateBracket(
               Money($"/rules/brackets/{row}/from", currency) ?? Grains.Kernel.Money.Zero(currency),
               Money($"/rules/brackets/{row}/below", currency) ?? Grains.Kernel.Money.Zero(currency),
               new Percentage(Number($"/rules/brackets/{row}/rate") ?? 0)),
    ];

    private Currency Currency(string pointer)
    {
        try
        {
            return Grains.Kernel.Currency.From(form[pointer].ToUpperInvariant());
        }
        catch (FormatException fault)
        {
            faults.Add(new Fault(pointer, fault.Message));
            return Grains.Kernel.Currency.Eur;
        }
    }

    private Money Required(string pointer, Currency currency)
    {
        if (form[pointer].Length == 0) faults.Add(new Fault(pointer, "Write an amount, such as 500000."));
        return Grains.Kernel.Money.Zero(currency);
    }

    private Money? Money(string pointer, Currency currency)
    {
        if (Number(pointer) is not { } number) return null;
        try
        {
            return Grains.Kernel.Money.Of(number, currency);
        }
        catch (FormatException fault)
        {
            faults.Add(new Fault(pointer, fault.Message));
            return null;
        }
    }

    private decimal? Number(string pointer)
    {
        if (form[pointer].Length == 0) return null;
        if (TypedNumber.Read(form[pointer]) is { } number) return number;
        faults.Add(new Fault(pointer, "Write a number such as 1250.50, without marks between thousands."));
        return null;
    }

    private int? Whole(string pointer)
    {
        var text = form[pointer];
        if (text.Length == 0) return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
        faults.Add(new Fault(pointer, "Write a whole number."));
        return null;
    }

    private LocalDate? Day(string pointer)
    {
        if (form[pointer].Length == 0) return null;
        if (LocalDatePattern.Iso.Parse(form[pointer]) is { Success: true } day) return day.Value;
        faults.Add(new Fault(pointer, "Write a day, such as 2027-12-31."));
        return null;
    }

    private T Choice<T>(string pointer) where T : struct, Enum =>
        Enum.TryParse<T>(form[pointer], out var choice) && Enum.IsDefined(choice) ? choice : default;

    private ImmutableArray<string> List(string pointer) =>
        [.. form[pointer].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    private IEnumerable<string> Ids(string pointer)
    {
        foreach (var id in List(pointer))
            if (Id.IsValid(id)) yield return id;
            else faults.Add(new Fault(pointer, $"{id} is no id, such as biopmed-imaging."));
    }
}
