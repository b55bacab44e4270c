using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;

namespace Facilities.Grains.Instalments;

/// <summary>How a programme pays in instalments: a part in advance, the rest after the approved claim.</summary>
/// <param name="Advance">What is paid in advance of the amount that a booking reserved.</param>
/// <param name="PaidWithinDays">Days after the contract within which the funder pays it.</param>
/// <param name="RepaidWithinDays">Days within which the company pays back what is not due to it.</param>
public sealed record InstalmentTerms(Percentage Advance, int PaidWithinDays, int RepaidWithinDays = 30)
{
    /// <summary>The most days that either side has.</summary>
    public const int DaysMost = 365;

    /// <summary>The advance on an amount, rounded half up to the cent.</summary>
    public Money Of(Money reserved) => Advance.Of(reserved);

    /// <summary>The advance of a programme on what a booking reserved; zero where it pays none.</summary>
    public static Money AdvanceOf(ProgrammeTerms terms, Money reserved) =>
        terms.Instalments is { } instalments && terms.PaymentMode == PaymentMode.Instalments
            ? instalments.Of(reserved)
            : Money.Zero(reserved.Currency);

    /// <summary>What is wrong with it, each with where it stands in the request.</summary>
    public static IEnumerable<Fault> Faults(ProgrammeTerms terms)
    {
        if (terms.PaymentMode != PaymentMode.Instalments)
        {
            if (terms.Instalments is not null)
                yield return new("/instalments", "Only a programme that pays in instalments says how; leave it out.");
            yield break;
        }
        if (terms.Instalments is not { } how)
        {
            yield return new("/instalments", "Say which part is paid in advance, and within how many days.");
            yield break;
        }
        if (how.Advance.Value is < 1 or > 99)
            yield return new("/instalments/advance", "The advance is 1 to 99 percent of what is reserved.");
        if (how.PaidWithinDays is < 1 or > DaysMost)
            yield return new("/instalments/paidWithinDays", $"It is paid within 1 to {DaysMost} days of the contract.");
        if (how.RepaidWithinDays is < 1 or > DaysMost)
            yield return new(
                "/instalments/repaidWithinDays", $"What is not due is paid back within 1 to {DaysMost} days.");
    }

    /// <summary>Why other instalments may not follow those that were published; none where they may.</summary>
    public static IEnumerable<Fault> NotForward(ProgrammeTerms before, ProgrammeTerms after)
    {
        if (before.Instalments is not { } old || after.Instalments is not { } next) yield break;
        if (next.Advance.Value < old.Advance.Value)
            yield return new("/instalments/advance", $"The advance only grows: at least {old.Advance}.");
        if (next.PaidWithinDays > old.PaidWithinDays)
            yield return new(
                "/instalments/paidWithinDays",
                $"The advance only comes sooner: within {Words.Count(old.PaidWithinDays, "day")} at most.");
        if (next.RepaidWithinDays < old.RepaidWithinDays)
            yield return new(
                "/instalments/repaidWithinDays",
                $"The time to pay back only grows: at least {Words.Count(old.RepaidWithinDays, "day")}.");
    }
}
