using System.Collections.Immutable;
using Dapper;
using Facilities.Grains.Runtime;
using Facilities.Silo.Storage;

namespace Facilities.Silo.Rebuilding;

/// <summary>
/// Projections that a migration asks to be made again, since rows of an older form follow from the same events. The
/// wish stays until it is fulfilled, so that a program that was killed meanwhile is made up for by the next.
/// </summary>
internal static class WantedRebuilds
{
    private const string Prefix = "rebuild.";

    /// <summary>Makes them again; answers those that could not be, as others did not stop writing.</summary>
    public static async Task<ImmutableArray<string>> Fulfil(IDialect dialect, CancellationToken cancel)
    {
        var wanted = await dialect.Read(async connection => (await connection.QueryAsync<string>(
            "select key from settings where key like 'rebuild.%' order by key"))
            .Select(key => key[Prefix.Length..]).Intersect(StoredTables.Rebuilt).ToImmutableArray(), cancel);
        if (wanted.IsEmpty) return wanted;
        try
        {
            // A log that is damaged is no reason not to start: `verify` names it.
            if (await dialect.Read(connection => connection.ExecuteScalarAsync<long>(
                "select count(*) from (select 1 from events limit 1) as first_event"), cancel) > 0)
                await new Rebuilder(dialect, TimeProvider.System).Run(wanted, TextWriter.Null);
        }
        catch (StorageUnavailableException)
        {
            return wanted;
        }
        foreach (var table in wanted)
            await dialect.Read(connection => connection.ExecuteAsync(
                "delete from settings where key = @key", new { key = Prefix + table }), cancel);
        return [];
    }
}
