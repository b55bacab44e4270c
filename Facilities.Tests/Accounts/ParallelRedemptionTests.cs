using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Silo.Storage;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Accounts;

/// <summary>Two bookings that use one voucher at once.</summary>
public sealed class ParallelRedemptionTests
{
    private const string Account = "parallel";

    [Theory]
    [InlineData(StorageProvider.Sqlite)]
    [InlineData(StorageProvider.Postgres)]
    public async Task V19_of_two_redemptions_of_3_000_at_once_on_5_000_exactly_one_succeeds(StorageProvider provider)
    {
        var storage = await CatalogueDatabase.On(provider);
        await using var hosts = await TwoHosts.Start(storage, Now);
        var wallets = new[] { hosts.First, hosts.Second }
            .Select(h => h.Grains.GetGrain<IAccountGrain>(Account)).ToArray();
        Assert.True((await wallets[0].Register(new(
            new("register"), Actor.System, Spree with { Id = new(Account) }))).Accepted);
        foreach (var round in Enumerable.Range(0, 5))
        {
            var voucher = new VoucherId($"v-{round}");
            Assert.True((await wallets[0].ReceiveVoucher(new(
                new($"receive-{round}"), Actor.System, voucher, BerlinAbroad, Eur(5_000), Now, new(2027, 11, 21))))
                .Accepted);
            BookingId Booking(int i) => new($"b-{round}-{i}");
            var part = new VoucherPart(voucher, Eur(3_000));
            var replies = await Task.WhenAll(wallets.Select((wallet, i) => Task.Run(() => wallet.ReserveVouchers(new(
                new($"reserve-{round}-{i}"), Actor.System, Booking(i), [part])))));
            var loser = Assert.Single(replies, reply => !reply.Accepted);
            Assert.Equal(AccountRefusal.VoucherTooSmall, loser.Refusal!.Code);
            var winner = Booking(Array.FindIndex(replies, reply => reply.Accepted));
            // The winner's acceptance, told by both processes at once, uses it once.
            await Task.WhenAll(wallets.Select((wallet, i) => Task.Run(() => wallet.RedeemVouchers(new(
                new($"redeem-{round}-{i}"), Actor.System, winner, [part])))));
            var held = (await wallets[1].View())!.Vouchers.Single(v => v.Id == voucher);
            Assert.Equal((Eur(3_000), Eur(0), Eur(2_000)), (held.Redeemed, held.Reserved, held.Available));
        }
    }
}
