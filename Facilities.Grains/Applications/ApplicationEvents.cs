using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Grains.Applications;

/// <summary>What happens to the calls and applications of a programme, in the order of their life.</summary>
public abstract record ApplicationEvent : ProgrammeEvent;

/// <summary>A call was made, or changed before it opened, or prolonged.</summary>
public sealed record CallSet(Call Call, string ByName) : ApplicationEvent;

/// <summary>An SME applied.</summary>
/// <param name="Application">As it came in.</param>
/// <param name="Checks">Its eligibility at that moment, rule by rule.</param>
public sealed record ApplicationSubmitted(
    Application Application, ImmutableArray<RuleCheck> Checks) : ApplicationEvent;

/// <summary>The funder asked for what is missing.</summary>
/// <param name="Application">The application.</param>
/// <param name="Question">What is missing.</param>
/// <param name="Until">The last day, in the programme's zone.</param>
/// <param name="ByName">Who asked.</param>
public sealed record CompletionAsked(ApplicationKey Application, string Question, LocalDate Until, string ByName)
    : ApplicationEvent;

/// <summary>The SME sent what was missing.</summary>
public sealed record ApplicationCompleted(ApplicationKey Application, string Answer, string ByName) : ApplicationEvent;

/// <summary>What was missing did not come in time.</summary>
public sealed record ApplicationLapsed(ApplicationKey Application) : ApplicationEvent;

/// <summary>The SME took the application back.</summary>
public sealed record ApplicationWithdrawn(ApplicationKey Application, string Note, string ByName) : ApplicationEvent;

/// <summary>An assessor said whether they stand too near to the applicant.</summary>
public sealed record InterestDeclared(
    ApplicationKey Application, PersonId Assessor, string Name, bool HasConflict, string Note) : ApplicationEvent;

/// <summary>An assessor gave points.</summary>
public sealed record ApplicationScored(
    ApplicationKey Application, PersonId Assessor, ImmutableArray<CriterionPoints> Points, string Remark)
    : ApplicationEvent;

/// <summary>An officer decided to award; the award itself follows in the same step.</summary>
/// <param name="Application">The application.</param>
/// <param name="Voucher">The voucher to be.</param>
/// <param name="Amount">What is awarded.</param>
/// <param name="Note">Why, as the SME reads it.</param>
/// <param name="ByName">Who decided.</param>
/// <param name="Checks">Its eligibility at that moment, rule by rule.</param>
public sealed record ApplicationApproved(
    ApplicationKey Application, VoucherId Voucher, Money Amount, string Note, string ByName,
    ImmutableArray<RuleCheck> Checks) : ApplicationEvent;

/// <summary>An officer rejected the application.</summary>
/// <param name="Application">The application.</param>
/// <param name="Note">Why, as the SME reads it.</param>
/// <param name="ByName">Who decided.</param>
/// <param name="Checks">Its eligibility at that moment, rule by rule.</param>
public sealed record ApplicationRejected(
    ApplicationKey Application, string Note, string ByName, ImmutableArray<RuleCheck> Checks) : ApplicationEvent;
