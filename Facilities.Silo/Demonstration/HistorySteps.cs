using System.Collections.Immutable;

namespace Facilities.Silo.Demonstration;

/// <summary>Something that somebody does on a day, so many minutes after the morning.</summary>
internal sealed record HistoryStep(
    int Day, int Minute, PlannedBooking Plan, Func<PlannedBooking, Task> Act, bool Books = false);

/// <summary>What is done for each booking of the plan, and when.</summary>
internal sealed class HistorySteps(HistoryActs acts)
{
    private const int Waiting = 3, Approving = 5, Signing = 12, Withdrawing = 20, Delivering = 24, Accepting = 30,
        Claiming = 40, Paying = 50, Countersigning = 60, Cancelling = 70, Agreeing = 90, JustNow = 126;

    /// <summary>Everything, in order of time.</summary>
    public ImmutableArray<HistoryStep> All(IEnumerable<PlannedBooking> plans) =>
        [.. plans.SelectMany(Of).OrderBy(s => s.Day).ThenBy(s => s.Minute).ThenBy(s => s.Plan.Number)];

    private IEnumerable<HistoryStep> Of(PlannedBooking plan) => [Booking(plan), .. Gates(plan), .. After(plan)];

    private HistoryStep Booking(PlannedBooking plan) =>
        new(plan.Booked, plan.Course is Course.Held or Course.HeldLonger ? JustNow : 1, plan, acts.Book, Books: true);

    private IEnumerable<HistoryStep> Gates(PlannedBooking plan)
    {
        HistoryStep Step(int minute, Func<PlannedBooking, Task> act) => new(plan.GateDay, minute, plan, act);
        if (plan.Course is Course.Held or Course.AwaitingApproval
            or Course.HoldLapsed or Course.ApprovalLapsed or Course.Withdrawn)
            yield break;
        if (plan.Course == Course.HeldLonger)
        {
            yield return Step(JustNow + 6, acts.Extend);
            yield break;
        }
        if (plan.Course == Course.Rejected)
        {
            yield return Step(Approving, acts.Reject);
            yield break;
        }
        if (plan.IsApproved) yield return Step(Approving, acts.Approve);
        if (plan.Course != Course.AwaitingAccount) yield return Step(Signing, acts.SignForAccount);
        if (plan.Course is Course.AwaitingFacility or Course.SignatureLapsed) yield break;
        if (!plan.IsSignedInAdvance) yield return Step(Countersigning, acts.SignForFacility);
        if (plan.Course is not (Course.AwaitingAccount or Course.AwaitingPayment))
            yield return Step(Agreeing, acts.Pay);
        if (plan.IsPaidBack) yield return Step(Agreeing + 6, acts.StateAccounts);
    }

    private IEnumerable<HistoryStep> After(PlannedBooking plan) => plan.Course switch
    {
        Course.AwaitingApproval => [new(plan.Booked, Waiting, plan, acts.Wait)],
        Course.Moved => [new(plan.Booked + 1, Cancelling, plan, acts.Move)],
        Course.Withdrawn => [new(plan.CancellationDay, Withdrawing, plan, acts.Cancel)],
        Course.CancelledFree or Course.CancelledWithFee or Course.CancelledByFacility =>
            [new(plan.CancellationDay, Cancelling, plan, acts.Cancel)],
        Course.NoShow => [new(plan.DeliveryDay, Delivering, plan, acts.RecordNoShow)],
        Course.Delivered when plan.IsPaidBack =>
        [
            new(plan.AdvanceDay, Claiming, plan, acts.ApproveClaims),
            new(plan.AdvanceDay, Paying, plan, acts.PayClaims), Delivery(plan),
        ],
        Course.Accepted when plan.IsPaidBack =>
        [
            Delivery(plan), Acceptance(plan), new(plan.AcceptanceDay, Accepting + 2, plan, acts.RecordInvoicesPaid),
            new(plan.AcceptanceDay, Accepting + 4, plan, acts.StateAccounts),
        ],
        Course.Delivered or Course.Deemed => [Delivery(plan)],
        Course.Disputed => [Delivery(plan), new(plan.AcceptanceDay, Accepting, plan, acts.Dispute)],
        Course.Accepted => [Delivery(plan), Acceptance(plan)],
        Course.ClaimApproved => [Delivery(plan), Acceptance(plan), ClaimDecision(plan, acts.ApproveClaims)],
        Course.ClaimRejected => [Delivery(plan), Acceptance(plan), ClaimDecision(plan, acts.RejectClaims)],
        Course.Settled =>
        [
            Delivery(plan), Acceptance(plan), ClaimDecision(plan, acts.ApproveClaims),
            new(plan.PaidDay, Paying, plan, acts.PayClaims),
            new(plan.PaidDay, Paying + 2, plan, acts.RecordInvoicesPaid),
        ],
        _ => [],
    };

    private HistoryStep Delivery(PlannedBooking plan) => new(plan.DeliveryDay, Delivering, plan, acts.Deliver);

    private HistoryStep Acceptance(PlannedBooking plan) => new(plan.AcceptanceDay, Accepting, plan, acts.Accept);

    private static HistoryStep ClaimDecision(PlannedBooking plan, Func<PlannedBooking, Task> act) =>
        new(plan.ClaimDay, Claiming, plan, act);
}
