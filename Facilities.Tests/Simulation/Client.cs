using System.Collections.Immutable;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using NodaTime;

namespace Facilities.Tests.Simulation;

/// <summary>An answer as a client sees it.</summary>
internal readonly record struct Answered(bool Accepted, string? Refusal, string? Pointer)
{
    public static Answered From<TRefusal>(Reply<TRefusal> reply) where TRefusal : struct, Enum => new(
        reply.Accepted, reply.Refusal is { } no ? Grains.Kernel.Refusal.NameOf(no.Code) : null, reply.Refusal?.Pointer);

    public static Answered From<T>(Answer<T> answer) where T : class => new(
        answer.Value is not null, answer.Refusal?.Name, answer.Refusal?.Faults.FirstOrDefault()?.Pointer);
}

/// <summary>
/// A person at a browser: asks any process, tries again under the same id where no answer comes, clicks twice, loses
/// patience, walks away. Everything asked and answered is written down for the auditor.
/// </summary>
internal sealed class Client(SimulatedRun run, Random lots)
{
    private static readonly Duration Patience = Duration.FromSeconds(90);

    public Random Lots => lots;

    /// <summary>Sends a command until there is an answer, or the person gives up.</summary>
    public async Task<Outcome> Tell(
        StreamName stream, Command command, Func<Incarnation, Task<Answered>> send, params ImmutableArray<Wish> wishes)
    {
        if (lots.Next(12) != 0) return await UntilAnswered(stream, command, send, wishes);
        run.Coverage.Count("client: clicked twice");
        var both = await Task.WhenAll(
            UntilAnswered(stream, command, send, wishes), UntilAnswered(stream, command, send, wishes));
        return both.Contains(Outcome.Accepted) ? Outcome.Accepted : both[0];
    }

    /// <summary>Uses an id again for something else.</summary>
    public async Task Misuse(StreamName stream, Command other, Func<Incarnation, Task<Answered>> send)
    {
        run.Coverage.Count("client: used an id again for something else");
        await UntilAnswered(stream, other, send, []);
    }

    /// <summary>Reads something from any process; the default where it cannot be had.</summary>
    public async Task<T?> Read<T>(Func<Incarnation, Task<T>> read)
    {
        for (var attempt = 0; attempt < 6; attempt++)
        {
            if (await Reached(read) is (true, var value)) return value;
            await run.Clock.Delay(Duration.FromMilliseconds(lots.Next(1, 20_000)));
        }
        return default;
    }

    /// <summary>A booking as its people see it, which the auditor compares with the log.</summary>
    public async Task<BookingState?> View(BookingId booking, Actor by)
    {
        var asked = run.Clock.Now;
        var read = await Read(async incarnation =>
        {
            asked = run.Clock.Now;
            return new { View = await incarnation.Grains.GetGrain<IBookingGrain>(booking.Value).View(by) };
        });
        if (read is null) return null;
        run.Readings.Add(new Reading(
            StreamName.Of("booking", booking.Value), read.View?.Status.ToString() ?? "hidden", asked, run.Clock.Now));
        return read.View;
    }

    /// <summary>From at once to hours.</summary>
    public Task Pause() => run.Clock.Delay(lots.Next(8) switch
    {
        0 or 1 => Duration.Zero,
        2 or 3 => Duration.FromMilliseconds(lots.Next(2_000)),
        4 or 5 => Duration.FromSeconds(lots.Next(120)),
        6 => Duration.FromMinutes(lots.Next(25)),
        _ => Duration.FromMinutes(lots.Next(240)),
    });

    private async Task<Outcome> UntilAnswered(
        StreamName stream, Command command, Func<Incarnation, Task<Answered>> send, ImmutableArray<Wish> wishes)
    {
        for (var attempt = 0; ; attempt++)
        {
            var call = new Call(run.NextNumber(), command.GetType().Name, stream, command, run.Clock.Now)
            {
                Wishes = wishes,
            };
            run.Calls.Add(call);
            run.Trace.Add("client", $"asks {call.Number} {call.Kind} {command.Id} of {stream}");
            var (reached, answer) = await Reached(send);
            if (reached)
            {
                call.Answered = run.Clock.Now;
                (call.Outcome, call.Refusal, call.Pointer) =
                    (answer.Accepted ? Outcome.Accepted : Outcome.Refused, answer.Refusal, answer.Pointer);
            }
            run.Trace.Add("client", $"{call.Number} is {call.Outcome} {call.Refusal}");
            run.Coverage.Count($"answer: {call.Kind} {call.Refusal ?? call.Outcome.ToString()}");
            if (reached) return call.Outcome;
            if (attempt == 8 || lots.Next(15) == 0) return Outcome.Unknown;
            run.Coverage.Count("client: tried again");
            await run.Clock.Delay(Duration.FromMilliseconds(lots.Next(1, 20_000)));
        }
    }

    /// <summary>Calls one process; false where it is down, is killed, cannot say or takes too long.</summary>
    private async Task<(bool Reached, T? Value)> Reached<T>(Func<Incarnation, Task<T>> call)
    {
        if (run.Processes[lots.Next(run.Processes.Count)].Current is not { } incarnation) return default;
        try
        {
            var answer = call(incarnation);
            await Task.WhenAny(answer, incarnation.Died, run.Clock.Delay(Patience));
            if (answer.IsCompleted && !incarnation.IsDead) return (true, await answer);
            run.Watch(answer, incarnation);
        }
        catch (StorageUnavailableException)
        {
            // Whether it was carried out is unknown.
        }
        catch (Exception fault)
        {
            run.Find($"{incarnation.Name} answers a client with {fault}");
        }
        return default;
    }
}
