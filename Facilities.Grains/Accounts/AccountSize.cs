using Facilities.Grains.Enterprises;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Accounts;

/// <summary>The size of an account as it counts for programmes.</summary>
public static class AccountSize
{
    /// <summary>
    /// The size by the declaration that holds on a day, else by the figures of the profile. Those tell of no partners
    /// or linked enterprises, so the enterprise is then taken as autonomous.
    /// </summary>
    public static SizeAssessment SizeOn(this AccountView account, LocalDate day)
    {
        if (account.Declared.Size is { } declared && declared.IsValidOn(day))
        {
            var size = SizeAssessment.Of(declared.Ownership, day);
            return size with { Reason = $"{size.Reason} It declared so on {Words.Day(declared.SignedOn)}." };
        }
        var byProfile = account.Profile.SizeOn(day);
        return byProfile with
        {
            Reason = $"{byProfile.Reason} These are the figures of its profile: "
                + (account.Declared.Size is { } ended
                    ? $"what it declared held until {Words.Day(ended.ValidUntil)}."
                    : "it has not declared its size.")
                + (account.Profile.Turnover.Currency == Currency.Eur ? ""
                    : $" They are in {account.Profile.Turnover.Currency}, which only a declaration turns into euros."),
        };
    }

    /// <summary>The size by the figures that the account states of its last approved accounts.</summary>
    public static SizeAssessment SizeOn(this AccountProfile account, LocalDate day)
    {
        var blank = SizeDeclaration.Blank(account, day);
        var own = blank.Enterprises[0];
        return SizeAssessment.Of(
            blank with
            {
                Enterprises = [own with { Periods = [own.Periods[0] with { ApprovedOn = own.Periods[0].EndsOn }] }],
            },
            day);
    }
}
