using Facilities.Grains.Enterprises;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Accounts;

/// <summary>The size of an account by the figures of its profile.</summary>
public static class AccountSize
{
    /// <summary>
    /// The size by the figures that the account states of its last approved accounts. It has declared no partners or
    /// linked enterprises, so it is taken as autonomous.
    /// </summary>
    public static SizeAssessment SizeOn(this AccountProfile account, LocalDate day)
    {
        var last = new LocalDate(day.Year - 1, 12, 31);
        EnterpriseId id = new(account.Id.Value);
        return SizeAssessment.Of(
            new Ownership(
                id,
                [
                    new(id, account.Name, EnterpriseKind.Company, account.Nace,
                        [new(last, last, account.Headcount, account.Turnover, account.BalanceSheet)]),
                ],
                []),
            day);
    }
}
