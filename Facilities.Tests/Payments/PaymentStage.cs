using System.Text.Json.Nodes;
using Dapper;
using Facilities.Grains.Payments;
using Facilities.Grains.Services;
using Facilities.Silo.Delivery;
using Facilities.Silo.Payments;
using Facilities.Silo.Storage;
using Facilities.Silo.Verification;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Payments;

/// <summary>An application, Stripe's rules on a port of their own, and a booking that waits for its payment.</summary>
internal sealed class PaymentStage : IAsyncDisposable
{
    /// <summary>Seven calendar days after the opening, to the hour.</summary>
    public static readonly Instant Deadline = CatalogueDatabase.Opening + Duration.FromDays(7);

    private PaymentStage(ApiHost host, StripeServer stripe) => (Host, Stripe) = (host, stripe);

    public ApiHost Host { get; }

    public StripeServer Stripe { get; }

    public static async Task<PaymentStage> Open(StorageProvider provider, FakeClock? clock = null)
    {
        clock ??= new FakeClock(CatalogueDatabase.Opening);
        var stripe = await StripeServer.Start(clock);
        var storage = await CatalogueDatabase.On(provider);
        return new PaymentStage(ApiHost.Start(storage, clock, settings: stripe.Settings), stripe);
    }

    /// <summary>Another process on the same database, with the same clock and provider.</summary>
    public ApiHost AnotherProcess() => ApiHost.Start(Host.Storage, Host.Clock, settings: Stripe.Settings);

    /// <summary>A booking that both sides signed.</summary>
    public async Task<string> ToPay(Wish wish, string login = "sme.berlin", string account = ApiClient.Account)
    {
        var sme = await Host.As(login);
        var signed = (await sme.Sign(await sme.Hold(wish, account))).Expect(200);
        Assert.Equal("awaitingPayment", signed.Status());
        return signed.Id();
    }

    /// <summary>Starts a payment; answers the page.</summary>
    public async Task<StripeSession> Start(string booking, string method = "card", int attempt = 1)
    {
        var answer = (await (await Host.As("sme.berlin")).Post($"/bookings/{booking}/payments", new { method }))
            .Expect(200);
        Assert.Equal("pending", answer["payment"]!.Text("status"));
        return await Stripe.Session(booking, attempt);
    }

    /// <summary>Sends notices in this order; each is stored and told before the next.</summary>
    public async Task Say(params string[] notices)
    {
        foreach (var notice in notices)
        {
            Assert.Equal(200, await StripeServer.Send(Host.ClientOptions.BaseAddress, notice));
            await Told();
        }
    }

    /// <summary>Waits until every notice is told and every message has left.</summary>
    public async Task Told()
    {
        for (var tries = 0; tries < 400; tries++)
        {
            await Host.Service<PaymentInbox>().RunOnce();
            await Host.RunDueWork();
            await Host.Service<OutboxPump>().RunOnce();
            if (await Count("select count(*) from payment_notices where status = 'waiting'") == 0
                && await Count("select count(*) from outbox") == 0) return;
            await Task.Delay(25);
        }
        throw new InvalidOperationException("Something still waits to be told or sent.");
    }

    public async Task<JsonNode> Booking(string id) => await (await Host.As("sme.berlin")).Booking(id);

    public Task<long> Count(string sql) => Host.Service<IDatabase>().Read(c => c.ExecuteScalarAsync<long>(sql));

    /// <summary>Everything fits together: slots, vouchers, shares, messages, notices. Answers what was noted.</summary>
    public async Task<string> Verified()
    {
        var (faults, output) = await Verify();
        Assert.True(faults == 0, output);
        return output;
    }

    public async Task<(int Faults, string Output)> Verify()
    {
        await using var output = new StringWriter();
        await using var dialect = Host.Storage.Open();
        var faults = await new Verifier(dialect, Host.Clock, TimeProvider.System).Run(output);
        return (faults, output.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Stripe.DisposeAsync();
    }
}
