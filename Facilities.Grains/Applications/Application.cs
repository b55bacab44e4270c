using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Applications;

/// <summary>What an SME asks a funder for.</summary>
public readonly record struct ApplicationKey(string Value) : IId<ApplicationKey>
{
    /// <inheritdoc/>
    public static ApplicationKey From(string text) => new(Kernel.Id.Checked(text));
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>How far an application has come.</summary>
public enum ApplicationStatus
{
    /// <summary>It waits for a decision.</summary>
    Submitted,
    /// <summary>The funder asked for something that is missing.</summary>
    Incomplete,
    /// <summary>An award is decided and waits for the aid register.</summary>
    Approved,
    /// <summary>A voucher was awarded.</summary>
    Awarded,
    /// <summary>It was rejected.</summary>
    Rejected,
    /// <summary>The SME took it back.</summary>
    Withdrawn,
    /// <summary>What was missing did not come in time.</summary>
    Lapsed,
}

/// <summary>Points for one criterion.</summary>
public sealed record CriterionPoints(string Criterion, int Points);

/// <summary>Whether an assessor has an interest in an application, and their points.</summary>
/// <param name="Name">Of the assessor.</param>
/// <param name="HasConflict">Whether they stand too near to judge.</param>
/// <param name="Note">In their words.</param>
/// <param name="Points">For each criterion; empty while they gave none.</param>
/// <param name="Remark">On the points.</param>
public sealed record Assessment(
    string Name, bool HasConflict, string Note, ImmutableArray<CriterionPoints> Points, string Remark);

/// <summary>What is missing in an application.</summary>
/// <param name="Question">What the funder asked for.</param>
/// <param name="Until">The last day, in the programme's zone.</param>
/// <param name="Answer">What the SME sent; null while it did not.</param>
public sealed record Completion(string Question, LocalDate Until, string? Answer);

/// <summary>How an application was decided.</summary>
/// <param name="Amount">What was awarded; null where it was rejected.</param>
/// <param name="Note">Why, as the SME reads it.</param>
/// <param name="ByName">Who decided.</param>
/// <param name="At">When.</param>
/// <param name="Voucher">The voucher, where one was awarded.</param>
/// <param name="Clause">The rule that a rejection rests on, where it rests on one.</param>
/// <param name="Remedy">What would change it.</param>
public sealed record Verdict(
    Money? Amount, string Note, string ByName, Instant At, VoucherId? Voucher, string? Clause, string? Remedy);

/// <summary>An application with where it stands.</summary>
/// <param name="Id">The application.</param>
/// <param name="Account">Who applies.</param>
/// <param name="AccountName">Its name on the day.</param>
/// <param name="Call">The call; null where the programme has none.</param>
/// <param name="Amount">What is asked for.</param>
/// <param name="Purpose">What for.</param>
/// <param name="Declarations">What the SME declared.</param>
/// <param name="ByName">Who applied.</param>
/// <param name="At">When.</param>
/// <param name="Status">How far it has come.</param>
public sealed record Application(
    ApplicationKey Id, AccountId Account, string AccountName, CallId? Call, Money Amount, string Purpose,
    ImmutableArray<string> Declarations, string ByName, Instant At, ApplicationStatus Status)
{
    /// <summary>NACE class of the activity that it is for; null for the SME's main one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Activity { get; init; }
    /// <summary>What was asked for that was missing; the last one.</summary>
    public Completion? Completion { get; init; }
    /// <summary>When what was missing came; null where nothing was, left out of rows then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Instant? CompletedAt { get; init; }
    /// <summary>Interests and points, by assessor.</summary>
    public ImmutableSortedDictionary<string, Assessment> Assessments { get; init; } =
        ImmutableSortedDictionary<string, Assessment>.Empty;
    /// <summary>How it was decided.</summary>
    public Verdict? Verdict { get; init; }
    /// <summary>Awards that the aid register refused so far.</summary>
    public int Attempts { get; init; }
    /// <summary>Why the aid register refused last.</summary>
    public string? RegisterRefusal { get; init; }

    /// <summary>Since when it was complete: its place where who comes first is served first.</summary>
    [JsonIgnore]
    public Instant CompleteSince => CompletedAt ?? At;

    /// <summary>Whether it waits for the funder or the SME.</summary>
    [JsonIgnore]
    public bool IsOpen => Status is ApplicationStatus.Submitted or ApplicationStatus.Incomplete;

    /// <summary>The voucher to be, should it be awarded now.</summary>
    [JsonIgnore]
    public CommandId AwardCommand => new($"{Id}-{Attempts + 1}");
}
