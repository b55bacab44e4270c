using Facilities.Grains.Credits;
using Facilities.Grains.Kernel;

namespace Facilities.Tests.Simulation;

internal sealed partial class BookingLife
{
    private int _credits;

    /// <summary>Facilities now and then credit a part or all, and transfer back what they owe the company.</summary>
    private IEnumerable<Task> Credits() => Platforms.Where(_ => Lots.Next(3) == 0).Select(async platform =>
    {
        await client.Pause();
        var (manager, number) = (Marketplace.Manager(platform), _credits++);
        decimal percent = Lots.Next(3) == 0 ? 100 : 1 + Lots.Next(90);
        var credit = new CreditBooking(
            Step($"credit-{number}"), manager, new(new PlatformId(platform), percent, [], "A run failed."), null);
        if (await Tell(credit, (grain, c) => grain.Credit(c)) != Outcome.Accepted) return;
        if (await client.View(_id, manager) is not { Credits: { } credits } || Lots.Next(5) == 0) return;
        foreach (var due in credits.Where(c => c.Credit.Platform.Value == platform && c.Credit.ByTransfer.IsPositive))
            await Tell(
                new RecordCreditTransfer(Step($"back-{number}-{due.Credit.Number}"), manager, due.Credit.Number),
                (grain, c) => grain.RecordCreditTransfer(c));
    });
}
