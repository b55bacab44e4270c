using System.Text;
using Facilities.Silo.Payments;
using NodaTime;

namespace Facilities.Tests.Payments;

public sealed class StripeSignatureTests
{
    private const string Secret = "whsec_test_secret";
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("{\n  \"id\": \"evt_test_webhook\"\n}");
    private static readonly Instant At = Instant.FromUnixTimeSeconds(1_700_000_000);

    // Made with another implementation: openssl dgst -sha256 -hmac over the time, a dot and the body.
    private const string Known = "04b12f00ccf45bc00cb26a67c8e4b823aeca27e69e92e93a393bd938bf32bf8c";

    private static bool IsValid(string header, Instant? now = null, byte[]? body = null, params string[] secrets) =>
        StripeSignature.IsValid(header, body ?? Body, secrets is [] ? [Secret] : secrets, now ?? At);

    [Fact]
    public void A_signature_made_elsewhere_is_the_same() =>
        Assert.Equal(Known, StripeSignature.Of(Secret, 1_700_000_000, Body));

    [Theory]
    [InlineData("t=1700000000,v1={0}", true)]
    [InlineData("t=1700000000, v1={0}", true)]
    [InlineData("v1={0},t=1700000000", true)]
    [InlineData("t=1700000000,v1=00,v1={0}", true)] // while a secret is being replaced, Stripe sends two
    [InlineData("t=1700000000,v0={0}", false)] // another scheme
    [InlineData("t=1700000001,v1={0}", false)] // the time is signed too
    [InlineData("v1={0}", false)]
    [InlineData("t=1700000000", false)]
    [InlineData("t=soon,v1={0}", false)]
    [InlineData("t=99999999999999999,v1={0}", false)]
    [InlineData("", false)]
    public void A_header_is_read_as_documented(string header, bool isValid) => Assert.Equal(
        isValid, IsValid(header.Replace("{0}", Known, StringComparison.Ordinal)));

    [Fact]
    public void A_notice_of_another_body_or_secret_is_refused_and_one_of_two_secrets_suffices()
    {
        var header = $"t=1700000000,v1={Known}";
        Assert.False(IsValid(header, body: [.. Body, (byte)' ']));
        Assert.False(IsValid(header, secrets: "whsec_other"));
        Assert.True(IsValid(header, null, null, "whsec_other", Secret));
    }

    [Theory]
    [InlineData(300, true)]
    [InlineData(301, false)]
    [InlineData(-300, true)]
    [InlineData(-301, false)]
    public void A_notice_is_fresh_for_five_minutes(int secondsLater, bool isValid) => Assert.Equal(
        isValid, IsValid($"t=1700000000,v1={Known}", At + Duration.FromSeconds(secondsLater)));
}
