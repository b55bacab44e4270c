namespace Facilities.Grains.Kernel;

public static partial class Limits
{
    /// <summary>
    /// The largest budget of a programme in minor units: ten milliards, far from what sums could not hold.
    /// </summary>
    public const long BudgetMinor = 1_000_000_000_000;

    /// <summary>Years of a programme's budget: three financial periods of the Union.</summary>
    public const int BudgetYears = 21;

    /// <summary>The longest name of a programme or funder in characters.</summary>
    public const int ProgrammeName = 200;

    /// <summary>Regions, sectors or countries that one rule of a programme names.</summary>
    public const int ProgrammeList = 200;

    /// <summary>The longest validity of a voucher: ten years, after which records need not be kept.</summary>
    public const int VoucherMonths = 120;

    /// <summary>The longest time for a claim after acceptance: two years.</summary>
    public const int ClaimDays = 731;

    /// <summary>Calls of one programme: one a month for ten years.</summary>
    public const int Calls = 120;

    /// <summary>Criteria of one call: more, and points mean nothing.</summary>
    public const int Criteria = 20;

    /// <summary>Assessors of one call.</summary>
    public const int Assessors = 50;

    /// <summary>Applications of one programme.</summary>
    public const int Applications = 100_000;

    /// <summary>The longest time to send what is missing, in days.</summary>
    public const int CompletionDays = 90;

    /// <summary>Activities of an SME beside its main one: more are no description of it.</summary>
    public const int Activities = 20;

    /// <summary>Awards of one file: they are one step of the programme.</summary>
    public const int AwardLines = 10_000;

    /// <summary>Awards of one programme that are taken further at once: enough to fill a batch of the store.</summary>
    public const int AwardsAtOnce = 200;
}
