using Facilities.Api.Http;
using Facilities.Silo.Payments;
using NodaTime;

namespace Facilities.Api.Payments;

public static class StripeEndpoint
{
    /// <summary>Larger than any notice; what is larger is none.</summary>
    private const int BytesMax = 256 * 1024;

    /// <summary>Where Stripe says what became of payments, at the root: its signature stands for a sign-in.</summary>
    public static WebApplication MapPaymentNotices(this WebApplication app)
    {
        app.MapPost("/webhooks/stripe", Take).WithTags("Payments").DisableAntiforgery()
            .Accepts<object>("application/json").Produces(StatusCodes.Status200OK)
            .Refuses(400, 404, 413, 429, 503);
        return app;
    }

    private static async Task<IResult> Take(HttpContext context, PaymentInbox inbox, TimeProvider time)
    {
        if (context.RequestServices.GetService<StripeOptions>() is not { } stripe)
            return Problems.NotFound("No payment provider is set up here.");
        try
        {
            var body = await Body.ReadBytes(context, BytesMax);
            if (!StripeSignature.IsValid(
                context.Request.Headers["Stripe-Signature"].ToString(), body.Span, stripe.WebhookSecrets,
                // By the machine's clock, as Stripe signs; a demonstration may run on another.
                Instant.FromDateTimeOffset(time.GetUtcNow())))
                return Problems.Of(400, "signatureInvalid", "The signature does not fit, or is too old.");
            if (StripeNotice.Read(body.Span) is not { } notice)
                return Problems.Of(400, "malformedJson", "The body is no event of Stripe's.");
            await inbox.Store(notice, body);
            return TypedResults.Ok();
        }
        catch (ProblemException fault)
        {
            return fault.Problem;
        }
    }
}
