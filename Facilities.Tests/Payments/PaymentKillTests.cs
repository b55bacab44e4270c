using System.Text.Json.Nodes;
using Dapper;
using Facilities.Silo.Storage;
using Facilities.Silo.Verification;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Payments;

/// <summary>A real process that is killed between a notice and its booking, and between a refund and its record.
/// </summary>
public sealed class PaymentKillTests
{
    [Fact]
    public async Task M6_a_process_that_is_killed_between_two_steps_of_a_payment_loses_none_and_repeats_none()
    {
        await using var stripe = await StripeServer.Start(SystemClock.Instance);
        var storage = await CatalogueDatabase.Postgres(today: true);
        await using var dialect = storage.Open();
        var booking = await NoticeThenKilled(storage, stripe, dialect);
        Assert.Equal(1, await Count(dialect, "select count(*) from payment_notices where status = 'waiting'"));

        await RefundThenKilled(storage, stripe, dialect, booking);
        Assert.Single(stripe.Refunds);
        Assert.Equal(1, await Count(dialect, "select count(*) from outbox where kind = 'payment.refund'"));

        // What the dead process had leased is free after two minutes; the keys are forgotten after a day.
        await dialect.Read(c => c.ExecuteAsync("update outbox set next_at = created_at"));
        stripe.ForgetKeys();
        await using (var third = await Start(storage, stripe))
        {
            var sme = await third.As("sme.berlin");
            await Until(async () => Refunds(await sme.Booking(booking))[0]!.Status() == "paid");
        }
        Assert.Single(stripe.Refunds);
        await using var output = new StringWriter();
        Assert.True(
            await new Verifier(dialect, SystemClock.Instance, TimeProvider.System).Run(output) == 0, output.ToString());
    }

    /// <summary>Pays, and kills the process when the notice is stored and no booking can be told.</summary>
    private static async Task<string> NoticeThenKilled(StorageOptions storage, StripeServer stripe, IDialect dialect)
    {
        await using var first = await Start(storage, stripe);
        var sme = await first.As("sme.berlin");
        var days = new Wish("biopmed-imaging", "mri-half-day", "", "PT4H");
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        var slots = await sme.Slots(days, Day(today.AddDays(40)), Day(today.AddDays(60)));
        var held = await sme.Hold(days with { Start = slots[0]!.Text("start") });
        var booking = (await sme.Sign(held)).Expect(200).Id();
        (await sme.Post($"/bookings/{booking}/payments", new { method = "card" })).Expect(200);
        var session = await stripe.Session(booking);
        await Until(async () => await Count(dialect, "select count(*) from outbox") == 0);
        await dialect.Read(async connection =>
        {
            await connection.ExecuteAsync("begin; lock table events in share mode");
            Assert.Equal(200, await StripeServer.Send(first.Address, stripe.Paid(session)));
            await first.Kill();
            return await connection.ExecuteAsync("rollback");
        });
        return booking;
    }

    /// <summary>Takes up what the first left, cancels, and is killed before it learns of the refund.</summary>
    private static async Task RefundThenKilled(
        StorageOptions storage, StripeServer stripe, IDialect dialect, string booking)
    {
        await using var second = await Start(storage, stripe);
        var sme = await second.As("sme.berlin");
        await Until(async () => (await sme.Booking(booking)).Status() == "confirmed");
        var answered = new TaskCompletionSource();
        stripe.RefundsAnswered = answered.Task;
        (await sme.Post($"/bookings/{booking}/cancellation", new { reason = "no more" })).Expect(200);
        await Until(() => Task.FromResult(stripe.Refunds.Count == 1));
        await second.Kill();
        stripe.RefundsAnswered = Task.CompletedTask;
        answered.SetResult();
    }

    private static async Task<ApiProcess> Start(StorageOptions storage, StripeServer stripe)
    {
        var process = ApiProcess.Launch(
            storage, [.. stripe.Settings.Select(s => (s.Key.Replace(":", "__", StringComparison.Ordinal), s.Value))]);
        Assert.True(await process.IsReady(), process.Output);
        return process;
    }

    private static JsonArray Refunds(JsonNode booking) => booking["payment"]!["refunds"]!.AsArray();

    private static Task<long> Count(IDialect dialect, string sql) => dialect.Read(c => c.ExecuteScalarAsync<long>(sql));

    private static string Day(DateOnly day) =>
        day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static async Task Until(Func<Task<bool>> isSo)
    {
        for (var tries = 0; tries < 1200; tries++)
        {
            if (await isSo()) return;
            await Task.Delay(50);
        }
        throw new InvalidOperationException("It did not come to that.");
    }
}
