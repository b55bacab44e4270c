using System.Collections.Immutable;
using Facilities.Grains.Banking;
using Facilities.Grains.Debts;
using Facilities.Grains.Instalments;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Tests.Banking;
using Facilities.Tests.TestKit;
using static Facilities.Tests.Instalments.AdvanceTests;
using Story = Facilities.Tests.TestKit.Scenario<
    Facilities.Grains.Programmes.ProgrammeState, Facilities.Grains.Programmes.ProgrammeEvent,
    Facilities.Grains.Programmes.ProgrammeRefusal>;

namespace Facilities.Tests.Debts;

/// <summary>
/// The bank returns an advance of 150,000 that was earned or paid back in part: what was still owed came with it, and
/// the company is paid again what it earned and what it had paid back of money that it never had.
/// </summary>
public sealed class ReturnedAdvanceTests
{
    [Theory]
    // Delivered, paid back before the return; then what is paid again and what the delivery earned of it.
    [InlineData(300_000, 0, 150_000, 150_000)]
    [InlineData(75_000, 0, 75_000, 75_000)]
    [InlineData(75_000, 20_000, 95_000, 75_000)]
    [InlineData(75_000, 75_000, 150_000, 75_000)]
    public void M5_what_was_earned_and_paid_back_is_paid_again_and_nothing_is_owed_any_more(
        decimal delivered, decimal repaid, decimal again, decimal earned)
    {
        var story = Waiting(out var batch).Given(new ClaimPaid(Advance, "S-1/E-1"));
        story = story.Given(story.When(Open(delivered), ProgrammeDecisions.Decide).Decision.Events.AsSpan());
        story = story.Given(story.When(Decide(Rest), ProgrammeDecisions.Decide).Decision.Events.AsSpan());
        if (repaid > 0)
            story = story.Given(story.When(
                new RepayDebt(new("r"), People.Officer, Advance, 1, Czk(repaid), "SEPA-2"), DebtDecisions.Decide)
                .Decision.Events.AsSpan());

        var taken = Take(story, "S-2", batch, isReturn: true);
        var back = story.Given(taken.AsSpan());
        var advance = back.State.Claims[Advance.Value];
        Assert.Empty(advance.OpenDebts);
        Assert.Equal((ClaimStatus.Approved, Czk(earned)), (advance.Status, advance.Kept));
        Assert.Empty(Take(back, "S-2", batch, isReturn: true));

        var made = (PaymentBatchMade)Assert.Single(back.When(File(back.State), BankDecisions.Decide).Decision.Events);
        Assert.Equal(Czk(again), made.Batch.Payments.Single(p => p.Claim == Advance).Amount);
        var waiting = back.Given(made);
        var paid = waiting.Given(Take(waiting, "S-3", made.Batch, isReturn: false).AsSpan());
        Assert.Equal(
            (ClaimStatus.Paid, Czk(earned)),
            (paid.State.Claims[Advance.Value].Status, paid.State.Claims[Advance.Value].Advance!.Used!.Value));
        // A second return is as the first.
        var twice = paid.Given(Take(paid, "S-4", made.Batch, isReturn: true).AsSpan());
        Assert.Equal(
            Czk(again), Advances.Payable(twice.State.Claims[Advance.Value], PaymentMode.Instalments));
    }

    private static ImmutableArray<ProgrammeEvent> Take(
        Story story, string id, PaymentBatch batch, bool isReturn)
    {
        var payment = batch.Payments.Single(p => p.Claim == Advance);
        var statement = StatementFile.Read(BankSamples.Statement(id, BankSamples.Entry(
            "E-1", payment.EndToEndId, payment.Amount, "BOOK", isReturn ? "CRDT" : "DBIT")));
        var decision = story.When(
            new TakeBankStatement(new($"t-{id}"), People.Officer, statement), BankDecisions.Decide).Decision;
        Assert.Null(decision.Refusal);
        return decision.Events;
    }
}
