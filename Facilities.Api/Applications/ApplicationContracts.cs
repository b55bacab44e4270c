using System.Collections.Immutable;
using Facilities.Api.Http;
using Facilities.Grains.Applications;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Api.Applications;

/// <summary>A call as its funder writes it; assessors by their e-mail address.</summary>
public sealed record CallBody(
    string Name, LocalDateTime Opens, LocalDateTime Closes, CallKind Kind = CallKind.FirstCome, Money? Share = null,
    ImmutableArray<Criterion> Criteria = default, ImmutableArray<string> Assessors = default);

public sealed record CallAnswer(
    CallId CallId, string Name, LocalDateTime Opens, LocalDateTime Closes, bool IsOpen, CallKind Kind, Money? Share,
    ImmutableArray<Criterion> Criteria, ImmutableArray<string> Assessors)
{
    public static CallAnswer Of(Call call, ProgrammeTerms terms, Instant now) => new(
        call.Id, call.Name, call.Opens, call.Closes, call.IsOpenAt(now, terms), call.Kind, call.Share, call.Criteria,
        [.. call.Assessors.Select(a => a.Name)]);
}

/// <param name="Activity">NACE class of the activity that it is for; left out for the company's main one.</param>
public sealed record ApplicationBody(
    AccountId AccountId, Money Amount, string Purpose, ImmutableArray<string> Declarations = default,
    CallId? CallId = null, string? Activity = null);

public sealed record ApplicationQuery(
    ApplicationStatus? Status = null, string? CallId = null, int Limit = Query.LimitDefault, string? Cursor = null);

public sealed record CompletionRequestBody(string Question, LocalDate Until);

public sealed record CompletionBody(string Answer);

public sealed record WithdrawalBody(string Note = "");

public sealed record InterestBody(bool HasConflict, string Note = "");

public sealed record ScoresBody(ImmutableArray<CriterionPoints> Points, string Remark = "");

public enum ApplicationDecisionWord { Award, Reject }

/// <param name="PerEuro">The ECB's rate of the day, where the programme is not in the ceiling's currency.</param>
public sealed record ApplicationDecisionBody(
    ApplicationDecisionWord Decision, Money? Amount = null, string Note = "", decimal? PerEuro = null);

/// <summary>An application with where it stands; interests and points only for the funder.</summary>
public sealed record ApplicationAnswer(
    ApplicationKey ApplicationId, ProgrammeId ProgrammeId, AccountId AccountId, string AccountName, CallId? CallId,
    Money Amount, string Purpose, ImmutableArray<string> Declarations, ApplicationStatus Status, Instant SubmittedAt,
    Completion? Completion, Verdict? Decision, ImmutableArray<Assessment> Assessments)
{
    /// <summary>NACE class of the activity that it is for; null where it is the company's main one.</summary>
    public string? Activity { get; init; }

    public static ApplicationAnswer Of(ProgrammeId programme, Application a, bool isFunder) => new(
        a.Id, programme, a.Account, a.AccountName, a.Call, a.Amount, a.Purpose, a.Declarations, a.Status, a.At,
        a.Completion, a.Verdict, isFunder ? [.. a.Assessments.Values] : [])
    {
        Activity = a.Activity,
    };
}

/// <summary>One place of a ranking; <c>award</c> is what a bulk award would give.</summary>
public sealed record RankedAnswer(
    int? Place, ApplicationKey ApplicationId, string AccountName, ApplicationStatus Status, Money Asked,
    decimal? Points, string Reason, Money? Award, string? WhyNot)
{
    public static RankedAnswer Of(RankedApplication r) => new(
        r.Place, r.Application.Id, r.Application.AccountName, r.Application.Status, r.Application.Amount, r.Points,
        r.Reason, r.Award, r.WhyNot);
}

/// <summary>A ranking with what a bulk award would give; <c>plan</c> names exactly that.</summary>
public sealed record RankingAnswer(CallId CallId, string Plan, Money Total, ImmutableArray<RankedAnswer> Items);

public sealed record BulkAwardBody(string Plan, string Note = "");

/// <summary>What became of one award of a bulk.</summary>
public sealed record BulkOutcome(ApplicationKey ApplicationId, string AccountName, Money? Awarded, string? WhyNot);

public sealed record BulkAnswer(Money Total, ImmutableArray<BulkOutcome> Items);
