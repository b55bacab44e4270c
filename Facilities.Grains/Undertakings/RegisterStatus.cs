using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Undertakings;

/// <summary>Where an aid stands with the central register, what is most urgent first.</summary>
public enum RegisterStatus
{
    /// <summary>It had to be entered by now.</summary>
    Overdue,
    /// <summary>Fifteen of the twenty working days are over.</summary>
    Urgent,
    /// <summary>Less counts than is entered there: the entry must be corrected.</summary>
    CorrectionDue,
    /// <summary>It is to be entered.</summary>
    Open,
    /// <summary>It is entered, with what counts.</summary>
    Registered,
    /// <summary>It was granted before the register began, or under an act that has none.</summary>
    NotRequired,
}

/// <summary>What an officer has to do about an aid.</summary>
public static class RegisterStanding
{
    /// <summary>Where an aid stands on a day.</summary>
    public static RegisterStatus StatusOn(this RegisteredAid held, LocalDate today) => held switch
    {
        { NeedsCorrection: true } => RegisterStatus.CorrectionDue,
        { Reference: not null } => RegisterStatus.Registered,
        { RegisterBy: null } => RegisterStatus.NotRequired,
        { RegisterBy: { } by } when today > by => RegisterStatus.Overdue,
        _ when today >= held.AlarmOn() => RegisterStatus.Urgent,
        _ => RegisterStatus.Open,
    };

    /// <summary>The day from which an aid that is not entered is urgent; null where it need not be.</summary>
    public static LocalDate? AlarmOn(this RegisteredAid held) => held.RegisterBy is null ? null
        : RegisterDeadline.After(held.Entry.GrantedOn, RegisterDeadline.AlarmAfter, held.Entry.Country);
}

/// <summary>
/// How long records of aid are kept: ten years from the last aid of the scheme (Regulation (EU) 2023/2831, Article
/// 6(3)).
/// </summary>
/// <param name="LastGrantedOn">The last aid of the scheme.</param>
/// <param name="KeptUntil">The last day on which all of it is kept.</param>
public sealed record AidRetention(LocalDate LastGrantedOn, LocalDate KeptUntil)
{
    /// <summary>Years from the last aid.</summary>
    public const int Years = 10;

    /// <summary>The retention of a scheme by the grants of it; null where it granted nothing.</summary>
    public static AidRetention? Of(IEnumerable<LocalDate> granted) => granted.ToArray() is { Length: > 0 } days
        ? new(days.Max(), days.Max().PlusYears(Years))
        : null;

    /// <summary>Whether records may not be deleted on a day.</summary>
    public bool IsLockedOn(LocalDate day) => day <= KeptUntil;
}
