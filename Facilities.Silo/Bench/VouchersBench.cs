using System.Collections.Immutable;
using System.Globalization;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Runtime;
using Facilities.Silo.Storage;
using NodaTime;

namespace Facilities.Silo.Bench;

/// <summary>
/// Reservations against vouchers through the grains and the store: one voucher that everybody wants, a hundred of one
/// programme, and many. A reservation counts when it was made and given back again, at the rival as well.
/// </summary>
internal sealed class VouchersBench : IBench
{
    private const int Rounds = 3, OfOneProgramme = 100, ClientsMax = 1_000, BatchMax = 250;

    private static readonly Instant Now = Instant.FromUtc(2026, 11, 2, 0, 0);

    private static readonly ProgrammeTerms Programme = new(
        new("bench"), "Bench", "Funder", "DE", "Europe/Berlin", Money.Of(1_000_000_000, Currency.Eur), "de minimis",
        new Percentage(75), Money.Of(100_000, Currency.Eur), null, [], [], new(true, [], []), [], 12, 60,
        PaymentMode.ToProvider, VatFundable.Never);

    public string Name => "vouchers";

    public string Says => "durable reservations a second against vouchers, beside one guarded update for each";

    public ImmutableArray<string> Numbers => ["vouchers"];

    public async Task<ImmutableArray<Figure>> Run(BenchSettings settings, TextWriter progress)
    {
        await using var host = await BenchHost.Start(settings, new BenchClock(Now));
        var many = settings.Of("vouchers", 10_000);
        var wallets = Enumerable.Range(0, many)
            .Select(n => host.Grains.GetGrain<IAccountGrain>($"bench-{n}")).ToArray();
        foreach (var some in Enumerable.Range(0, many).Chunk(500))
            await Task.WhenAll(some.Select(n => Fill(wallets[n], n)));
        await progress.WriteLineAsync($"{many} wallets");
        return
        [
            await Measure(host, settings, wallets[..1], "vouchers.one", ClientsMax),
            await Measure(host, settings, wallets[..Math.Min(many, OfOneProgramme)], "vouchers.programme", ClientsMax),
            await Measure(host, settings, wallets, "vouchers.many", ClientsMax),
        ];
    }

    private static async Task<Figure> Measure(
        BenchHost host, BenchSettings settings, IAccountGrain[] wallets, string name, int clientsMax)
    {
        // More would be refused: so many live holds has a wallet at most.
        var clients = Math.Min(clientsMax, wallets.Length * Limits.LiveHoldsPerAccount);
        await using var rival = await VoucherRival.Start(host.Storage, wallets.Length);
        int[] counts = settings.Store == StorageProvider.Postgres ? [1, 4, 16, 64] : [1, 2, 4];
        var theirs = await Load.Best(counts, settings.Probe, rival.With);
        var last = 0;
        await Load.Run(clients, settings.Probe, Reserve);
        var (rates, rivalRates) = (new List<double>(), new List<double>());
        Loaded? loaded = null;
        for (var turn = 0; turn < Rounds; turn++)
        {
            rivalRates.Add((await Load.Run(theirs, settings.Seconds, rival.With(theirs))).PerSecond);
            loaded = await Load.Run(clients, settings.Seconds, Reserve);
            rates.Add(loaded.PerSecond);
        }
        // While the batch of one half of the clients is on its way, the other half is decided on.
        var limit = await BareRows.Limit(host, settings.Seconds, Math.Min(clients / 2, BatchMax),
            StreamName.Of("account", "bench-0"), first => Postings(name, first, Math.Min(clients / 2, BatchMax)));
        var figure = new Figure(name, "reservations/s", new(rates), new(rivalRates), loaded!.Times, null,
            ImmutableSortedDictionary<string, string>.Empty.Add("vouchers", Text(wallets.Length))
                .Add("clients", Text(clients)).Add("rival's clients", Text(theirs))
                .Add("their halves as rows alone", limit));
        return wallets.Length > 1 ? figure : figure with
        {
            Mark = new("at least 5 times the rival", figure.Ratio >= 5),
        };

        async Task Reserve(int client)
        {
            var number = Interlocked.Increment(ref last);
            var (wallet, booking) = (wallets[number % wallets.Length], $"{name}-{number}");
            Expect(await wallet.ReserveVouchers(new(new($"{booking}/reserve"), Actor.System, new(booking),
                [new VoucherPart(VoucherOf(number % wallets.Length), Money.Of(1, Currency.Eur))])));
            Expect(await wallet.ReleaseVouchers(new(new($"{booking}/release"), Actor.System, new(booking))));
        }
    }

    // What a wallet writes beside its event.
    private static ImmutableArray<RowWrite> Postings(string name, long first, int count) =>
    [
        .. Enumerable.Range(0, count).Select(n => Posting.Row(
            $"bare/{name}/{first + n}", "programme/bench", Now, "awarded", "reserved", Money.Of(1, Currency.Eur),
            "Reserved for a booking", new BookingId($"{name}-{first + n}"), VoucherOf(0))),
    ];

    private static async Task Fill(IAccountGrain wallet, int number)
    {
        Expect(await wallet.Register(new(new("register"), Actor.System, BenchPlatform.Customer with
        {
            Id = new($"bench-{number}"),
        })));
        Expect(await wallet.ReceiveVoucher(new(
            new("receive"), Actor.System, VoucherOf(number), Programme, Money.Of(100_000, Currency.Eur), Now,
            new LocalDate(2027, 11, 2))));
    }

    private static void Expect(Reply<AccountRefusal> reply)
    {
        if (reply.Refusal is { } refusal) throw new InvalidOperationException(refusal.Reason);
    }

    private static VoucherId VoucherOf(int number) => new($"bench-{number}");

    private static string Text(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);
}
