using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using Dapper;
using Facilities.Silo.Rebuilding;
using Facilities.Silo.Verification;

namespace Facilities.Silo.Storage;

/// <summary>What a migration came to.</summary>
/// <param name="Applied">The steps that were missing.</param>
/// <param name="Newer">Steps of a newer program, which leave room for this one.</param>
public sealed record Migrated(ImmutableArray<string> Applied, ImmutableArray<string> Newer)
{
    /// <summary>Tables that are still to be made again, because other processes did not stop writing.</summary>
    public ImmutableArray<string> Left { get; init; } = [];

    public override string ToString() => (Applied.IsEmpty, Newer.IsEmpty) switch
    {
        _ when !Left.IsEmpty =>
            $"Stop the processes of the version before, then run: Facilities.Silo rebuild {string.Join(' ', Left)}",
        (true, true) => "The schema is up to date.",
        (false, true) => $"Applied {string.Join(", ", Applied)}.",
        _ => $"The schema is newer than this program, which runs on beside it: {string.Join(", ", Newer)}.",
    };
}

/// <summary>A newer program left no room for this one.</summary>
public sealed class SchemaTooNewException(string message) : Exception(message);

/// <summary>Brings a database to the schema of this program, by numbered steps that only go forward.</summary>
public static class Migrator
{
    /// <summary>
    /// The setting by which a step says that no program may run on the schema that does not know the step of this
    /// number. A step that only adds sets none, so that older processes run on until they are replaced.
    /// </summary>
    public const string FloorSetting = "schema.floor";

    /// <summary>Applies what is missing, all or nothing; a second process waits and then finds nothing to do.</summary>
    /// <exception cref="SchemaTooNewException">This program must not run on this schema.</exception>
    public static async Task<Migrated> Run(IDialect dialect, CancellationToken cancel = default)
    {
        var migrated = await Apply(dialect, cancel);
        return migrated with { Left = await WantedRebuilds.Fulfil(dialect, cancel) };
    }

    private static Task<Migrated> Apply(IDialect dialect, CancellationToken cancel) =>
        dialect.Read(async connection =>
        {
            await using var transaction = await dialect.BeginMigration(connection, cancel);
            await connection.ExecuteAsync("""
                create table if not exists schema_migrations (
                  number integer primary key not null,
                  name text not null,
                  applied_at text not null default current_timestamp
                )
                """, transaction: transaction);
            var applied = (await connection.QueryAsync<(long Number, string Name)>(
                "select number, name from schema_migrations order by number", transaction: transaction)).ToList();
            var steps = Steps(dialect.Migrations);
            var newest = steps.Max(step => step.Number);
            var newer = applied.Where(step => step.Number > newest).Select(step => step.Name).ToImmutableArray();
            if (!newer.IsEmpty) await EnsureRoom(connection, transaction, newest);
            var missing = steps.ExceptBy(applied.Select(step => step.Number), step => step.Number).ToImmutableArray();
            foreach (var step in missing)
            {
                await connection.ExecuteAsync(step.Sql, transaction: transaction);
                await connection.ExecuteAsync("insert into schema_migrations (number, name) values (@Number, @Name)",
                    new { step.Number, step.Name }, transaction);
            }
            await transaction.CommitAsync(cancel);
            return new Migrated([.. missing.Select(step => step.Name)], newer);
        }, cancel);

    private static async Task EnsureRoom(DbConnection connection, DbTransaction transaction, long newest)
    {
        var floor = await connection.ExecuteScalarAsync<string?>(
            "select value from settings where key = @key", new { key = FloorSetting }, transaction);
        if (floor is not null && long.Parse(floor, CultureInfo.InvariantCulture) > newest)
            throw new SchemaTooNewException(
                $"This database was brought to a schema that needs a program with migration {floor}; this one knows "
                + $"them up to {newest} and would do harm. Start the newer version.");
    }

    private static ImmutableArray<Step> Steps(string folder)
    {
        var assembly = typeof(Migrator).Assembly;
        var prefix = $"Migrations/{folder}/";
        return
        [
            .. assembly.GetManifestResourceNames()
                .Select(resource => resource.Replace('\\', '/'))
                .Where(resource => resource.StartsWith(prefix, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(resource => Read(resource, resource[prefix.Length..^".sql".Length])),
        ];

        Step Read(string resource, string name)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            return new(long.Parse(name[..4], CultureInfo.InvariantCulture), name, reader.ReadToEnd());
        }
    }

    private sealed record Step(long Number, string Name, string Sql);
}
