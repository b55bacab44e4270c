using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Tests.TestKit;
using NodaTime;
using Orleans;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Linearisability;

/// <summary>One voucher in each round, told by the grain that holds it.</summary>
internal sealed class VoucherContest(TwoHosts hosts) : IContest
{
    private static readonly VoucherId Award = new("v-1");

    public async Task Prepare(int round)
    {
        var account = Account(hosts.First.Grains, round);
        var profile = Seine with { Id = new(AccountOf(round)) };
        Assert.True((await account.Register(new(new("register"), Actor.System, profile))).Accepted);
        Assert.True((await account.ReceiveVoucher(new(
            new("receive"), Actor.System, Award, BerlinAbroad, Eur(SequentialModels.FaceValue), Now,
            new LocalDate(2027, 11, 21)))).Accepted);
    }

    public Task Step(int round, Part part)
    {
        var (what, booking) = part.Random.Next(10) switch
        {
            < 4 when part.NextOwn() is > 0 and var own => ("reserve", own),
            < 6 => ("release", part.AnyBooking()),
            < 8 => ("redeem", part.AnyBooking()),
            _ => ("look", 0),
        };
        return part.Record("voucher", what, booking, command =>
            Ask(Account(hosts.Any(part.Random).Grains, round), what, booking, command));
    }

    public string? Judge(History history) => Checker.Fault(history.Operations, SequentialModels.Voucher);

    private static async Task<string> Ask(IAccountGrain account, string what, int booking, CommandId command)
    {
        var id = new BookingId($"b-{booking}");
        Money Amount(int part) => Eur(SequentialModels.AmountOf(booking) / part);
        var reply = what switch
        {
            "reserve" => await account.ReserveVouchers(new(command, Actor.System, id, [new(Award, Amount(1))])),
            "release" => await account.ReleaseVouchers(new(command, Actor.System, id)),
            "redeem" => await account.RedeemVouchers(new(command, Actor.System, id, [new(Award, Amount(2))])),
            _ => null,
        };
        if (reply is not null) return reply.Refusal is { } refusal ? Refusal.NameOf(refusal.Code) : "done";
        var voucher = (await account.View())!.Vouchers.Single();
        return SequentialModels.Balance(
            voucher.Available.Amount, voucher.Reserved.Amount, voucher.Redeemed.Amount);
    }

    private static IAccountGrain Account(IGrainFactory grains, int round) =>
        grains.GetGrain<IAccountGrain>(AccountOf(round));

    private static string AccountOf(int round) => $"sme-{round}";
}
