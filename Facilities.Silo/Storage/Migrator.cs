using System.Collections.Immutable;
using System.Globalization;
using Dapper;

namespace Facilities.Silo.Storage;

/// <summary>Brings a database to the schema of this program, by numbered steps that only go forward.</summary>
public static class Migrator
{
    /// <summary>Applies what is missing, all or nothing; a second process waits and then finds nothing to do.</summary>
    /// <returns>The names of the steps that were applied.</returns>
    public static Task<ImmutableArray<string>> Run(IDialect dialect, CancellationToken cancel = default) =>
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
            var applied = (await connection.QueryAsync<long>(
                "select number from schema_migrations", transaction: transaction)).ToHashSet();
            var missing = Steps(dialect.Migrations).Where(step => !applied.Contains(step.Number)).ToImmutableArray();
            foreach (var step in missing)
            {
                await connection.ExecuteAsync(step.Sql, transaction: transaction);
                await connection.ExecuteAsync("insert into schema_migrations (number, name) values (@Number, @Name)",
                    new { step.Number, step.Name }, transaction);
            }
            await transaction.CommitAsync(cancel);
            return missing.Select(step => step.Name).ToImmutableArray();
        }, cancel);

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
