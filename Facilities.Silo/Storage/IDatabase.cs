using System.Data.Common;
using NodaTime;

namespace Facilities.Silo.Storage;

/// <summary>
/// What read models query, with Dapper, on both databases: parameters as <c>@name</c>, instants as
/// <see cref="Instant"/> in parameters and results, <c>snake_case</c> columns to names of ours.
/// </summary>
public interface IDatabase
{
    /// <summary>A connection of the caller's own, open; dispose it.</summary>
    /// <exception cref="StorageUnavailableException">The database cannot be reached.</exception>
    Task<DbConnection> Open(CancellationToken cancel = default);

    /// <summary>Runs a query on a connection of its own and names the faults of the database.</summary>
    /// <exception cref="StorageUnavailableException">The database cannot be reached or is too slow.</exception>
    Task<T> Read<T>(Func<DbConnection, Task<T>> query, CancellationToken cancel = default);

    /// <summary>An instant as this database keeps it, cut to the microsecond.</summary>
    object Param(Instant instant);

    /// <summary>An instant from a value that this database gave.</summary>
    Instant InstantOf(object value);
}
