using Facilities.Grains.Debts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Debts;

/// <summary>What is owed back to a programme, whoever owes it and for whatever reason.</summary>
public sealed class DebtTests
{
    [Fact]
    public void What_older_programs_wrote_of_credits_and_advances_is_read_as_one_kind_of_debt()
    {
        var claim = new ClaimId("c-1");
        object Read(IFormerEvent former) => EventNames.Read(EventNames.Write(former));
        Assert.Equal(
            new DebtRepaid(claim, 3, null, false, "BP-1", "Olga"), Read(new CreditRepaid("BP-1", "Olga", claim, 3)));
        Assert.Equal(new DebtLifted(claim, 3, "Not paid."), Read(new CreditLifted("Not paid.", claim, 3)));
        Assert.Equal(
            new DebtArose(claim, 1, Eur(90), Eur(9), new(2027, 1, 2), "Cancelled.", "RC1"),
            Read(new AdvanceReclaimed(claim, Eur(90), Eur(9), new(2027, 1, 2), "Cancelled.", "RC1")));
        Assert.Equal(
            new DebtRepaid(claim, 1, Eur(9), true, "S-1/1", null),
            Read(new AdvanceRepaid(claim, Eur(9), true, "S-1/1", null)));
    }

    [Theory]
    [InlineData(40, 99)]
    [InlineData(1, 2, 3)]
    [InlineData(8_333)]
    public void Transfers_in_another_currency_come_to_the_debt_to_the_cent(params int[] transfers)
    {
        var debt = new Debt(
            1, Debtor.Facility, Eur(33.33m), Eur(0), new(2027, 1, 2), "Credit note C-1", "FK1")
        {
            OfOrder = new(8_333, Currency.From("CZK")),
        };
        foreach (var minor in (int[])[.. transfers, 8_333 - transfers.Sum()])
        {
            if (minor == 0) continue;
            var transfer = new Money(minor, Currency.From("CZK"));
            Assert.True(DebtDecisions.IsOf(debt, transfer));
            var counted = debt.Counted(transfer);
            Assert.False(counted.IsNegative || counted > debt.Open, $"{counted} of {debt.Open}");
            debt = debt with
            {
                Repaid = debt.Repaid + counted,
                RepaidOfOrder = (debt.RepaidOfOrder ?? new(0, transfer.Currency)) + transfer,
            };
        }
        Assert.Equal((Eur(33.33m), 0), (debt.Repaid, debt.OpenTransfer.Minor));
    }
}
