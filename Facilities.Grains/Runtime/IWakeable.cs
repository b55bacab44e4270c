using Orleans;

namespace Facilities.Grains.Runtime;

/// <summary>A grain that has due work: the host wakes it when a due row's instant has come.</summary>
public interface IWakeable : IGrainWithStringKey
{
    /// <summary>Does what is due. Harmless when nothing is, or when it was done before.</summary>
    Task Wake();
}
