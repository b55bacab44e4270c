using System.Collections.Immutable;
using System.Globalization;
using Facilities.Api.Platforms;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Api.Approvals;

/// <summary>One approver as typed.</summary>
/// <param name="IsNamed">Whether the list named somebody here before.</param>
public sealed record TypedApprover(
    bool IsNamed, string Who, ImmutableArray<string> Services, string Deputy, string AwayFrom, string AwayUntil)
{
    public static readonly TypedApprover Blank = new(false, "", [], "", "", "");

    /// <summary>Whether nobody is named: left free, or taken off the list.</summary>
    public bool IsNobody => Who.Length == 0 && (IsNamed
        || (Services.IsEmpty && Deputy.Length == 0 && AwayFrom.Length == 0 && AwayUntil.Length == 0));
}

/// <summary>What a manager typed about who approves, kept as typed until it is saved.</summary>
public sealed record ApproversForm(ImmutableArray<TypedApprover> Approvers, string DeputyAfterDays)
{
    public static ApproversForm Of(ApprovalRules rules) => new(
        [.. rules.Approvers.Select(a => new TypedApprover(
            true, a.Who.Person.Value, [.. a.Services.Select(s => s.Value)], a.Deputy?.Person.Value ?? "",
            Text(a.AwayFrom), Text(a.AwayUntil)))],
        rules.DeputyAfterDays.ToString(CultureInfo.InvariantCulture));

    public static ApproversForm Read(IFormCollection form)
    {
        var read = ImmutableArray.CreateBuilder<TypedApprover>();
        for (var index = 0; index <= ApprovalRules.ApproversMax && form.ContainsKey(Name("who", index)); index++)
            read.Add(new TypedApprover(
                form.ContainsKey(Name("named", index)), Of("who", index),
                [.. form[Name("service", index)].OfType<string>()], Of("deputy", index), Of("from", index),
                Of("until", index)));
        return new ApproversForm([.. read.Where(a => !a.IsNobody)], form["days"].ToString());

        string Of(string part, int index) => form[Name(part, index)].ToString();
    }

    public static string Name(string part, int index) => string.Create(CultureInfo.InvariantCulture, $"{part}-{index}");

    /// <summary>The rules, or every fault of the form at once.</summary>
    public (ApprovalRules? Rules, ImmutableArray<Fault> Faults) Rules(
        ImmutableArray<Colleague> managers, Func<ServiceId, bool> isOffered)
    {
        var faults = ImmutableArray.CreateBuilder<Fault>();
        var rules = new ApprovalRules(
            [.. Approvers.Select((typed, index) => Read(typed, $"/approvers/{index}", managers, faults))],
            int.TryParse(DeputyAfterDays, NumberStyles.None, CultureInfo.InvariantCulture, out var days) ? days : 0);
        var known = faults.Select(f => f.Pointer).ToHashSet();
        faults.AddRange(ApproverFaults.Of(rules, isOffered).Where(f => !known.Contains(f.Pointer)));
        return faults.Count > 0 ? (null, faults.ToImmutable()) : (rules, []);
    }

    private static Approver Read(
        TypedApprover typed, string pointer, ImmutableArray<Colleague> managers, ImmutableArray<Fault>.Builder faults)
    {
        var who = managers.FirstOrDefault(m => m.Person.Value == typed.Who);
        if (who is null)
            faults.Add(new Fault(pointer + "/who", typed.Who.Length == 0
                ? "Choose who approves." : "They manage the facility no longer. Choose somebody else."));
        var deputy = managers.FirstOrDefault(m => m.Person.Value == typed.Deputy);
        if (deputy is null && typed.Deputy.Length > 0)
            faults.Add(new Fault(
                pointer + "/deputy", "They manage the facility no longer. Choose somebody else, or nobody."));
        return new Approver(
            who ?? new Colleague(new PersonId("nobody"), ""),
            [.. typed.Services.Select(s => new ServiceId(Id.IsValid(s) ? s : "none"))], deputy,
            Day(typed.AwayFrom, pointer + "/awayFrom", faults), Day(typed.AwayUntil, pointer + "/awayUntil", faults));
    }

    private static LocalDate? Day(string text, string pointer, ImmutableArray<Fault>.Builder faults)
    {
        if (text.Length == 0) return null;
        if (LocalDatePattern.Iso.Parse(text) is { Success: true } day) return day.Value;
        faults.Add(new Fault(pointer, "Give a day, such as 2027-02-01."));
        return null;
    }

    private static string Text(LocalDate? day) => day is { } known ? LocalDatePattern.Iso.Format(known) : "";
}
