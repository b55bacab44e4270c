using System.Text.Json.Nodes;
using NodaTime;

namespace Facilities.Tests.TestKit;

/// <summary>A page on which something is paid.</summary>
internal sealed class StripeSession(
    string id, string booking, string attempt, long minor, string currency, Instant until, string successUrl)
{
    public string Id => id;

    public string Booking => booking;

    public string Attempt => attempt;

    public long Minor => minor;

    public Instant Until => until;

    public string SuccessUrl => successUrl;

    public string Intent => "pi_" + id;

    public string Status { get; set; } = "open";

    public long PaidMinor { get; set; }

    public JsonObject Json(string paid, long? amount = null, string? other = null) => new()
    {
        ["id"] = id,
        ["object"] = "checkout.session",
        ["status"] = Status,
        ["payment_status"] = paid,
        ["amount_total"] = amount ?? minor,
        ["currency"] = other ?? currency,
        ["payment_intent"] = Intent,
        ["url"] = Status == "open" ? $"https://checkout.stripe.test/{id}" : null,
        ["metadata"] = new JsonObject { ["bookingId"] = booking, ["attempt"] = attempt },
    };
}
