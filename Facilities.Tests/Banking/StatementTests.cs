using System.Text;
using Facilities.Grains.Banking;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Banking.BankSamples;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Banking;

/// <summary>What a bank answers, and what it does to the claims of a file.</summary>
public sealed class StatementTests
{
    private static readonly ClaimId Claim1 = new("c-1");
    private static readonly Money Amount = Eur(1_090.13m);
    private static readonly string Id1 = PaymentBatch.NameOf("FP", "b-make-1", "c-1");

    private static Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal> Approved() =>
        new Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal>(
            ProgrammeState.Nobody, Now, ProgrammeState.Evolve).Given(
            new ProgrammePublished(BerlinAbroad with { LegalBasis = "none" }),
            new VoucherAwarded(new("v-1"), Spree.Id, Eur(5_000), new LocalDate(2027, 11, 21), ""),
            new ClaimOpened(new Claim(
                Claim1, new("b-1"), new("v-1"), Spree.Id, [Imaging.Id], Amount,
                new("sha256:a", "sha256:b", Now, "MRI", Now, Now, "", ["N-1"], Eur(1_710)))),
            new ClaimApproved(Claim1, "Officer", ""));

    private static MakePaymentBatch Make(string id = "make-1", Payee? payee = null, int days = 3) => new(
        new(id), People.Officer, Now.InUtc().Date.PlusDays(days), new("Agency", "DE89 3704 0044 0532 0130 00"))
    {
        Payees = [payee ?? new(Claim1, new("Imaging", "IT60X0542811101000000123456"), null)],
    };

    private static TakeBankStatement Take(params ReadOnlySpan<string> entries) => TakeOf("S-1", entries);

    private static TakeBankStatement TakeOf(string statement, params ReadOnlySpan<string> entries) =>
        new(new("take"), People.Officer, StatementFile.Read(Statement(statement, entries)));

    private static Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal> InFile() =>
        Approved().When(Make(), BankDecisions.Decide).Then(typeof(PaymentBatchMade));

    [Fact]
    public void A_claim_is_in_one_file_at_a_time_and_not_paid_by_hand_meanwhile()
    {
        var made = InFile();
        made.When(Make("make-2"), BankDecisions.Decide).Then(ProgrammeRefusal.NothingToPay);
        made.When(new PayClaim(new("p"), People.Officer, Claim1, "R"), ProgrammeDecisions.Decide)
            .Then(ProgrammeRefusal.ClaimInBatch);
        var withdrawn = made.When(new WithdrawPaymentBatch(new("w"), People.Officer, "b-make-1"), BankDecisions.Decide)
            .Then(typeof(PaymentBatchWithdrawn));
        var again = withdrawn.When(Make("make-2"), BankDecisions.Decide).Then(typeof(PaymentBatchMade));
        Assert.NotEqual(Id1, again.State.Banking.Batches["b-make-2"].Payments.Single().EndToEndId);
        // What the bank does with the file that was withdrawn is no payment of the new one.
        again.When(Take(Entry("E-1", Id1, Amount)), BankDecisions.Decide).Then(ProgrammeRefusal.StatementNotAccepted);
    }

    [Fact]
    public void A_claim_without_a_valid_account_is_left_out_and_named()
    {
        var payee = new Payee(Claim1, new("Imaging", "IT61X0542811101000000123456"), "The check digits are wrong.");
        Approved().When(Make(payee: payee), BankDecisions.Decide).Then(ProgrammeRefusal.NothingToPay);
        var left = BankDecisions.LeftOut(Approved().State, [payee]).Single();
        Assert.Equal((Claim1, Amount, "The check digits are wrong."), (left.Claim, left.Amount, left.Reason));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(91)]
    public void A_bank_is_asked_to_pay_soon(int days) =>
        Approved().When(Make(days: days), BankDecisions.Decide).Then(ProgrammeRefusal.NotValid);

    [Fact]
    public void Only_officers_deal_with_the_bank() => Approved().When(
        Make() with { By = People.Of("x", OrganisationKind.Funder, "piemonte-innovation", Role.Officer) },
        BankDecisions.Decide).Then(ProgrammeRefusal.NotAllowed);

    [Fact]
    public void A_booked_entry_pays_the_claim_once_however_often_it_is_told()
    {
        var paid = InFile().When(Take(Entry("E-1", Id1, Amount), Entry("E-2", "OTHER", Eur(5))), BankDecisions.Decide)
            .Then(typeof(ClaimPaid), typeof(BankStatementTaken));
        Assert.Equal((ClaimStatus.Paid, "S-1/E-1"), (Standing(paid).Status, Standing(paid).Reference));
        paid.When(Take(Entry("E-1", Id1, Amount)), BankDecisions.Decide).ThenNothing();
        // The same payment in another statement, as when the day's and the month's overlap.
        paid.When(TakeOf("S-2", Entry("X", Id1, Amount)), BankDecisions.Decide).ThenNothing();
        paid.When(new WithdrawPaymentBatch(new("w"), People.Officer, "b-make-1"), BankDecisions.Decide)
            .Then(ProgrammeRefusal.BatchAnswered);
    }

    [Theory]
    [InlineData(1_090.13, "EUR", 1_090.13, "EUR", true)]
    [InlineData(1_085.13, "EUR", 1_090.13, "EUR", false)]
    [InlineData(430_710, "HUF", 1_090.13, "EUR", true)]
    [InlineData(430_710, "HUF", 1_090.12, "EUR", false)]
    [InlineData(430_710, "HUF", 0, "EUR", false)]
    public void What_was_asked_for_counts_where_the_account_is_in_another_currency(
        decimal booked, string account, decimal asked, string currency, bool pays)
    {
        var entry = Entry("E-1", Id1, Money.Of(booked, new(account)), extra: asked > 0
            ? Instructed(Money.Of(asked, new(currency)))
            : "");
        var told = InFile().When(Take(entry), BankDecisions.Decide);
        if (pays) told.Then(typeof(ClaimPaid), typeof(BankStatementTaken));
        else told.Then(ProgrammeRefusal.StatementNotAccepted);
    }

    [Fact]
    public void A_file_of_which_the_bank_answered_for_one_payment_is_not_withdrawn()
    {
        ClaimId second = new("c-2");
        var two = Approved().Given(
            new ClaimOpened(new Claim(
                second, new("b-2"), new("v-1"), Spree.Id, [Imaging.Id], Eur(500),
                new("sha256:c", "sha256:d", Now, "MRI", Now, Now, "", ["N-2"], Eur(700)))),
            new ClaimApproved(second, "Officer", ""));
        var both = Make() with
        {
            Payees = [Make().Payees[0], new(second, new("Imaging", "IT60X0542811101000000123456"), null)],
        };
        var paid = two.When(both, BankDecisions.Decide).Then(typeof(PaymentBatchMade))
            .When(Take(Entry("E-1", Id1, Amount)), BankDecisions.Decide)
            .Then(typeof(ClaimPaid), typeof(BankStatementTaken));
        paid.When(new WithdrawPaymentBatch(new("w"), People.Officer, "b-make-1"), BankDecisions.Decide)
            .Then(ProgrammeRefusal.BatchAnswered);
    }

    [Fact]
    public void A_payment_that_is_refused_or_comes_back_puts_the_claim_back_with_the_banks_reason()
    {
        var refused = InFile().When(
            Take(Entry("E-1", Id1, Amount, "RJCT", extra: Returned("AC04", "Closed account"))), BankDecisions.Decide)
            .Then(typeof(ClaimPaymentReturned), typeof(BankStatementTaken));
        Assert.Equal(
            (ClaimStatus.Approved, "AC04: Closed account"), (Standing(refused).Status, Standing(refused).Note));

        var told = InFile().When(Take(Entry("E-1", Id1, Amount)), BankDecisions.Decide)
            .Then(typeof(ClaimPaid), typeof(BankStatementTaken)).Given(new ClaimReported(Claim1));
        var back = told.When(
            TakeOf("S-2", Entry("R-1", Id1, Amount, direction: "CRDT", extra: Returned("AC01", "No account"))),
            BankDecisions.Decide).Then(typeof(ClaimPaymentReturned), typeof(BankStatementTaken));
        Assert.Equal(ClaimStatus.Approved, Standing(back).Status);
        // Its booking was told, and is not told again when the next file pays.
        var file = back.When(Make("make-2"), BankDecisions.Decide).Then(typeof(PaymentBatchMade));
        var id = file.State.Banking.Batches["b-make-2"].Payments.Single().EndToEndId;
        var paid = file.When(TakeOf("S-3", Entry("E", id, Amount)), BankDecisions.Decide)
            .Then(typeof(ClaimPaid), typeof(BankStatementTaken));
        Assert.Equal((ClaimStatus.Paid, 0), (Standing(paid).Status, paid.State.ToReport.Count));
    }

    [Fact]
    public void A_payment_and_its_reversal_may_stand_in_one_statement() => InFile().When(
        Take(Entry("E-1", Id1, Amount), Entry("E-2", Id1, Amount, direction: "CRDT", reversal: true)),
        BankDecisions.Decide).Then(typeof(ClaimPaid), typeof(ClaimPaymentReturned), typeof(BankStatementTaken));

    [Fact]
    public void Nothing_is_taken_where_one_entry_does_not_fit_and_each_is_named()
    {
        var statement = Take(
            Entry("E-1", Id1, Amount), Entry("E-2", Id1, Eur(1)), Entry("E-3", Id1, Huf(1_090.13m)),
            Entry("E-4", null, Eur(7)), Entry("E-5", Id1, Amount, "PDNG"));
        InFile().When(statement, BankDecisions.Decide).Then(ProgrammeRefusal.StatementNotAccepted);
        var outcomes = StatementMatching.Of(InFile().State, statement.Statement.Entries, Now).Outcomes;
        Assert.Equal(
            [
                EntryMeaning.Pays, EntryMeaning.Wrong, EntryMeaning.Wrong, EntryMeaning.NotOurs,
                EntryMeaning.NotBooked,
            ], outcomes.Select(o => o.Meaning));
        Assert.All(outcomes, outcome => Assert.NotEmpty(outcome.Reason));
    }

    [Fact]
    public void A_statement_of_another_account_and_a_return_of_what_was_never_paid_do_not_fit()
    {
        var other = Encoding.UTF8.GetString(Statement("S-1", Entry("E-1", Id1, Amount)))
            .Replace(FunderIban, "ES9121000418450200051332", StringComparison.Ordinal);
        InFile().When(
            new TakeBankStatement(new("t"), People.Officer, StatementFile.Read(Encoding.UTF8.GetBytes(other))),
            BankDecisions.Decide).Then(ProgrammeRefusal.StatementNotAccepted);
        var refused = InFile().When(Take(Entry("E-1", Id1, Amount, "RJCT")), BankDecisions.Decide)
            .Then(typeof(ClaimPaymentReturned), typeof(BankStatementTaken));
        refused.When(TakeOf("S-2", Entry("E-1", Id1, Amount, "RJCT")), BankDecisions.Decide)
            .Then(ProgrammeRefusal.StatementNotAccepted);
    }

    [Theory]
    [InlineData("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"/>", "no camt.053.001.08")]
    [InlineData("not xml", "no XML")]
    [InlineData("<!DOCTYPE x [<!ENTITY a \"b\">]><Document/>", "no XML")]
    [InlineData("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt/></Document>",
        "no statement")]
    public void A_file_that_is_no_statement_is_named_as_such(string text, string fault)
    {
        var read = StatementFile.Read(Encoding.UTF8.GetBytes(text));
        Assert.Empty(read.Entries);
        Assert.Contains(fault, Assert.Single(read.Faults).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<CdtDbtInd>DBIT</CdtDbtInd>", "<CdtDbtInd>BOTH</CdtDbtInd>", "CdtDbtInd")]
    [InlineData("<Cd>BOOK</Cd>", "<Cd>MAYBE</Cd>", "Sts")]
    [InlineData(">1090.13<", ">1090.135<", "Amt")]
    [InlineData(">1090.13<", ">-1090.13<", "Amt")]
    [InlineData(">1090.13<", ">1,090.13<", "Amt")]
    [InlineData("Ccy=\"EUR\"", "Ccy=\"euro\"", "Amt")]
    [InlineData("<Id>S-1</Id>", "<Id> </Id>", "Id")]
    public void Each_way_in_which_an_entry_is_wrong_is_named_by_its_place(string right, string wrong, string place)
    {
        var text = Encoding.UTF8.GetString(Statement("S-1", Entry("E-1", Id1, Amount)));
        Assert.Contains(right, text, StringComparison.Ordinal);
        var read = StatementFile.Read(Encoding.UTF8.GetBytes(text.Replace(right, wrong, StringComparison.Ordinal)));
        Assert.Empty(read.Entries);
        Assert.Contains(read.Faults, f => f.Pointer.EndsWith(place, StringComparison.Ordinal));
    }

    [Fact]
    public void An_entry_that_stands_there_twice_and_a_document_without_end_are_refused()
    {
        var twice = StatementFile.Read(Statement("S-1", Entry("E-1", Id1, Amount), Entry("E-1", Id1, Amount)));
        Assert.Contains("twice", Assert.Single(twice.Faults).Message, StringComparison.Ordinal);
        var deep = string.Concat(Enumerable.Repeat("<a>", 5_000)) + string.Concat(Enumerable.Repeat("</a>", 5_000));
        Assert.NotEmpty(StatementFile.Read(Encoding.UTF8.GetBytes(deep)).Faults);
        Assert.NotEmpty(StatementFile.Read(new byte[Limits.StatementBytes + 1]).Faults);
    }

    private static ClaimStanding Standing(Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal> programme) =>
        programme.State.Claims["c-1"];
}
