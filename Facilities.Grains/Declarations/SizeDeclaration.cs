using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Facilities.Grains.Enterprises;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Accounts;

/// <summary>
/// The size of an SME as somebody entitled to sign declared it (Recommendation 2003/361/EC), with how it was derived
/// on that day and the text that was signed.
/// </summary>
/// <param name="Ownership">The enterprises with their accounts, and who holds what.</param>
/// <param name="Assessment">The class, by the accounts that were approved on the day.</param>
/// <param name="Text">What was signed.</param>
/// <param name="TextHash">SHA-256 of the text.</param>
/// <param name="SignedOn">The day.</param>
/// <param name="ValidUntil">The last day on which it counts.</param>
/// <param name="ByName">The name as the signer typed it.</param>
public sealed record SizeDeclaration(
    Ownership Ownership, SizeAssessment Assessment, string Text, string TextHash, LocalDate SignedOn,
    LocalDate ValidUntil, string ByName)
{
    /// <summary>Whether it counts on a day.</summary>
    public bool IsValidOn(LocalDate day) => day >= SignedOn && day <= ValidUntil;

    /// <summary>What would be signed on a day; the ownership has no fault then.</summary>
    public static SizeDeclaration Draft(AccountProfile account, Ownership ownership, LocalDate today)
    {
        var assessment = SizeAssessment.Of(ownership, today);
        var text = TextOf(account, ownership, assessment, today);
        return new(
            ownership, assessment, text, HashOf(text), today, today.PlusMonths(Limits.DeclarationMonths), "");
    }

    /// <summary>The form to begin with: the enterprise alone, with the figures of its profile.</summary>
    public static Ownership Blank(AccountProfile account, LocalDate today)
    {
        EnterpriseId id = new(account.Id.Value);
        var last = new LocalDate(today.Year - 1, 12, 31);
        return new(
            id,
            [
                new(id, account.Name, EnterpriseKind.Company, account.Nace,
                    [new(last, today, account.Headcount, account.Turnover, account.BalanceSheet)]),
            ],
            []);
    }

    /// <summary>The hash of a text that somebody signs.</summary>
    public static string HashOf(string text) =>
        "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string TextOf(
        AccountProfile account, Ownership ownership, SizeAssessment assessment, LocalDate today)
    {
        var text = new StringBuilder();
        Line($"Declaration of size under Recommendation 2003/361/EC, {Words.Day(today)}");
        Line($"Enterprise: {account.Name}{(account.Vat.VatId is { } vat ? $", VAT {vat}" : "")}");
        Line("Enterprises, persons and their accounts:");
        foreach (var enterprise in ownership.Enterprises)
        {
            Line($"- {enterprise.Name}, {Words.Unit(enterprise.Kind.ToString())}"
                + (enterprise.Market is { Length: > 0 } market ? $", market {market}" : ""));
            foreach (var period in enterprise.Periods.OrderBy(p => p.EndsOn)) Line($"  - {TextOf(period)}");
        }
        Line("Who holds what:");
        foreach (var holding in ownership.Holdings)
            Line($"- {NameOf(ownership, holding.Owner)} holds {holding.Capital} of the capital and {holding.Votes} of "
                + $"the votes of {NameOf(ownership, holding.Owned)}{TextOf(holding.Control)}");
        if (ownership.Holdings.IsEmpty)
            Line("- Nobody holds a part of the enterprise that is to be declared, and it holds none of another.");
        Line("What counts:");
        foreach (var line in SizeLine.Of(ownership, assessment, today))
            Line($"- {line.Name}: {new Percentage(line.Percent)}. {line.Rule}");
        Line($"Class: {Refusal.NameOf(assessment.Class)}. {assessment.Reason} ({assessment.Rules})");
        Line("I am entitled to sign for the enterprise. What I declare is complete and true to the best of my "
            + "knowledge. I will declare anew when owners, holdings or approved accounts change. I know that aid that "
            + "was granted on a false declaration is paid back with interest.");
        return text.ToString();

        void Line(string line) => text.Append(line).Append('\n');
    }

    private static string TextOf(AccountPeriod period)
    {
        var rate = period.PerEuro.ToString("0.######", CultureInfo.InvariantCulture);
        return $"year to {Words.Day(period.EndsOn)}, {(period.IsEstimate ? "estimated" : "approved")} "
            + $"{Words.Day(period.ApprovedOn)}: {Words.Number(period.Staff)} annual work units, turnover "
            + $"{Words.Money(period.Turnover)}, balance sheet {Words.Money(period.BalanceSheet)}"
            + (period.PerEuro == 1 ? "" : $", {rate} for one euro");
    }

    private static string TextOf(Control control) => control switch
    {
        Control.Board => ", and may appoint most of its board",
        Control.Contract => ", and has a dominant influence by contract or articles",
        Control.Agreement => ", and alone controls most votes by agreement with other owners",
        _ => "",
    };

    private static string NameOf(Ownership ownership, EnterpriseId id) =>
        ownership.Enterprises.First(e => e.Id == id).Name;
}
