using Facilities.Grains.Enterprises;
using Facilities.Grains.Kernel;
using Facilities.Grains.Rates;
using NodaTime;

namespace Facilities.Grains.Accounts;

/// <summary>The size of an account as it counts for programmes.</summary>
public static class AccountSize
{
    /// <summary>
    /// The size by the declaration that holds on a day, else by the figures of the profile. Those tell of no partners
    /// or linked enterprises, so the enterprise is then taken as autonomous.
    /// </summary>
    /// <param name="account">The figures that the account states of its last approved accounts.</param>
    /// <param name="declared">What it declared last; null where nothing.</param>
    /// <param name="day">The day.</param>
    /// <param name="rate">Of the profile's currency; null where none is known or needed.</param>
    public static SizeAssessment SizeOn(
        this AccountProfile account, SizeDeclaration? declared, LocalDate day, DayRate? rate)
    {
        if (declared?.IsValidOn(day) == true)
        {
            var size = SizeAssessment.Of(declared.Ownership, day);
            return size with { Reason = $"{size.Reason} It declared so on {Words.Day(declared.SignedOn)}." };
        }
        var why = "These are the figures of its profile: " + (declared is null
            ? "it has not declared its size."
            : $"what it declared held until {Words.Day(declared.ValidUntil)}.");
        var currency = account.Turnover.Currency;
        var (converted, words) = (currency == Currency.Eur, rate) switch
        {
            (true, _) => (1m, why),
            (_, { } known) => (known.PerEuro, $"{why} They are in {currency}, at {known.InWords()}."),
            // Nobody is called an SME by figures that cannot be compared with the limits.
            _ => (0m, $"{why} They are in {currency} and no rate of it is known here, so only a declaration of its "
                + "size tells the class."),
        };
        var byProfile = Of(account, day, converted == 0 ? 1 : converted);
        return converted == 0
            ? byProfile with { Class = SizeClass.Large, Reason = words }
            : byProfile with { Reason = $"{byProfile.Reason} {words}" };
    }

    /// <summary>The last day of the accounts that a profile tells of: its closing rate turns them into euros.</summary>
    public static LocalDate ClosedOn(LocalDate day) => new(day.Year - 1, 12, 31);

    private static SizeAssessment Of(AccountProfile account, LocalDate day, decimal perEuro)
    {
        var blank = SizeDeclaration.Blank(account, day);
        var own = blank.Enterprises[0];
        var period = own.Periods[0] with { ApprovedOn = own.Periods[0].EndsOn, PerEuro = perEuro };
        return SizeAssessment.Of(blank with { Enterprises = [own with { Periods = [period] }] }, day);
    }
}
