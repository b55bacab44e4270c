using System.Collections.Immutable;
using System.Net;
using System.Text;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Undertakings;
using NodaTime;

namespace Facilities.Grains.Applications;

/// <summary>A decision as the applicant gets it in writing.</summary>
/// <param name="Title">What it is.</param>
/// <param name="From">The funder.</param>
/// <param name="To">The applicant.</param>
/// <param name="Day">Of the decision, in the programme's zone.</param>
/// <param name="Paragraphs">The text.</param>
/// <param name="Facts">Names and values below it.</param>
public sealed record Letter(
    string Title, string From, string To, LocalDate Day, ImmutableArray<string> Paragraphs,
    ImmutableArray<LetterFact> Facts);

/// <summary>One line of facts in a letter.</summary>
public sealed record LetterFact(string Name, string Value);

/// <summary>Writes letters of award and rejection.</summary>
public static class Letters
{
    /// <summary>The letter of a decided application; null while it is not decided.</summary>
    public static Letter? Of(ProgrammeState programme, Application application)
    {
        if (application is not
            { Verdict: { } verdict, Status: ApplicationStatus.Awarded or ApplicationStatus.Rejected })
            return null;
        var award = verdict.Voucher is { } voucher ? programme.Awards.GetValueOrDefault(voucher.Value) : null;
        var terms = award is null ? programme.Terms! : programme.TermsOf(award.Edition);
        var day = ProgrammeDecisions.DayOf(terms, verdict.At);
        ImmutableArray<LetterFact> facts =
        [
            new("Programme", terms.Name), new("Application", application.Id.Value),
            new("Applied", Words.Day(ProgrammeDecisions.DayOf(terms, application.At))),
            new("Asked for", Words.Money(application.Amount)),
            .. application.Activity is { } nace ? [new("For the activity", $"NACE {nace}")]
                : Array.Empty<LetterFact>(),
        ];
        return award is null ? Rejection(terms, application, verdict, day, facts)
            : Award(terms, application, award, verdict, day, facts);
    }

    private static Letter Award(
        ProgrammeTerms terms, Application application, Award award, Verdict verdict, LocalDate day,
        ImmutableArray<LetterFact> facts) => new(
        "Award of a voucher", terms.Funder, application.AccountName, day,
        [
            $"We award you a voucher of {Words.Money(award.Amount)} under {terms.Name}.",
            $"It pays {award.Lesser?.Rate ?? terms.Rate} of what remains of an eligible order after co-financing, up "
                + "to its value.",
            .. award.Lesser is { } lesser ? [SupportCeiling.Why(terms, lesser)] : Array.Empty<string>(),
            .. verdict.Note.Length > 0 ? [verdict.Note] : Array.Empty<string>(),
            CharacterOf(terms, award),
            $"The voucher is valid until {Words.Day(award.ExpiresOn)}. It cannot be passed on or paid out. "
                + "What is not used returns to the programme.",
            $"Keep this letter for ten years, and show it with your declarations of aid. Decided by {verdict.ByName}.",
        ],
        [
            .. facts, new("Awarded", Words.Money(award.Amount)), new("Voucher", award.Voucher.Value),
            new("Legal basis", ActOf(terms)), new("Granted on", Words.Day(day)),
            new("Valid until", Words.Day(award.ExpiresOn)),
        ]);

    private static Letter Rejection(
        ProgrammeTerms terms, Application application, Verdict verdict, LocalDate day,
        ImmutableArray<LetterFact> facts) => new(
        "Rejection of an application", terms.Funder, application.AccountName, day,
        [
            $"We cannot award the voucher of {Words.Money(application.Amount)} that you asked for under {terms.Name}.",
            .. verdict.Note.Length > 0 ? [verdict.Note] : Array.Empty<string>(),
            .. verdict.Clause is { } clause ? [$"The rule: {clause}."] : Array.Empty<string>(),
            verdict.Remedy is { } remedy
                ? $"What would change it: {remedy}"
                : "You may apply again while a call is open.",
            $"Decided by {verdict.ByName}.",
        ],
        [.. facts, new("Legal basis", ActOf(terms)), new("Decided on", Words.Day(day))]);

    /// <summary>What kind of aid it is (Regulation (EU) 2023/2831, Article 7(4)): amount, character and act.</summary>
    private static string CharacterOf(ProgrammeTerms terms, Award award)
    {
        var amount = Words.Money(award.Aid ?? award.Amount);
        return Eligibility.BasisOf(terms)?.Act switch
        {
            AidBasis.DeMinimis => $"This is de minimis aid of {amount} (gross grant equivalent) under {ActOf(terms)}.",
            AidBasis.InnovationAid => $"This is innovation aid for SMEs of {amount} under {ActOf(terms)}.",
            AidBasis.MinimalFinancialAssistance =>
                $"This is minimal financial assistance of {amount} under {ActOf(terms)}.",
            _ => "This is no state aid.",
        };
    }

    private static string ActOf(ProgrammeTerms terms) => Eligibility.BasisOf(terms)?.Act switch
    {
        AidBasis.DeMinimis =>
            "Commission Regulation (EU) 2023/2831 of 13 December 2023 on the application of Articles 107 and 108 of "
            + "the Treaty on the Functioning of the European Union to de minimis aid (OJ L, 2023/2831, 15.12.2023)",
        AidBasis.InnovationAid =>
            "Article 28 of Commission Regulation (EU) No 651/2014 of 17 June 2014 declaring certain categories of aid "
            + "compatible with the internal market (OJ L 187, 26.6.2014, p. 1)",
        AidBasis.MinimalFinancialAssistance => "sections 36 and 37 of the Subsidy Control Act 2022",
        _ => "no act on state aid",
    };

    /// <summary>The letter as a page that prints on one sheet. Everything in it is escaped.</summary>
    public static string Html(Letter letter)
    {
        var html = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<title>")
            .Append(Escape(letter.Title)).Append("</title>\n<meta name=\"viewport\" content=\"width=device-width\">\n")
            .Append("<style>body{font:15px/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}")
            .Append("dl{display:grid;grid-template-columns:10rem 1fr;gap:.25rem 1rem}")
            .Append("dd{margin:0;overflow-wrap:anywhere}")
            .Append("@media(max-width:30rem){dl{display:block}dd{margin-bottom:.5rem}}")
            .Append("@page{size:A4;margin:25mm 20mm}@media print{body{margin:0;max-width:none}}</style>")
            .Append("</head>\n<body><main>\n<p>").Append(Escape(letter.From)).Append("</p>\n<p>")
            .Append(Escape(letter.To)).Append("</p>\n<p>").Append(Escape(Words.Day(letter.Day))).Append("</p>\n<h1>")
            .Append(Escape(letter.Title)).Append("</h1>\n");
        foreach (var paragraph in letter.Paragraphs) html.Append("<p>").Append(Escape(paragraph)).Append("</p>\n");
        html.Append("<dl>\n");
        foreach (var fact in letter.Facts)
            html.Append("<dt>").Append(Escape(fact.Name)).Append("</dt><dd>").Append(Escape(fact.Value))
                .Append("</dd>\n");
        return html.Append("</dl>\n</main></body></html>\n").ToString();
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
