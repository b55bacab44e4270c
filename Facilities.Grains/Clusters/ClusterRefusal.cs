namespace Facilities.Grains.Clusters;

/// <summary>What a cluster may say no with.</summary>
public enum ClusterRefusal
{
    /// <summary>The command id was used before for something else.</summary>
    CommandIdReused,
    /// <summary>Nobody registered the cluster.</summary>
    ClusterUnknown,
    /// <summary>The person may not do this for the cluster.</summary>
    NotAllowed,
    /// <summary>The agreement is not there, or is no longer in force.</summary>
    AgreementEnded,
    /// <summary>The budget for co-financing does not suffice.</summary>
    CoFinancingUsedUp,
    /// <summary>The booking has already released its part.</summary>
    BookingEnded,
}
