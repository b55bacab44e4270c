namespace Facilities.Grains.Platforms;

/// <summary>What a platform may say no with.</summary>
public enum PlatformRefusal
{
    /// <summary>The command id was used before for something else.</summary>
    CommandIdReused,
    /// <summary>Nobody registered the platform.</summary>
    PlatformUnknown,
    /// <summary>The person may not do this for the platform.</summary>
    NotAllowed,
    /// <summary>The platform was changed since the person read it.</summary>
    Stale,
    /// <summary>The platform has no such resource.</summary>
    ResourceUnknown,
    /// <summary>The platform has no such closure.</summary>
    ClosureUnknown,
    /// <summary>Bookings lie inside the closure that the manager has not seen.</summary>
    BookingsCollide,
    /// <summary>The platform has as many planned closures as it may.</summary>
    TooManyClosures,
    /// <summary>The platform follows no such calendar.</summary>
    CalendarUnknown,
    /// <summary>The platform has as many calendars as it may.</summary>
    TooManyCalendars,
    /// <summary>The calendars of the platform are busy more often than it can keep.</summary>
    TooManyBusyTimes,
    /// <summary>The hours, closure, holidays, service or prices are not valid.</summary>
    NotValid,
    /// <summary>The platform has no such service.</summary>
    NotOffered,
    /// <summary>The service is not sold for this duration.</summary>
    DurationNotAllowed,
    /// <summary>The service is not sold in this quantity.</summary>
    QuantityNotAllowed,
    /// <summary>The start is past or nearer than the notice that the service needs.</summary>
    InsideLeadTime,
    /// <summary>The start lies further ahead than the service can be booked.</summary>
    BeyondHorizon,
    /// <summary>The service does not start then.</summary>
    StartOffGrid,
    /// <summary>The booking would last beyond the hours or into a closure.</summary>
    OutsideHours,
    /// <summary>Somebody has the slot.</summary>
    SlotTaken,
    /// <summary>The account lacks what the service needs.</summary>
    QualificationMissing,
    /// <summary>What the account is qualified for ends before the slot does.</summary>
    QualificationExpired,
    /// <summary>The account has as much of the service as one may have.</summary>
    QuotaExceeded,
    /// <summary>The booking has already released its part.</summary>
    BookingEnded,
    /// <summary>The move was carried out or given up before.</summary>
    MoveOver,
    /// <summary>Nobody waits under this id, or it is another account.</summary>
    WaitlistEntryUnknown,
    /// <summary>The account waits for just this already.</summary>
    AlreadyWaiting,
    /// <summary>The account, or the platform's waitlist, has as many wishes as it may.</summary>
    TooManyWaiting,
    /// <summary>What is wished for is free, so nobody need wait.</summary>
    SlotFree,
}
