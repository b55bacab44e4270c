namespace Facilities.Tests.Linearisability;

/// <summary>The checker itself: on a number that is read, added to and taken from down to nothing.</summary>
public sealed class CheckerTests
{
    private static readonly SequentialModel<int> Number = new(0, (value, operation) => operation.What switch
    {
        "add" => (value + operation.Which, "done"),
        "take" => value < operation.Which ? (value, "too little") : (value - operation.Which, "done"),
        _ => (value, $"{value}"),
    });

    private static Operation Do(string what, int which, string? answer, int called, int returned) =>
        new("number", called, what, which, answer, called, answer is null ? long.MaxValue : returned);

    private static string? Judge(params Operation[] operations) => Checker.Fault(operations, Number);

    [Fact]
    public void One_after_another_is_in_order() =>
        Assert.Null(Judge(Do("add", 5, "done", 1, 2), Do("take", 3, "done", 3, 4), Do("read", 0, "2", 5, 6)));

    [Fact]
    public void A_read_beside_a_change_may_see_it_or_not()
    {
        foreach (var seen in new[] { "0", "5" })
            Assert.Null(Judge(Do("add", 5, "done", 1, 4), Do("read", 0, seen, 2, 3)));
    }

    [Fact]
    public void An_operation_may_have_come_before_one_that_was_called_earlier() =>
        Assert.Null(Judge(Do("take", 5, "done", 1, 6), Do("add", 5, "done", 2, 3), Do("read", 0, "5", 4, 5)));

    [Fact]
    public void A_stale_read_is_found() =>
        Assert.NotNull(Judge(Do("add", 5, "done", 1, 2), Do("read", 0, "0", 3, 4)));

    [Fact]
    public void Two_reads_beside_a_change_cannot_see_it_and_then_not() =>
        Assert.NotNull(Judge(Do("add", 5, "done", 1, 6), Do("read", 0, "5", 2, 3), Do("read", 0, "0", 4, 5)));

    [Fact]
    public void A_lost_update_is_found() =>
        Assert.NotNull(Judge(Do("add", 5, "done", 1, 4), Do("add", 3, "done", 2, 3), Do("read", 0, "5", 5, 6)));

    [Fact]
    public void A_double_success_is_found() =>
        Assert.NotNull(Judge(Do("add", 5, "done", 1, 2), Do("take", 5, "done", 3, 6), Do("take", 5, "done", 4, 5)));

    [Fact]
    public void A_refusal_without_a_reason_is_found() =>
        Assert.NotNull(Judge(Do("add", 5, "done", 1, 2), Do("take", 5, "too little", 3, 4)));

    [Fact]
    public void What_nobody_knows_the_outcome_of_may_happen_at_once_much_later_or_never()
    {
        var lost = Do("add", 5, null, 1, 0);
        Assert.Null(Judge(lost, Do("read", 0, "5", 2, 3)));
        Assert.Null(Judge(lost, Do("read", 0, "0", 2, 3), Do("read", 0, "0", 4, 5), Do("read", 0, "5", 6, 7)));
        Assert.Null(Judge(lost, Do("read", 0, "0", 2, 3)));
        Assert.Null(Judge(lost));
    }

    [Fact]
    public void What_nobody_knows_the_outcome_of_happens_neither_before_its_call_nor_twice_nor_in_part()
    {
        var lost = Do("add", 5, null, 3, 0);
        Assert.NotNull(Judge(Do("read", 0, "5", 1, 2), lost));
        Assert.NotNull(Judge(lost, Do("read", 0, "10", 4, 5)));
        Assert.NotNull(Judge(lost, Do("read", 0, "3", 4, 5)));
        Assert.NotNull(Judge(lost, Do("read", 0, "5", 4, 5), Do("read", 0, "0", 6, 7)));
    }

    [Fact]
    public void Each_thing_is_judged_alone_and_the_explanation_names_what_does_not_fit()
    {
        var good = Do("add", 5, "done", 1, 2) with { Target = "one" };
        var stale = Do("read", 0, "5", 3, 4) with { Target = "other" };
        Assert.Null(Checker.Fault([good, stale], Number));
        var fault = Checker.FaultOfAny([good, stale], _ => Number);
        Assert.Contains("!   3..  4  client 3: read 0 on other = 5", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("on one", fault, StringComparison.Ordinal);
        Assert.Null(Checker.FaultOfAny([good, stale with { Answer = "0" }], _ => Number));
    }

    [Fact]
    public void It_agrees_with_trying_every_order()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"Seed {seed}");
        var random = new Random(seed);
        int fits = 0, faults = 0;
        for (var run = 0; run < 3_000; run++)
        {
            var operations = RandomHistory(random);
            var expected = AnyOrderFits(operations);
            Assert.True(
                expected == (Checker.Fault(operations, Number) is null),
                $"seed {seed}, run {run}: not {expected}\n{string.Join<Operation>('\n', operations)}");
            if (expected) fits++;
            else faults++;
        }
        Assert.True(fits > 300 && faults > 300, $"seed {seed}: {fits} fit and {faults} do not");
    }

    [Fact]
    public void Many_operations_at_once_are_judged_in_a_moment()
    {
        var adds = Enumerable.Range(0, 50).Select(i => Do("add", 1, "done", i, 1_000 + i));
        Assert.Null(Judge([.. adds, Do("read", 0, "50", 2_000, 2_001)]));
        Assert.NotNull(Judge([.. adds.Take(14), Do("read", 0, "15", 2_000, 2_001)]));
    }

    private static Operation[] RandomHistory(Random random)
    {
        var moments = Enumerable.Range(1, 12).OrderBy(_ => random.Next()).ToArray();
        return [.. Enumerable.Range(0, random.Next(2, 6)).Select(i =>
        {
            var (called, returned) = (Math.Min(moments[2 * i], moments[2 * i + 1]),
                Math.Max(moments[2 * i], moments[2 * i + 1]));
            var what = new[] { "add", "take", "read" }[random.Next(3)];
            var answer = random.Next(6) == 0 ? null
                : what == "read" ? $"{random.Next(4)}" : what == "take" && random.Next(2) == 0 ? "too little" : "done";
            return Do(what, random.Next(1, 3), answer, called, returned);
        })];
    }

    /// <summary>The definition, word by word: some order of some of the open and all other operations.</summary>
    private static bool AnyOrderFits(Operation[] operations) => Place([.. operations], 0, long.MinValue);

    private static bool Place(List<Operation> left, int value, long latestCall)
    {
        if (left.TrueForAll(o => o.IsOpen)) return true;
        foreach (var next in left)
        {
            // Whoever returned before an operation was called stands before it.
            if (next.Returned < latestCall) continue;
            var (after, answer) = Number.Apply(value, next);
            if (!next.IsOpen && next.Answer != answer) continue;
            if (Place([.. left.Where(o => o != next)], after, Math.Max(latestCall, next.Called))) return true;
        }
        return false;
    }
}
