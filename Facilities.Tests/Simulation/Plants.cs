using Facilities.Grains.Accounts;
using Facilities.Grains.Credits;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Programmes;
using Facilities.Grains.Runtime;
using Facilities.Silo.Hosting;

namespace Facilities.Tests.Simulation;

/// <summary>The store takes an append whatever version it was decided on.</summary>
internal sealed class VersionCheckSkipped : Plant
{
    public override SimulatedDatabase Database() => new Careless();

    private sealed class Careless : SimulatedDatabase
    {
        protected override bool Follows(Append append, bool built) => true;
    }
}

/// <summary>The store does not remember which commands it carried out.</summary>
internal sealed class CommandIdForgotten : Plant
{
    public override SimulatedDatabase Database() => new Forgetful();

    private sealed class Forgetful : SimulatedDatabase
    {
        protected override string? AnsweredHash(StreamName stream, CommandId command) => null;
    }
}

/// <summary>The answer leaves before what it rests on is durable.</summary>
internal sealed class ReplyBeforeCommit : Plant
{
    public override IEventStore Store(IEventStore store, SimulatedRun run) => new Hasty(store);

    private sealed class Hasty(IEventStore store) : IEventStore
    {
        public Task<LoadedStream> Load(StreamName stream, string snapshotShape, CancellationToken cancel = default) =>
            store.Load(stream, snapshotShape, cancel);

        public Task<AppendAnswer> Append(Append append)
        {
            var answer = store.Append(append);
            return answer.IsCompleted ? answer : Task.FromResult(AppendAnswer.Stored);
        }

        public Task<StreamCheck> Check(StreamName stream, CommandId? command) => store.Check(stream, command);
    }
}

/// <summary>A process refuses and shows on what it remembers, without asking whether it is the newest.</summary>
internal sealed class StaleAnswers : Plant
{
    public override IEventStore Store(IEventStore store, SimulatedRun run) => new Unasked(store);

    private sealed class Unasked(IEventStore store) : IEventStore
    {
        public Task<LoadedStream> Load(StreamName stream, string snapshotShape, CancellationToken cancel = default) =>
            store.Load(stream, snapshotShape, cancel);

        public Task<AppendAnswer> Append(Append append) => store.Append(append);

        public async Task<StreamCheck> Check(StreamName stream, CommandId? command) =>
            await store.Check(stream, command) with { Version = 0 };
    }
}

/// <summary>A booking that ended forgets to give its slots back.</summary>
internal sealed class ReleaseForgotten : Plant
{
    public override ILocalPath Path(ILocalPath path, SimulatedRun run) =>
        new Unheard<ReleaseSlots, PlatformRefusal>(path);
}

/// <summary>A platform lets a hold lapse by its own clock, also after the booking was confirmed.</summary>
internal sealed class LapseAfterConfirmation : Plant
{
    public override ILocalPath Path(ILocalPath path, SimulatedRun run) => new Lapsing(path, run);

    private sealed class Lapsing(ILocalPath path, SimulatedRun run) : ILocalPath
    {
        public async Task<TAnswer> Carry<TAnswer>(LocalCall call, Func<Task<TAnswer>> deliver)
        {
            var answer = await path.Carry(call, deliver);
            if (call.Argument is HoldSlots hold && run.Processes[0].Current is { } incarnation)
                run.Clock.Ring(run.Clock.Now + Limits.Hold, () => run.Watch(run.Scheduler.Start(() =>
                    incarnation.Grains.GetGrain<IPlatformGrain>(call.Key).ReleaseSlots(
                        new ReleaseSlots(new($"lapse-{hold.Booking}"), Actor.System, hold.Booking))), incarnation));
            return answer;
        }
    }
}

/// <summary>A move at several platforms that was given up leaves what it held.</summary>
internal sealed class AsideForgotten : Plant
{
    public override ILocalPath Path(ILocalPath path, SimulatedRun run) =>
        new Unheard<BarMove, PlatformRefusal>(path);
}

/// <summary>A facility credits a delivery, and the funder's claim stays as it was.</summary>
internal sealed class CreditForgotten : Plant
{
    public override ILocalPath Path(ILocalPath path, SimulatedRun run) =>
        new Unheard<CreditClaim, ProgrammeRefusal>(path);
}

/// <summary>An advance that is not needed, or was paid back, never comes back to its voucher.</summary>
internal sealed class AdvanceKept : Plant
{
    public override ILocalPath Path(ILocalPath path, SimulatedRun run) =>
        new Unheard<ReturnAdvance, AccountRefusal>(path);
}

/// <summary>Commands of one kind are answered as done and reach nobody.</summary>
internal sealed class Unheard<TCommand, TRefusal>(ILocalPath path) : ILocalPath
    where TCommand : Command where TRefusal : struct, Enum
{
    public Task<TAnswer> Carry<TAnswer>(LocalCall call, Func<Task<TAnswer>> deliver) => call.Argument is TCommand
        ? Task.FromResult((TAnswer)(object)Reply<TRefusal>.Done)
        : path.Carry(call, deliver);
}
