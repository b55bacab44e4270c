using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Applications;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Runtime;
using Facilities.Grains.Undertakings;
using NodaTime;

namespace Facilities.Tests.Simulation;

/// <summary>Companies that apply and declare, and funders that decide, revoke and are given back.</summary>
internal sealed class Funders(SimulatedRun run, Client client, string account)
{
    private static readonly ImmutableArray<string> Declarations =
        ["trueAndComplete", "noDoubleFunding", "noDifficulty", "notStarted"];

    private static readonly RuleCheck Passed = new("region", true, "It lies there.", "regions", null);

    private Actor Sme => Marketplace.Sme(account);

    private Random Lots => client.Lots;

    public static IEnumerable<Task> All(SimulatedRun run) => Marketplace.Accounts.Select((account, number) =>
        run.Scheduler.Start(() => new Funders(
            run, new Client(run, new Random(run.Seed * 100 + 70 + number)), account).Act()));

    private async Task Act() => await Task.WhenAll(Applies(), EndsVouchers(), Declares());

    private async Task Applies()
    {
        for (var round = 0; round < 2; round++)
        {
            await client.Pause();
            var fund = Marketplace.Programmes[Lots.Next(Marketplace.Programmes.Length)];
            var programme = fund.Id;
            var stream = StreamName.Of("programme", programme);
            var apply = new Apply(
                new($"apply-{account}-{round}"), Sme, new(account), account, null,
                fund.Of(Lots.Next(20_000, 90_000)), "A pilot.", Declarations, [Passed]);
            if (await client.Tell(stream, apply, On(programme, grain => grain.Apply(apply))) != Outcome.Accepted)
                continue;
            if (Lots.Next(5) == 0) await Takes(programme, stream, apply.Application);
            else await Decided(programme, stream, apply);
            // A browser that comes back sends the same application again, whatever became of it.
            if (Lots.Next(4) == 0) await client.Tell(stream, apply, On(programme, grain => grain.Apply(apply)));
        }
    }

    private async Task Decided(string programme, StreamName stream, Apply apply)
    {
        await client.Pause();
        // Two officers at once, of one mind or not; and now and then the company takes it back meanwhile.
        var officers = Enumerable.Range(0, 1 + Lots.Next(2)).Select(async number =>
        {
            if (number > 0) run.Coverage.Count("client: two officers decided at once");
            var decide = new DecideApplication(
                new($"decide-{apply.Id}-{number}"), Marketplace.Officer(programme), apply.Application,
                Lots.Next(3) > 0, null, "Because.", [Passed]);
            await client.Tell(stream, decide, On(programme, grain => grain.DecideApplication(decide)));
        }).ToList();
        if (Lots.Next(6) == 0) officers.Add(Takes(programme, stream, apply.Application));
        await Task.WhenAll(officers);
    }

    private async Task Takes(string programme, StreamName stream, ApplicationKey application)
    {
        var withdraw = new WithdrawApplication(new($"withdraw-{application}"), Sme, application, "No need.");
        await client.Tell(stream, withdraw, On(programme, grain => grain.WithdrawApplication(withdraw)));
    }

    /// <summary>An officer revokes a voucher, or the company gives it back, while bookings use it.</summary>
    private async Task EndsVouchers()
    {
        for (var round = 0; round < 2; round++)
        {
            await client.Pause();
            if (Lots.Next(2) == 0) continue;
            var view = await client.Read(incarnation => Wallet(incarnation).View());
            if (view is not { Vouchers.IsEmpty: false }) continue;
            var voucher = view.Vouchers[Lots.Next(view.Vouchers.Length)];
            var revokes = Lots.Next(2) == 0;
            var end = new EndVoucher(
                new($"end-{account}-{round}"),
                revokes ? Marketplace.Officer(voucher.Programme.Id.Value) : Sme, voucher.Id,
                revokes ? VoucherEnd.Revoked : VoucherEnd.Returned, "Not needed.");
            await client.Tell(StreamName.Of("account", account), end, async incarnation =>
                Answered.From(await Wallet(incarnation).EndVoucher(end)));
        }
    }

    private async Task Declares()
    {
        for (var round = 0; round < 2; round++)
        {
            await client.Pause();
            if (Lots.Next(3) == 0) continue;
            var today = run.Clock.Now.InUtc().Date;
            ImmutableArray<EarlierAid> entries =
            [
                .. Enumerable.Range(0, Lots.Next(3)).Select(number => new EarlierAid(
                    today.PlusDays(-Lots.Next(1, 900)), new Money(Lots.Next(1, 9_000) * 100L, Currency.Eur),
                    AidBasis.DeMinimis, $"Authority {number}", number == 0 ? "DE" : "FR")),
            ];
            var view = await client.Read(incarnation => Wallet(incarnation).View());
            if (view is null) continue;
            var draft = OtherAidDeclaration.Draft(
                view.Profile, view.Declared.MembersOf(view.Profile), entries, today);
            var declare = new DeclareOtherAid(
                new($"declare-{account}-{round}-{today:yyyyMMdd}"), Sme, entries, Sme.Name, draft.TextHash);
            await client.Tell(StreamName.Of("account", account), declare, async incarnation =>
                Answered.From(await Wallet(incarnation).DeclareOtherAid(declare)));
        }
    }

    private IAccountGrain Wallet(Incarnation incarnation) => incarnation.Grains.GetGrain<IAccountGrain>(account);

    private static Func<Incarnation, Task<Answered>> On(
        string programme, Func<IProgrammeGrain, Task<Reply<ProgrammeRefusal>>> tell) => async incarnation =>
            Answered.From(await tell(incarnation.Grains.GetGrain<IProgrammeGrain>(programme)));
}
