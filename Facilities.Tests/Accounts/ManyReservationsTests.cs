using System.Diagnostics;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Silo.Storage;
using Facilities.Tests.TestKit;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Accounts;

/// <summary>One voucher that a thousand bookings want at the same time.</summary>
public sealed class ManyReservationsTests(ITestOutputHelper output)
{
    private const int Bookings = 1_000;

    private static readonly VoucherId Wanted = new("wanted-by-all");

    [Theory]
    [InlineData(StorageProvider.Sqlite)]
    [InlineData(StorageProvider.Postgres)]
    public async Task A_thousand_reservations_at_once_take_what_a_voucher_holds_and_no_more(StorageProvider provider)
    {
        var storage = await CatalogueDatabase.On(provider);
        await using var hosts = await TwoHosts.Start(storage, CatalogueDatabase.Opening);
        IAccountGrain[] wallets = [Wallet(hosts.First), Wallet(hosts.Second)];
        Assert.True((await wallets[0].Register(new(
            new("register"), Actor.System, Spree with { Id = new("many") }))).Accepted);
        Assert.True((await wallets[0].ReceiveVoucher(new(
            new("receive"), Actor.System, Wanted, BerlinAbroad, Eur(5_000), CatalogueDatabase.Opening,
            new(2027, 11, 1)))).Accepted);

        var watch = Stopwatch.StartNew();
        var answers = await Task.WhenAll(Enumerable.Range(0, Bookings).Select(i => Reserve(wallets[i % 2], i)));

        output.WriteLine($"{Bookings} reservations in {watch.Elapsed.TotalSeconds:0.0} s");
        Assert.Equal(500, answers.Count(refusal => refusal is null));
        Assert.All(answers.Where(refusal => refusal is not null), refusal =>
            Assert.Equal(AccountRefusal.VoucherTooSmall, refusal));
        var voucher = Assert.Single((await wallets[1].View())!.Vouchers);
        Assert.Equal((Eur(5_000), Eur(0)), (voucher.Reserved, voucher.Available));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(90), $"took {watch.Elapsed}");
    }

    private static IAccountGrain Wallet(GrainHost host) => host.Grains.GetGrain<IAccountGrain>("many");

    // A company has only so many unconfirmed bookings at once, so each is made firm and the others wait their turn.
    private static async Task<AccountRefusal?> Reserve(IAccountGrain wallet, int number)
    {
        var booking = new BookingId($"many-{number}");
        for (var attempt = 0; ; attempt++)
        {
            var reply = await wallet.ReserveVouchers(new(
                new($"{booking}/reserve-{attempt}"), Actor.System, booking, [new VoucherPart(Wanted, Eur(10))]));
            if (reply.Accepted)
            {
                Assert.True((await wallet.FirmVouchers(new(
                    new($"{booking}/firm"), Actor.System, booking))).Accepted);
                return null;
            }
            if (reply.Refusal!.Code != AccountRefusal.TooManyHolds) return reply.Refusal.Code;
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
