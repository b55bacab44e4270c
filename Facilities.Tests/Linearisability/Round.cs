using System.Collections.Concurrent;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;

namespace Facilities.Tests.Linearisability;

/// <summary>One client's part of a round: what it asks next, from its own random numbers.</summary>
/// <param name="Client">From 1.</param>
/// <param name="Random">Its random numbers; they decide what is asked, not what the machine makes of it.</param>
/// <param name="History">Where everything is recorded.</param>
internal sealed record Part(int Client, Random Random, History History)
{
    public const int Clients = 4;
    private const int OwnBookings = 2;
    private int _own;
    private int _commands;

    /// <summary>A booking of this client that it has not used yet; 0 where it used all.</summary>
    public int NextOwn() => _own < OwnBookings ? Client + Clients * _own++ : 0;

    /// <summary>Anybody's booking: mostly the newest that was held, for most of the others never are.</summary>
    public int AnyBooking() =>
        Random.Next(4) > 0 && History.Newest > 0 ? History.Newest : Random.Next(1, Clients * OwnBookings + 1);

    /// <summary>
    /// Asks and records. Where the outcome is unknown, asks again now and then, as clients do: the same command, of
    /// whichever host.
    /// </summary>
    public Task Record(string target, string what, int which, Func<CommandId, Task<string>> ask)
    {
        var command = new CommandId($"{Client}-{++_commands}");
        return History.Record(target, Client, what, which, async () =>
        {
            while (true)
            {
                try
                {
                    return await ask(command);
                }
                catch (StorageUnavailableException) when (Random.Next(3) > 0)
                {
                    await Task.Yield();
                }
            }
        });
    }
}

/// <summary>Something that a few clients at once use, a new one in each round.</summary>
internal interface IContest
{
    /// <summary>Makes the thing of a round; nothing is lost on the line meanwhile.</summary>
    Task Prepare(int round);

    /// <summary>Does one thing, and records it.</summary>
    Task Step(int round, Part part);

    /// <summary>Why what was recorded cannot be; null where it can.</summary>
    string? Judge(History history);
}

/// <summary>How rounds went.</summary>
/// <param name="Fault">The first fault with its history; null where there was none.</param>
/// <param name="Answers">How often each answer was given.</param>
internal sealed record Played(string? Fault, IReadOnlyDictionary<string, int> Answers)
{
    private const int Least = 3;

    /// <summary>An answer given too seldom for the rounds to say something about it; null where none was.</summary>
    public string? Missing(IEnumerable<string> answers) =>
        answers.FirstOrDefault(answer => Answers.GetValueOrDefault(answer) < Least);

    public override string ToString() =>
        string.Join(", ", Answers.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key} × {a.Value}"));
}

/// <summary>Short rounds of a few clients at once, each judged when it is over.</summary>
internal static class Rounds
{
    /// <summary>Rounds that go on at once, so that they contend for streams and commits too.</summary>
    private const int AtOnce = 3;
    private const int StepsOfAClient = 5;

    /// <summary>How often as many rounds are played before an answer counts as out of reach.</summary>
    private const int Most = 5;

    /// <summary>Plays rounds up to the first fault, and on until each wanted answer was given.</summary>
    /// <param name="contest">What is used.</param>
    /// <param name="seed">Decides what is asked.</param>
    /// <param name="rounds">How many, where the wanted answers were given in them.</param>
    /// <param name="leavesOpen">Whether a fault says nothing about the outcome.</param>
    /// <param name="trouble">Turns the trouble with the stores on and off: nothing is to go wrong in preparing.</param>
    /// <param name="wanted">Answers without which the rounds say little.</param>
    public static async Task<Played> Play(
        IContest contest, int seed, int rounds, Func<Exception, bool> leavesOpen, Action<bool> trouble,
        params string[] wanted)
    {
        var answers = new ConcurrentDictionary<string, int>();
        var played = new Played(null, answers);
        for (var first = 0; first < rounds || (first < Most * rounds && played.Missing(wanted) is not null);
            first += AtOnce)
        {
            trouble(false);
            for (var round = first; round < first + AtOnce; round++) await contest.Prepare(round);
            trouble(true);
            var faults = await Task.WhenAll(Enumerable.Range(first, AtOnce).Select(One));
            if (faults.FirstOrDefault(f => f is not null) is { } fault) return played with { Fault = fault };
        }
        return played;

        async Task<string?> One(int round)
        {
            var history = new History(leavesOpen);
            await Task.WhenAll(Enumerable.Range(1, Part.Clients).Select(client => Task.Run(async () =>
            {
                var part = new Part(client, new Random(unchecked((seed * 1_000 + round) * 10 + client)), history);
                for (var step = 0; step < StepsOfAClient; step++) await contest.Step(round, part);
            })));
            foreach (var operation in history.Operations)
                answers.AddOrUpdate($"{operation.What}: {operation.Answer ?? "unknown"}", 1, (_, count) => count + 1);
            return contest.Judge(history) is { } fault ? $"seed {seed}, round {round}: {fault}" : null;
        }
    }
}
