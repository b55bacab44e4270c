namespace Facilities.Grains.Undertakings;

/// <summary>What the register of an undertaking may say no with.</summary>
public enum UndertakingRefusal
{
    /// <summary>The command id was used before for something else.</summary>
    CommandIdReused,
    /// <summary>The person may not do this.</summary>
    NotAllowed,
    /// <summary>The aid would exceed the ceiling of its act.</summary>
    AidCeilingExceeded,
    /// <summary>The undertaking became part of another; ask there.</summary>
    UndertakingClosed,
    /// <summary>The register has no such entry.</summary>
    EntryUnknown,
    /// <summary>What is declared holds a fault.</summary>
    InvalidDeclaration,
}
