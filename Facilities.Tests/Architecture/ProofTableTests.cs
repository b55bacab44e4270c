using System.Reflection;
using System.Text.RegularExpressions;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Architecture;

/// <summary>The table of failures that others had, in the tests' README, says what the code does.</summary>
public sealed partial class ProofTableTests
{
    /// <summary>All that we set out to be immune to. A row may wait for its feature, but never vanish.</summary>
    private static readonly string[] Rows =
    [
        "B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B10", "B12", "B13", "B14", "B15", "B16", "B17", "B18", "B19",
        "B20", "B21", "B22", "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "I1", "I2", "I3", "I5", "I6", "I7", "I9",
        "I10", "I11", "M1", "M2", "M3", "M4", "M5", "M6", "M7", "M8", "M9", "M10",
    ];

    private static string Table =>
        Repository.Sources("Facilities.Tests/", ".md").Single(f => f.Path == "Facilities.Tests/README.md").Text;

    private static IEnumerable<MethodInfo> Tests => typeof(ProofTableTests).Assembly.GetTypes()
        .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static))
        .Where(m => m.GetCustomAttributes<FactAttribute>(inherit: true).Any());

    [Fact]
    public void Every_row_names_its_tests_or_the_feature_it_waits_for() =>
        Assert.Empty(FaultsOf(Table, Rows, [.. Tests.Select(NameOf).Distinct()]));

    [Fact]
    public void No_test_of_a_row_is_left_out_of_a_run() => Assert.Empty(Tests
        .Where(t => RowsOf(t.Name).Length > 0)
        .Where(t => t.GetCustomAttributes<FactAttribute>(true).Any(f => f.Skip is not null || f.Explicit))
        .Select(NameOf));

    [Fact]
    public void A_table_that_lies_is_found()
    {
        const string table = """
            | Row | Elsewhere | Shown by |
            | --- | --- | --- |
            | B1 | sold twice | `ATests.B1_one` |
            | B2 | sold twice | `ATests.B2_gone` |
            | B3 | sold twice | |
            | B4 | sold twice | waits for series |
            | B9 | sold twice | waits for nothing |
            """;
        Assert.Equal(
        [
            "B2 names ATests.B2_gone, which is no test of B2.", "B3 names neither a test nor what it waits for.",
            "B4 waits for a feature and has tests.", "B5 is missing.", "B9 is no row.", "BTests.B1_two is not listed.",
            "BTests.B4_and_T1_three is not listed.",
        ], FaultsOf(table, ["B1", "B2", "B3", "B4", "B5"],
            ["ATests.B1_one", "BTests.B1_two", "BTests.B4_and_T1_three", "BTests.Speaks_of_B1"]));
    }

    private static string[] FaultsOf(string table, string[] rows, string[] tests)
    {
        var listed = Row().Matches(table)
            .ToDictionary(m => m.Groups["row"].Value, m => m.Groups["tests"].Value.Trim());
        var faults = rows.Except(listed.Keys).Select(r => $"{r} is missing.")
            .Concat(listed.Keys.Except(rows).Select(r => $"{r} is no row."));
        foreach (var (row, cell) in listed.Where(l => rows.Contains(l.Key)))
        {
            var named = Name().Matches(cell).Select(m => m.Groups[1].Value).ToArray();
            var mine = tests.Where(t => RowsOf(t.Split('.')[1]).Contains(row)).ToArray();
            faults = faults.Concat(
                named.Except(mine).Select(n => $"{row} names {n}, which is no test of {row}."));
            if (cell.StartsWith("waits for ", StringComparison.Ordinal))
            {
                if (mine.Length > 0) faults = faults.Append($"{row} waits for a feature and has tests.");
            }
            else if (named.Length == 0) faults = faults.Append($"{row} names neither a test nor what it waits for.");
        }
        var all = listed.Values.SelectMany(cell => Name().Matches(cell).Select(m => m.Groups[1].Value)).ToHashSet();
        return [.. faults.Concat(tests.Where(t => RowsOf(t.Split('.')[1]).Length > 0 && !all.Contains(t))
            .Select(t => $"{t} is not listed.")).Order(StringComparer.Ordinal)];
    }

    private static string NameOf(MethodInfo test) => $"{test.DeclaringType!.Name}.{test.Name}";

    /// <summary>The rows that a test's name begins with: one, or several joined by "and".</summary>
    private static string[] RowsOf(string test) =>
        [.. Leading().Match(test).Groups["row"].Captures.Select(c => c.Value)];

    [GeneratedRegex("^(?:(?<row>[BTIM][0-9]+)_(?:and_)?)+")]
    private static partial Regex Leading();

    [GeneratedRegex("^\\| (?<row>[BTIM][0-9]+) \\|[^|]*\\|(?<tests>[^|]*)\\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([A-Za-z]+\\.[A-Za-z0-9_]+)`")]
    private static partial Regex Name();
}
