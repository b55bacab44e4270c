using Facilities.Grains.Runtime;

namespace Facilities.Silo.Verification;

/// <summary>Looks at one stream from its first event to its last; what it remembers is gone with the stream.</summary>
internal abstract class StreamProof
{
    /// <summary>The next event.</summary>
    public abstract void See(StoredEvent stored, object happened);

    /// <summary>After the last event: what can only be said of the whole.</summary>
    public virtual void Finish()
    {
    }
}
