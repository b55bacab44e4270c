using System.Globalization;
using System.Numerics;

namespace Facilities.Tests.Linearisability;

/// <summary>A thing as if one client at a time used it.</summary>
/// <typeparam name="TState">Compared by value.</typeparam>
/// <param name="Initial">Its state before the first operation.</param>
/// <param name="Apply">What an operation makes of a state, and what it answers.</param>
internal sealed record SequentialModel<TState>(
    TState Initial, Func<TState, Operation, (TState After, string Answer)> Apply) where TState : notnull;

/// <summary>
/// Whether what concurrent clients were told could have been told by a thing that carries out one operation after
/// another, each at some moment between its call and its return: Wing and Gong's search, which tries every operation
/// that may come next, with Lowe's memory of the pairs of operations done and state that led nowhere.
/// </summary>
internal static class Checker
{
    private const int OperationsMax = 64;

    /// <summary>Why the operations on one thing have no such order; null where they have one.</summary>
    public static string? Fault<TState>(IEnumerable<Operation> operations, SequentialModel<TState> model)
        where TState : notnull
    {
        var search = new Search<TState>([.. operations.OrderBy(o => o.Called)], model);
        return search.Finds(0, model.Initial) ? null : search.Explanation();
    }

    /// <summary>The same for operations on several things, of which each is judged alone.</summary>
    public static string? FaultOfAny<TState>(
        IEnumerable<Operation> operations, Func<string, SequentialModel<TState>> modelOf) where TState : notnull =>
        operations.GroupBy(o => o.Target, StringComparer.Ordinal)
            .Select(on => Fault(on, modelOf(on.Key))).FirstOrDefault(fault => fault is not null);

    private sealed class Search<TState>(Operation[] operations, SequentialModel<TState> model) where TState : notnull
    {
        private readonly HashSet<(ulong Done, TState State)> _tried = [];
        private readonly ulong _known = Known(operations);
        private ulong _furthest;
        private TState _stuck = model.Initial;

        public bool Finds(ulong done, TState state)
        {
            if ((done & _known) == _known) return true;
            if (!_tried.Add((done, state))) return false;
            if (BitOperations.PopCount(done) >= BitOperations.PopCount(_furthest)) (_furthest, _stuck) = (done, state);
            // Whoever returned first among those left must come before all that were called after that.
            var firstReturn = Left(done).Min(i => operations[i].Returned);
            foreach (var index in Left(done))
            {
                var operation = operations[index];
                if (operation.Called > firstReturn) break;
                var (after, answer) = model.Apply(state, operation);
                var couldBe = operation.IsOpen || operation.Answer == answer;
                if (couldBe && Finds(done | (1UL << index), after)) return true;
            }
            return false;
        }

        public string Explanation()
        {
            var lines = operations.Select((operation, index) =>
                $"{((_furthest & (1UL << index)) != 0 ? "  " : "! ")}{operation}");
            return string.Create(CultureInfo.InvariantCulture, $"""
                No order of these operations gives the answers that were given. The longest begins with those not
                marked, and ends in {_stuck}:
                {string.Join('\n', lines)}
                """);
        }

        private IEnumerable<int> Left(ulong done)
        {
            for (var index = 0; index < operations.Length; index++)
                if ((done & (1UL << index)) == 0) yield return index;
        }

        private static ulong Known(Operation[] operations)
        {
            if (operations.Length > OperationsMax)
                throw new ArgumentException($"A history of one thing has at most {OperationsMax} operations.");
            var known = 0UL;
            for (var index = 0; index < operations.Length; index++)
                if (!operations[index].IsOpen) known |= 1UL << index;
            return known;
        }
    }
}
