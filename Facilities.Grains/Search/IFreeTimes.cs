namespace Facilities.Grains.Search;

/// <summary>Keeps the index of free time of this process up to date.</summary>
public interface IFreeTimes
{
    /// <summary>
    /// The index with all that was stored when it was asked for; null while the platforms are still being read.
    /// </summary>
    /// <exception cref="Runtime.StorageUnavailableException">The database cannot be reached.</exception>
    Task<FreeTimeIndex?> Fresh();
}
