using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Facilities.Tests.Upgrades;

/// <summary>
/// Judges whether processes of the version before can go on while a migration runs and afterwards: it may only add. A
/// migration that has to break them says so, by setting the floor; they are then stopped before it.
/// </summary>
internal static partial class ExpandOnly
{
    private static readonly (string Pattern, string Fault)[] Rules =
    [
        (@"\bdrop\b", "takes away what an older process uses"),
        (@"\brename\b", "takes away a name that an older process uses"),
        (@"^alter table .*\btype\b", "changes a type under an older process"),
        (@"\bset not null\b", "refuses rows that an older process writes"),
        (@"^alter table .*\badd\b.*\b(constraint|check|unique|primary key|references)\b",
            "refuses rows that an older process writes"),
        (@"^create unique index\b", "refuses rows that an older process writes"),
        (@"^(delete|truncate)\b", "takes away rows that an older process uses"),
        (@"^create( or replace)?( constraint)? trigger\b", "acts behind an older process"),
        (@"^lock\b", "keeps an older process waiting"),
    ];

    /// <summary>Tables whose rows are written whole, so that an older process leaves new columns null.</summary>
    private static readonly string[] WrittenWhole =
    [
        "settings", "quotes", "bookings", "booking_items", "vouchers", "claims", "invoices", "postings", "clusters",
        "agreements", "platforms", "accounts", "programmes", "requests",
    ];

    /// <summary>What would break an older process, statement by statement.</summary>
    public static ImmutableArray<string> Faults(string sql)
    {
        var text = Spaces.Replace(Comments.Replace(sql, ""), " ").ToLowerInvariant();
        if (text.Contains("'schema.floor'", StringComparison.Ordinal)) return [];
        // What the migration itself makes, nobody uses yet.
        var own = Made.Matches(text).Select(m => m.Groups["table"].Value).ToHashSet();
        return
        [
            .. text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Where(statement => Touched.Match(statement) is not { Success: true } touched
                    || !own.Contains(touched.Groups["table"].Value))
                .SelectMany(Judge),
        ];
    }

    private static IEnumerable<string> Judge(string statement)
    {
        foreach (var (pattern, fault) in Rules)
        {
            if (!Regex.IsMatch(statement, pattern, RegexOptions.CultureInvariant)) continue;
            yield return $"{fault}: {statement}";
            yield break;
        }
        if (Added.Match(statement) is not { Success: true } added) yield break;
        // A default does not help where null is written.
        if (WrittenWhole.Contains(added.Groups["table"].Value)
            || !statement.Contains(" default ", StringComparison.Ordinal))
            yield return $"refuses rows that an older process writes without the column: {statement}";
    }

    [GeneratedRegex(@"--[^\n]*|/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comments { get; }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces { get; }

    [GeneratedRegex(@"create table (if not exists )?(?<table>\w+)")]
    private static partial Regex Made { get; }

    [GeneratedRegex(@"^(alter table (if exists )?|create unique index [\w ]+? on )(?<table>\w+)")]
    private static partial Regex Touched { get; }

    [GeneratedRegex(@"^alter table (?<table>\w+) add .*\bnot null\b")]
    private static partial Regex Added { get; }
}
