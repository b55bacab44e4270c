using System.Globalization;
using System.Text.Json;
using Facilities.Grains.Kernel;
using FsCheck;
using FsCheck.Fluent;

namespace Facilities.Tests.Models;

/// <summary>Random numbers from which one command is made; each means what the state makes of it.</summary>
public sealed record Draw(int Kind, int A, int B, int C)
{
    public T Pick<T>(IReadOnlyList<T> from) => from[A % from.Count];
}

/// <summary>How often each command was answered in each way: what the runs say something about.</summary>
internal sealed class Tally
{
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);

    public void Count(string command, string answer) =>
        _counts[$"{command}: {answer}"] = _counts.GetValueOrDefault($"{command}: {answer}") + 1;

    public int this[string answer] => _counts.GetValueOrDefault(answer);

    public override string ToString() => string.Join(", ", _counts.Select(c => $"{c.Key} × {c.Value}"));
}

/// <summary>
/// Plays random lists of commands through the rules and through a naive model side by side. A list on which they differ
/// is made shorter as long as they still do; what is left is told with the seed.
/// </summary>
internal static class ModelRuns
{
    /// <summary>Set to a printed seed to see the same lists again.</summary>
    private const string SeedVariable = "MODEL_SEED";

    /// <summary>How often as many lists again are played before an answer counts as out of reach.</summary>
    private const int Rounds = 12;

    /// <summary>
    /// Plays random lists until each of the wanted answers was given so often that a mistake in it would have shown.
    /// </summary>
    /// <param name="runs">Lists in a round; one round is always played.</param>
    /// <param name="steps">The most draws in a list.</param>
    /// <param name="play">Plays one list and counts its answers.</param>
    /// <param name="least">How often each answer is wanted.</param>
    /// <param name="answers">As the tally names them, such as "OpenClaim: done".</param>
    public static void Play(
        int runs, int steps, Action<Draw[], Tally> play, int least, params ReadOnlySpan<string> answers)
    {
        var seed = Environment.GetEnvironmentVariable(SeedVariable) is { Length: > 0 } given
            ? ulong.Parse(given, CultureInfo.InvariantCulture)
            : (ulong)Environment.TickCount64;
        var output = TestContext.Current.TestOutputHelper!;
        output.WriteLine($"{SeedVariable}={seed}");
        var tally = new Tally();
        var number = Gen.Choose(0, 9_999);
        var draw = number.Zip(number, (a, b) => (a, b)).Zip(
            number.Zip(number, (a, b) => (a, b)), (one, two) => new Draw(one.a, one.b, two.a, two.b));
        var lists = Prop.ForAll(Arb.From(draw.ArrayOf(steps), Shorter), (Draw[] list) => play(list, tally));
        for (var round = 0UL; round < Rounds && (round == 0 || Missing(tally, least, answers) is not null); round++)
        {
            lists.Check(Config.QuickThrowOnFailure.WithMaxTest(runs).WithQuietOnSuccess(true)
                .WithReplay(seed + round, ((seed + round) * 2) + 1));
        }
        output.WriteLine(tally.ToString());
        if (Missing(tally, least, answers) is { } missing) Assert.Fail($"Hardly ever '{missing}': {tally}");
    }

    private static string? Missing(Tally tally, int least, ReadOnlySpan<string> answers)
    {
        foreach (var answer in answers)
            if (tally[answer] < least) return answer;
        return null;
    }

    /// <summary>Writes a state as a snapshot is written, and reads it again.</summary>
    public static TState ThroughJson<TState>(TState state)
    {
        var json = JsonSerializer.Serialize(state, Json.Options);
        var read = JsonSerializer.Deserialize<TState>(json, Json.Options)!;
        Assert.Equal(json, JsonSerializer.Serialize(read, Json.Options));
        return read;
    }

    private static IEnumerable<Draw[]> Shorter(Draw[] list)
    {
        for (var length = list.Length / 2; length >= 1; length /= 2)
            for (var from = 0; from < list.Length; from += length)
                yield return [.. list[..from], .. list[Math.Min(from + length, list.Length)..]];
    }
}

/// <summary>The real rules and their newest state, told command by command beside a model.</summary>
/// <param name="initial">Before any event.</param>
/// <param name="evolve">The rules' own.</param>
/// <param name="restored">What a snapshot needs to be whole again.</param>
internal sealed class Real<TState, TEvent, TRefusal>(
    TState initial, Func<TState, TEvent, NodaTime.Instant, TState> evolve, Func<TState, TState>? restored = null)
    where TRefusal : struct, Enum
{
    private readonly List<string> _told = [];

    public TState State { get; private set; } = initial;

    /// <summary>
    /// Tells a command and compares the answer: "done", "nothing", "throws", or the name of a refusal.
    /// </summary>
    public void Tell<TCommand>(
        TCommand command, Func<TState, TCommand, NodaTime.Instant, Decision<TEvent, TRefusal>> decide,
        NodaTime.Instant now, string expected, Tally tally)
    {
        string answer;
        try
        {
            var decision = decide(State, command, now);
            foreach (var happened in decision.Events) State = evolve(State, happened, now);
            answer = decision.Refusal is { } no ? no.Code.ToString() : decision.Events.IsEmpty ? "nothing" : "done";
        }
        catch (InvalidOperationException)
        {
            answer = "throws";
        }
        _told.Add($"{now}: {command} = {answer}");
        tally.Count(typeof(TCommand).Name, answer);
        Same(expected, answer, typeof(TCommand).Name);
    }

    /// <summary>Compares what both sides show after a step.</summary>
    public void Same<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
            Assert.Fail(
                $"{what}: the model says {expected}, the rules say {actual}, after\n{string.Join('\n', _told)}");
    }

    /// <summary>Goes on from what a snapshot would keep.</summary>
    public void Restart()
    {
        var read = ModelRuns.ThroughJson(State);
        State = restored is null ? read : restored(read);
        _told.Add("(restarted from a snapshot)");
    }
}
